/**
 * A copy of the conversation that is going on: it is there at once after a reload, and can be read while the
 * server does not answer. What was written and not sent is in the outbox, not here.
 * @module copy
 */

import { put } from "../js/lib/storage.js";
import { Conversation } from "./conversation.js";

/** Raise it when the shape of what is kept changes: older copies are then forgotten. */
const VERSION = 1;
const MOST_ITEMS = 100;
const MOST_LETTERS = 120_000;
const WRITE_AFTER_MS = 100;

export class LocalCopy {
  /**
   * @param {any} storage @param {string} key of the widget
   * @param {() => {conversation: Conversation | undefined, token: string}} source what there is to keep, and whose it is
   */
  constructor(storage, key, source) {
    this.storage = storage;
    this.place = `helpdesk:${key}:copy`;
    this.source = source;
    /** @private @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    addEventListener("pagehide", () => this.timer && this.write());
  }

  /** Something has changed: kept soon, once for many changes. */
  touch() {
    this.timer ??= setTimeout(() => this.write(), WRITE_AFTER_MS);
  }

  /** @param {string} token @returns {Conversation | null} nothing of another visitor */
  read(token) {
    try {
      const { version, owner, conversation } = JSON.parse(this.storage.getItem(this.place) ?? "{}");
      return version === VERSION && token && owner === mark(token) ? Conversation.fromCopy(conversation) : null;
    } catch {
      return null;
    }
  }

  drop() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.storage.removeItem(this.place);
  }

  /** @private As much of the end as there is room for. */
  write() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { conversation, token } = this.source();
    if (!conversation || !token) return;
    for (let count = MOST_ITEMS; count >= 1; count = Math.floor(count / 2)) {
      const text = JSON.stringify({ version: VERSION, owner: mark(token), conversation: conversation.toCopy(count) });
      if (text.length <= MOST_LETTERS && put(this.storage, this.place, text)) return;
    }
    this.drop();
  }
}

/** Enough of the token to tell two visitors of one browser apart. @param {string} token */
function mark(token) {
  return token.slice(-8);
}

/**
 * What the server has acknowledged in the last 24 hours. After a restore from a backup the server may not know it any
 * more; its epoch is another one then, and everything is offered again with the same client ids. What the server
 * still has is only acknowledged again.
 * @module sent
 */

import { openingLane } from "./outbox.js";
import { put } from "./storage.js";

/** @typedef {import("./outbox.js").Entry} Entry */
/** @typedef {{entry: Entry, ticket: string, epoch: string, at: number}} Kept */

const DAY_MS = 24 * 3600 * 1000;
const MOST = 200;

export class Sent {
  /**
   * @param {import("./storage.js").MemoryStorage | Storage} storage
   * @param {string} prefix for example `helpdesk:<key>:sent:`
   * @param {() => number} [now]
   */
  constructor(storage, prefix, now = Date.now) {
    this.storage = storage;
    this.prefix = prefix;
    this.now = now;
    /** What the server calls its history; "" until it has said so. */
    this.epoch = "";
  }

  /** The server has it. @param {Entry} entry @param {string} ticket where it stands now */
  keep(entry, ticket) {
    if (!("body" in entry.fields)) return;
    const kept = { entry, ticket, epoch: this.epoch, at: this.now() };
    put(this.storage, this.prefix + entry.client_id, JSON.stringify(kept));
    this.forgetOld();
  }

  /**
   * The server says which history it has. What was acknowledged in another one goes back into the outbox, in its
   * order and before all that waits there.
   * @param {string} epoch @param {import("./outbox.js").Outbox} outbox
   * @returns {boolean} something has to be sent again
   */
  meet(epoch, outbox) {
    if (!epoch) return false;
    this.epoch = epoch;
    this.forgetOld();
    const lost = this.all().filter((kept) => kept.epoch && kept.epoch !== epoch);
    const openings = lost.filter(({ entry }) => entry.type === "chat.start");
    const again = lost.map(({ entry, ticket }) => {
      // Whether the ticket is still there, its opening finds out: what follows goes where that one went.
      const opening = openings.find((one) => one.ticket === ticket);
      return { ...entry, lane: opening ? openingLane(opening.entry.client_id) : ticket };
    });
    if (!outbox.takeBack(again)) return false;
    for (const { entry } of lost) this.storage.removeItem(this.prefix + entry.client_id);
    return again.length > 0;
  }

  clear() {
    for (const { entry } of this.all()) this.storage.removeItem(this.prefix + entry.client_id);
  }

  /** @private @returns {Kept[]} in the order of their acknowledgement */
  all() {
    /** @type {Kept[]} */
    const found = [];
    for (let index = 0; index < this.storage.length; index++) {
      const name = this.storage.key(index);
      const kept = name?.startsWith(this.prefix) && read(this.storage.getItem(name));
      if (kept) found.push(kept);
    }
    return found.sort((a, b) => a.at - b.at || a.entry.order - b.entry.order);
  }

  /** @private */
  forgetOld() {
    const all = this.all();
    all.forEach(({ entry, at }, index) => {
      const isOld = this.now() - at > DAY_MS || index < all.length - MOST;
      if (isOld) this.storage.removeItem(this.prefix + entry.client_id);
    });
  }
}

/** @param {string | null} text @returns {Kept | null} */
function read(text) {
  try {
    const kept = JSON.parse(text || "null");
    return typeof kept?.entry?.client_id === "string" && typeof kept.entry.fields === "object" ? kept : null;
  } catch {
    return null;
  }
}

/**
 * What a person wrote and the server has not confirmed. It survives reload, is shared by all tabs and
 * sent by one of them, one entry at a time per lane, always with the same `client_id`.
 *
 * Each entry is a storage key of its own: two tabs that write at the same moment cannot undo each other.
 * @module outbox
 */

import { put } from "./storage.js";

export const MAX_ENTRIES = 50;
const MAX_BYTES = 256 * 1024;

/**
 * @typedef {object} Entry
 * @property {string} client_id
 * @property {string} type the command, for example `message.send`
 * @property {string} lane ticket id, or `new:<client_id>` while its ticket does not exist
 * @property {Record<string, any>} fields what the command carries besides type, id, client_id and ticket
 * @property {"waiting" | "failed"} state
 * @property {{code: string, message: string, field: string, extra: Record<string, any>} | null} error
 * @property {number} order milliseconds since 1970 or a little more: always past what the tab knew when it was written
 * @property {number} at when it was written, in the person's own clock: only shown
 */

/** Thrown when nothing more can be kept; the caller leaves the text where it was typed. */
export class OutboxFull extends Error {
  constructor() {
    super("The outbox is full.");
    this.name = "OutboxFull";
  }
}

export class Outbox {
  /**
   * @param {import("./storage.js").MemoryStorage | Storage} storage
   * @param {string} prefix for example `helpdesk:<key>:out:`
   * @param {() => number} [now]
   */
  constructor(storage, prefix, now = Date.now) {
    this.storage = storage;
    this.prefix = prefix;
    this.now = now;
  }

  /** All entries in the order they were written. @returns {Entry[]} */
  entries() {
    /** @type {Entry[]} */
    const found = [];
    for (const name of this.names()) {
      const entry = read(this.storage.getItem(name));
      if (entry) found.push(entry);
    }
    return found.sort((a, b) => a.order - b.order || (a.client_id < b.client_id ? -1 : 1));
  }

  /** @param {string} lane @returns {Entry[]} */
  inLane(lane) {
    return this.entries().filter((entry) => entry.lane === lane);
  }

  /** @param {string} client_id @returns {Entry | null} */
  get(client_id) {
    return read(this.storage.getItem(this.prefix + client_id));
  }

  /**
   * Keeps an entry at the end of its lane.
   * @param {{client_id: string, type: string, lane: string, fields: Record<string, any>}} command
   * @returns {Entry}
   * @throws {OutboxFull}
   */
  push({ client_id, type, lane, fields }) {
    const all = this.entries();
    // The clock, since another tab may have written what is not seen here yet: browsers pass storage on a little later.
    const order = Math.max((all.at(-1)?.order ?? 0) + 1, this.now());
    /** @type {Entry} */
    const entry = { client_id, type, lane, fields, state: "waiting", error: null, order, at: this.now() };
    const size = all.reduce((sum, one) => sum + bytes(one), bytes(entry));
    if (all.length >= MAX_ENTRIES || size > MAX_BYTES || !this.write(entry)) throw new OutboxFull();
    return entry;
  }

  /**
   * The server has it. If it opened a conversation, everything that waited for that goes to the ticket.
   * @param {string} client_id @param {string} ticket
   * @returns {boolean} it was there
   */
  confirm(client_id, ticket) {
    const entry = this.get(client_id);
    if (!entry) return false;
    this.storage.removeItem(this.prefix + client_id);
    for (const waiting of this.inLane(openingLane(client_id))) this.write({ ...waiting, lane: ticket });
    return true;
  }

  /**
   * What was acknowledged, and may be lost on the server, waits again: in this order, before everything else. Limits
   * do not count, since it was inside of them once.
   * @param {Entry[]} entries
   * @returns {boolean} false: there is no room for all of it
   */
  takeBack(entries) {
    const before = (this.entries()[0]?.order ?? 1) - entries.length;
    return entries.every((entry, index) =>
      this.write({ ...entry, state: "waiting", error: null, order: before + index }),
    );
  }

  /**
   * The person deleted it. Deleting an opening message hands its place to the next one of the lane, so that
   * what was written after it is not stranded.
   * @param {string} client_id
   * @returns {Entry | null} what was there
   */
  discard(client_id) {
    const entry = this.get(client_id);
    if (!entry) return null;
    this.storage.removeItem(this.prefix + client_id);
    if (entry.lane === openingLane(client_id)) this.promote(entry);
    return entry;
  }

  /**
   * Another conversation is already open: the opening becomes an ordinary message in it.
   * @param {Entry} opening @param {string} ticket @param {string} fresh a new client_id, since the command changes
   */
  redirect(opening, ticket, fresh) {
    this.confirm(opening.client_id, ticket);
    const fields = { kind: "text", body: opening.fields.body, attachments: [] };
    this.write({
      ...opening,
      client_id: fresh,
      type: "message.send",
      lane: ticket,
      fields,
      state: "waiting",
      error: null,
    });
  }

  /** @param {string} client_id @param {import("./errors.js").ApiError} error final: nothing is tried again by itself */
  fail(client_id, error) {
    const entry = this.get(client_id);
    if (!entry) return;
    const { code, message, field, extra } = error;
    this.write({ ...entry, state: "failed", error: { code, message, field, extra } });
  }

  /** @param {string} client_id the person asks to try again: same id, so it can never be doubled */
  retry(client_id) {
    const entry = this.get(client_id);
    if (entry) this.write({ ...entry, state: "waiting", error: null });
  }

  /**
   * The next entry of each lane. A failed message lets later ones pass; a failed opening holds its lane.
   * @returns {Entry[]}
   */
  due() {
    /** @type {Map<string, Entry | null>} */
    const first = new Map();
    for (const entry of this.entries()) {
      if (first.has(entry.lane)) continue;
      if (entry.state === "waiting") first.set(entry.lane, isStranded(entry) ? null : entry);
      else if (entry.lane === openingLane(entry.client_id)) first.set(entry.lane, null);
    }
    return [...first.values()].filter((entry) => entry !== null);
  }

  clear() {
    for (const name of this.names()) this.storage.removeItem(name);
  }

  /** @private @param {Entry} removed */
  promote(removed) {
    const next = this.inLane(removed.lane).find((entry) => entry.type === "message.send");
    if (!next) return;
    const lane = openingLane(next.client_id);
    for (const entry of this.inLane(removed.lane)) this.write({ ...entry, lane });
    this.write({ ...next, type: removed.type, lane, fields: { ...removed.fields, body: next.fields.body } });
  }

  /** @private @param {Entry} entry */
  write(entry) {
    return put(this.storage, this.prefix + entry.client_id, JSON.stringify(entry));
  }

  /** @private @returns {string[]} */
  names() {
    const found = [];
    for (let index = 0; index < this.storage.length; index++) {
      const name = this.storage.key(index);
      if (name?.startsWith(this.prefix)) found.push(name);
    }
    return found;
  }
}

/** The lane of a conversation that does not exist yet. @param {string} client_id of its opening command */
export function openingLane(client_id) {
  return `new:${client_id}`;
}

/**
 * A message that waits for a conversation whose opening is not (or no longer) here cannot be sent.
 * @param {Entry} entry
 */
function isStranded(entry) {
  return entry.lane.startsWith("new:") && entry.lane !== openingLane(entry.client_id);
}

/** @param {Entry} entry */
function bytes(entry) {
  return new TextEncoder().encode(JSON.stringify(entry)).length;
}

/**
 * Another version of ours, or a curious person, may have written there.
 * @param {string | null} text
 * @returns {Entry | null}
 */
function read(text) {
  try {
    const entry = JSON.parse(text || "null");
    return typeof entry?.client_id === "string" && typeof entry.lane === "string" && typeof entry.fields === "object"
      ? entry
      : null;
  } catch {
    return null;
  }
}

/**
 * Empties the outbox: one entry in flight per lane, the next only after the answer to the one before.
 * @module pump
 */

import { Backoff } from "./backoff.js";
import { ApiError, unanswered } from "./errors.js";

/**
 * @typedef {import("./outbox.js").Entry} Entry
 * @typedef {object} PumpOptions
 * @property {import("./outbox.js").Outbox} outbox
 * @property {(entry: Entry) => Promise<any>} send resolves with the ack, rejects with an `ApiError`
 * @property {(entry: Entry, ack: any) => void} onSent the entry is still in the outbox; take it out
 * @property {(entry: Entry, error: ApiError) => void} onRefused the error is final
 * @property {() => void} onChange a delivery has ended, one way or the other
 * @property {(lane: string, work: () => Promise<void>) => Promise<void>} [lock] one tab at a time
 */

/** @typedef {{timer: ReturnType<typeof setTimeout> | undefined, backoff: Backoff, until: number}} Rest */

const LOCK_WAIT_MS = 12_000;

/**
 * Web Locks per lane. A tab that sleeps in the middle of a delivery must not stop the others for ever:
 * after a while they go without the lock, since the client id makes a second delivery harmless.
 * @param {string} name
 * @returns {(lane: string, work: () => Promise<void>) => Promise<void>}
 */
export function laneLock(name) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return (_lane, work) => work();
  return async (lane, work) => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), LOCK_WAIT_MS);
    let begun = false;
    try {
      await locks.request(`${name}:${lane}`, { signal: patience.signal }, () => {
        begun = true;
        clearTimeout(timer);
        return work();
      });
    } catch (error) {
      if (begun) throw error;
      await work();
    } finally {
      clearTimeout(timer);
    }
  };
}

export class Pump {
  /** @param {PumpOptions} options */
  constructor({ outbox, send, onSent, onRefused, onChange, lock = laneLock("helpdesk:pump") }) {
    this.outbox = outbox;
    this.send = send;
    this.onSent = onSent;
    this.onRefused = onRefused;
    this.onChange = onChange;
    this.lock = lock;
    /** @private @type {Set<string>} lanes with something in flight here */
    this.flying = new Set();
    /** @private @type {Map<string, Rest>} lanes that wait before trying again */
    this.resting = new Map();
  }

  /** Starts whatever can be sent now. Call it after a push, a reconnect, a change in another tab. */
  kick() {
    for (const entry of this.outbox.due()) {
      if (!this.flying.has(entry.lane) && !this.isResting(entry.lane)) this.deliver(entry.lane);
    }
  }

  /** The connection is back: nobody waits any longer, but for a time that the server itself asked for. */
  wake() {
    for (const [lane, { timer, until }] of this.resting) {
      if (until > Date.now()) continue;
      clearTimeout(timer);
      this.resting.delete(lane);
    }
    this.kick();
  }

  /** @private @param {string} lane */
  isResting(lane) {
    return Boolean(this.resting.get(lane)?.timer);
  }

  /** @private @param {string} lane */
  async deliver(lane) {
    this.flying.add(lane);
    try {
      await this.lock(lane, () => this.attempt(lane));
    } finally {
      this.flying.delete(lane);
      this.onChange();
    }
    this.kick();
  }

  /** @private Another tab may have sent it while we waited for the lock: look again. @param {string} lane */
  async attempt(lane) {
    const entry = this.outbox.due().find((due) => due.lane === lane);
    if (!entry) return;
    try {
      const ack = await this.send(entry);
      this.resting.delete(lane);
      this.onSent(entry, ack);
    } catch (thrown) {
      this.answer(entry, thrown instanceof ApiError ? thrown : unanswered());
    }
  }

  /** @private @param {Entry} entry @param {ApiError} error */
  answer(entry, error) {
    // Its own event may have come meanwhile: then it was stored and this error says nothing.
    if (!this.outbox.get(entry.client_id)) return;
    if (!error.retry) {
      this.onRefused(entry, error);
      return;
    }
    const backoff = this.resting.get(entry.lane)?.backoff ?? new Backoff();
    const timer = setTimeout(() => {
      const rest = this.resting.get(entry.lane);
      if (rest) rest.timer = undefined;
      this.kick();
    }, backoff.next(error.retry_in_ms));
    this.resting.set(entry.lane, { timer, backoff, until: Date.now() + error.retry_in_ms });
  }
}

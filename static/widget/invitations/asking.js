/**
 * Asks the server whether an invitation whose moment has come may be shown. One question at a time, repeated with the
 * same id until it is answered. After an answer that invitation is quiet until the server arms anew, or the page is
 * another one. No timers: `tick` is called.
 * @module asking
 */

import { uuid } from "../../js/lib/ids.js";

const REPEAT_MS = [3000, 10_000];
const PATIENCE_MS = 20_000;
const QUIET_MS = 60_000; // after no answer at all
const ASKED_AT_MOST = 8; // on one page, whatever happens

/**
 * @typedef {{invitation: string, trigger: import("./triggers.js").Tree}} Armed
 * @typedef {{invitation: string, due_id: string, facts: import("./triggers.js").Facts, at: number, said: number}} Question
 */

export class Asking {
  /** @param {(type: string, fields: Record<string, unknown>) => boolean} send @param {() => number} [now] ms */
  constructor(send, now = () => performance.now()) {
    this.send = send;
    this.now = now;
    /** @type {Armed[]} */
    this.armed = [];
    /** @private on this page */
    this.asked = 0;
    /** @type {Question | null} */
    this.open = null;
    /** @private @type {Map<string, number>} until when not to ask for an invitation */
    this.quiet = new Map();
  }

  /** The server has looked again. @param {Armed[]} list */
  arm(list) {
    this.armed = list;
    this.quiet.clear();
  }

  /** Another page: whatever was refused on the one before may be asked again. */
  restart() {
    this.open = null;
    this.asked = 0;
    this.quiet.clear();
  }

  /** @param {(armed: Armed) => boolean} isDue @param {() => import("./triggers.js").Facts} facts */
  tick(isDue, facts) {
    if (this.open) return this.repeat();
    const now = this.now();
    if (this.asked >= ASKED_AT_MOST) return;
    const due = this.armed.find((each) => (this.quiet.get(each.invitation) ?? 0) <= now && isDue(each));
    if (!due) return;
    this.asked++;
    this.open = { invitation: due.invitation, due_id: uuid(), facts: facts(), at: now, said: 0 };
    this.say();
  }

  /** The line is back: whoever would have answered may be gone. */
  again() {
    if (this.open) this.say();
  }

  /** An answer to the open question. @param {string} due_id @param {number} [quiet] ms @returns {boolean} it was ours */
  answered(due_id, quiet = Infinity) {
    if (this.open?.due_id !== due_id) return false;
    this.quiet.set(this.open.invitation, this.now() + quiet);
    this.open = null;
    return true;
  }

  /** @private */
  repeat() {
    const { open } = this;
    if (!open) return;
    const waited = this.now() - open.at;
    if (waited >= PATIENCE_MS) this.answered(open.due_id, QUIET_MS);
    else if (waited >= REPEAT_MS[open.said - 1]) this.say();
  }

  /** @private */
  say() {
    if (!this.open) return;
    const { invitation, due_id, facts } = this.open;
    this.open.said++;
    // What could not be said is said with the next repeat, or when the line is back.
    this.send("invitation.due", { invitation, due_id, facts });
  }
}

/**
 * Asks the server whether an invitation whose moment has come may be shown. One question at a time, repeated with the
 * same id until it is answered; after a no that invitation is quiet for a while. No timers: `tick` is called.
 * @module asking
 */

import { uuid } from "../../js/lib/ids.js";

const REPEAT_MS = [3000, 10_000];
const PATIENCE_MS = 20_000;
const QUIET_MS = 60_000;
const ASKED_AT_MOST = 5; // for one invitation on one page

/**
 * @typedef {{invitation: string, trigger: import("./triggers.js").Tree}} Armed
 * @typedef {{invitation: string, due_id: string, facts: import("./triggers.js").Facts, at: number, said: number}} Question
 */

export class Asking {
  /** @param {(type: string, fields: Record<string, unknown>) => boolean} send @param {() => number} [now] ms */
  constructor(send, now = () => performance.now()) {
    this.send = send;
    this.now = now;
    /** @type {Armed[]} the one that goes first first */
    this.armed = [];
    /** @type {Question | null} */
    this.open = null;
    /** @private @type {Map<string, {until: number, times: number}>} */
    this.quiet = new Map();
  }

  /** Another page: whatever was refused on the one before may be asked again. */
  restart() {
    this.open = null;
    this.quiet.clear();
  }

  /** @param {(armed: Armed) => boolean} isDue @param {() => import("./triggers.js").Facts} facts */
  tick(isDue, facts) {
    if (this.open) return this.repeat();
    const now = this.now();
    const due = this.armed.find((each) => (this.quiet.get(each.invitation)?.until ?? 0) <= now && isDue(each));
    if (!due) return;
    this.open = { invitation: due.invitation, due_id: uuid(), facts: facts(), at: now, said: 0 };
    this.say();
  }

  /** The line is back: whoever would have answered may be gone. */
  again() {
    if (this.open) this.say();
  }

  /** An answer to the open question. @param {string} due_id @returns {boolean} it was ours */
  answered(due_id) {
    if (this.open?.due_id !== due_id) return false;
    this.rest(this.open.invitation);
    this.open = null;
    return true;
  }

  /** @private */
  repeat() {
    const { open } = this;
    if (!open) return;
    const waited = this.now() - open.at;
    if (waited >= PATIENCE_MS) this.answered(open.due_id);
    else if (waited >= REPEAT_MS[open.said - 1]) this.say();
  }

  /** @private */
  say() {
    if (!this.open) return;
    const { invitation, due_id, facts } = this.open;
    // What could not be said is said with the next repeat, or when the line is back.
    this.send("invitation.due", { invitation, due_id, facts });
    this.open.said++;
  }

  /** @private Ever longer, and in the end until the next page. @param {string} invitation */
  rest(invitation) {
    const times = (this.quiet.get(invitation)?.times ?? 0) + 1;
    const until = times >= ASKED_AT_MOST ? Infinity : this.now() + QUIET_MS * 2 ** (times - 1);
    this.quiet.set(invitation, { until, times });
  }
}

/**
 * Where a client stands in each ticket's log. Sockets and Redis may lose, double and reorder; the numbers
 * decide: the next one is applied, an older one ignored, a later one means something is missing.
 * Pure: no clock, no network.
 * @module sequence
 */

/**
 * @typedef {"apply" | "ignore" | "gap"} Verdict
 * @typedef {{ticket: string, epoch: string, after: number}} Position
 */

/** One ticket's position. `last` is the number of the last event applied, −1 = only the newest wanted. */
export class Sequence {
  /** @param {string} [epoch] @param {number} [last] */
  constructor(epoch = "", last = 0) {
    this.epoch = epoch;
    this.last = last;
  }

  /** @param {number} seq @returns {Verdict} `apply` also moves the position */
  accept(seq) {
    if (seq <= this.last) return "ignore";
    if (seq > this.last + 1 || this.last < 0) return "gap";
    this.last = seq;
    return "apply";
  }

  /**
   * `subscribed` came: events from `from` follow. A new epoch is another history: start again.
   * @param {{epoch: string, from: number, head: number}} frame
   * @returns {boolean} false when the local copy must be dropped
   */
  begin({ epoch, from, head }) {
    const same = !this.epoch || this.epoch === epoch;
    this.epoch = epoch;
    if (this.last < 0) this.last = from - 1;
    return same && from <= this.last + 1 && head >= this.last;
  }

  /** @param {number} head from a heartbeat @returns {boolean} something is missing */
  isBehind(head) {
    return head > this.last;
  }
}

/** The positions of all tickets that one client follows. */
export class Sequences {
  constructor() {
    /** @type {Map<string, Sequence>} */
    this.all = new Map();
  }

  /** @param {string} ticket */
  get(ticket) {
    return this.all.get(ticket);
  }

  /**
   * Starts to follow a ticket, or goes on from where it stood.
   * @param {string} ticket @param {{epoch?: string, after?: number}} [from]
   * @returns {Sequence}
   */
  follow(ticket, { epoch = "", after } = {}) {
    const known = this.all.get(ticket);
    if (known) {
      if (after !== undefined) known.last = after;
      if (epoch) known.epoch = epoch;
      return known;
    }
    const fresh = new Sequence(epoch, after ?? 0);
    this.all.set(ticket, fresh);
    return fresh;
  }

  /** @param {string} ticket */
  forget(ticket) {
    this.all.delete(ticket);
  }

  /** What `hello.resume` carries. @returns {Position[]} */
  positions() {
    return Array.from(this.all, ([ticket, { epoch, last }]) => ({ ticket, epoch, after: last }));
  }

  /**
   * The tickets whose tail is missing.
   * @param {Record<string, number>} heads from a heartbeat
   * @returns {string[]}
   */
  behind(heads) {
    return Object.entries(heads)
      .filter(([ticket, head]) => this.all.get(ticket)?.isBehind(head))
      .map(([ticket]) => ticket);
  }
}

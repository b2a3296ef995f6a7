/**
 * Waiting times between attempts: exponential with full jitter, so that a thousand clients that lost
 * the same server do not come back in the same second.
 * @module backoff
 */

const BASE_MS = 500;
export const CAP_MS = 30_000;

/**
 * The n-th wait: a random time between 0 and min(cap, base · 2^n).
 * @param {number} attempt 0 for the first
 * @param {() => number} [random]
 * @returns {number} milliseconds
 */
export function waitFor(attempt, random = Math.random) {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 16));
}

/** Counts attempts; `reset` after success, or when the network or the person comes back. */
export class Backoff {
  /** @param {() => number} [random] */
  constructor(random = Math.random) {
    this.random = random;
    this.attempt = 0;
  }

  /**
   * The wait before the next attempt, never shorter than what the server asked for.
   * @param {number} [atLeast]
   * @returns {number}
   */
  next(atLeast = 0) {
    return Math.max(atLeast, waitFor(this.attempt++, this.random));
  }

  reset() {
    this.attempt = 0;
  }
}

/**
 * The log of one ticket as this browser holds it: a stretch without gaps, from `from` to `last`.
 * @import {LogEvent, Pending} from "./types.js"
 */

/**
 * @typedef {object} Log
 * @property {string} epoch
 * @property {number} from  the first number held
 * @property {number} last  the last number held; from − 1 when nothing is
 * @property {number} head  the last number that the server is known to have
 * @property {LogEvent[]} events  in order
 * @property {{delivered: number, read: number}} receipt  how far the visitor's side has come
 */

/** @param {{epoch?: string, from?: number, head?: number}} [start] @returns {Log} */
export function emptyLog({ epoch = "", from = 1, head = 0 } = {}) {
  return { epoch, from, last: from - 1, head, events: [], receipt: { delivered: 0, read: 0 } };
}

/**
 * @param {Log} log
 * @param {LogEvent} event
 * @returns {{log: Log, verdict: "apply"|"ignore"|"gap"}}
 */
export function applyEvent(log, event) {
  if (event.seq <= log.last) return { log, verdict: "ignore" };
  const head = Math.max(log.head, event.seq);
  if (event.seq > log.last + 1) return { log: { ...log, head }, verdict: "gap" };
  return { log: { ...log, head, last: event.seq, events: [...log.events, event] }, verdict: "apply" };
}

/**
 * A page read over HTTP: what continues the stretch at either end is taken, the rest is known already.
 * @param {Log} log
 * @param {LogEvent[]} events
 */
export function addPage(log, events) {
  const sorted = [...events].sort((a, b) => a.seq - b.seq);
  let next = log;
  for (const event of sorted) next = applyEvent(next, event).log;
  return addOlder(next, sorted);
}

/**
 * @param {Log} log
 * @param {LogEvent[]} sorted
 * @returns {Log}
 */
function addOlder(log, sorted) {
  const older = [];
  let from = log.from;
  for (let at = sorted.length - 1; at >= 0; at -= 1) {
    if (sorted[at].seq !== from - 1) continue;
    older.unshift(sorted[at]);
    from -= 1;
  }
  return older.length ? { ...log, from, events: [...older, ...log.events] } : log;
}

/**
 * The page before what is held: `after` and `limit` for the server, or null at the beginning.
 * @param {Log} log
 * @param {number} size
 */
export function olderPage(log, size) {
  if (log.from <= 1) return null;
  const after = Math.max(0, log.from - 1 - size);
  return { after, limit: log.from - 1 - after };
}

/**
 * Receipts only move forward.
 * @param {Log} log
 * @param {{delivered?: number, read?: number}} receipt
 */
export function applyReceipt(log, receipt) {
  return {
    ...log,
    receipt: {
      delivered: Math.max(log.receipt.delivered, receipt.delivered ?? 0, receipt.read ?? 0),
      read: Math.max(log.receipt.read, receipt.read ?? 0),
    },
  };
}

/**
 * Messages still on the way: those whose own event is already in the log are done, whatever happened to their ack.
 * @param {Pending[]} pending
 * @param {LogEvent[]} events
 */
export function stillPending(pending, events) {
  const done = new Set(events.map((event) => event.client_id).filter(Boolean));
  return pending.filter((message) => !done.has(message.client_id));
}

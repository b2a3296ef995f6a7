/** A long list of which only the part in view is drawn. Rows are of one height. */

/** @typedef {{at: number}|{gap: number}} Piece  a row by its place, or how many rows are left out */

/** Rows beyond both edges, so that a quick finger does not see the end. */
const MARGIN = 6;

/**
 * @param {{count: number, rowHeight: number, top: number, height: number}} view  `top`: how far the list is scrolled, in
 *   pixels, negative while it begins below; `height`: of the window on it
 * @returns {{from: number, to: number}} places, `to` not included
 */
export function spanInView({ count, rowHeight, top, height }) {
  const first = Math.floor(top / rowHeight) - MARGIN;
  const last = Math.ceil((top + height) / rowHeight) + MARGIN;
  const from = Math.min(count, Math.max(0, first));
  return { from, to: Math.min(count, Math.max(from, last)) };
}

/**
 * What to draw, in order. The row that has the focus is drawn wherever it is: a row that vanishes takes the focus along.
 * @param {{from: number, to: number}} span
 * @param {number} count
 * @param {number} kept  its place, or -1
 * @returns {Piece[]}
 */
export function piecesOf({ from, to }, count, kept) {
  const places = Array.from({ length: to - from }, (_, at) => from + at);
  if (kept >= 0 && kept < count) {
    if (kept < from) places.unshift(kept);
    if (kept >= to) places.push(kept);
  }
  /** @type {Piece[]} */
  const pieces = [];
  let next = 0;
  for (const at of places) {
    if (at > next) pieces.push({ gap: at - next });
    pieces.push({ at });
    next = at + 1;
  }
  if (next < count) pieces.push({ gap: count - next });
  return pieces;
}

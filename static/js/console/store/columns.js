/**
 * How much room the columns of the visitors' table need, and which go where there is none.
 * @import {Column} from "./visitor_order.js"
 */

/** Least width in pixels; those with a share take what is left over. @type {Record<Column, {width: number, share?: number, isFigure?: boolean}>} */
export const ROOM = {
  who: { width: 168, share: 1 },
  page: { width: 168, share: 1.5 },
  on_page: { width: 60, isFigure: true },
  on_site: { width: 60, isFigure: true },
  pages: { width: 56, isFigure: true },
  source: { width: 92 },
  place: { width: 116 },
  device: { width: 36 },
  visits: { width: 48, isFigure: true },
  cart: { width: 84, isFigure: true },
  department: { width: 100 },
  state: { width: 116 },
  wait: { width: 56, isFigure: true },
};
const ACTIONS = 68;
const GAP = 12;
/** What goes first where there is no room. @type {Column[]} */
const LEAST_MISSED = ["department", "pages", "wait", "cart", "visits", "device", "on_site", "source", "place", "on_page"];

/** @param {Column[]} columns @returns {number} */
const need = (columns) => columns.reduce((sum, column) => sum + ROOM[column].width + GAP, ACTIONS);

/** @param {Column[]} chosen @param {number} width @returns {Column[]} those for which there is room */
export function fitting(chosen, width) {
  let columns = chosen;
  for (const column of LEAST_MISSED) {
    if (need(columns) <= width) break;
    columns = columns.filter((one) => one !== column);
  }
  return columns;
}

/** @param {Column[]} columns */
export const template = (columns) => [...columns.map((column) => {
  const { width, share } = ROOM[column];
  return share ? `minmax(${width}px, ${share}fr)` : `${width}px`;
}), `${ACTIONS}px`].join(" ");

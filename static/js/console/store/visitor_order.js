/**
 * In which order visitors stand, and how the order keeps still while somebody points at it.
 * @import {OnSite} from "./types.js"
 */
import { deviceKind, pageOf } from "./visitors.js";

/** @typedef {"who"|"page"|"on_page"|"on_site"|"pages"|"source"|"place"|"device"|"visits"|"cart"|"department"|"state"|"wait"} Column */
/** @typedef {{by: Column, down: boolean}} Sort */
/** @typedef {Map<string, string>} Waits  since when a ticket waits */
/** @typedef {{items: OnSite[], gone: Set<string>, moved: number}} Order  `gone`: shown although they have left */

/** @type {Column[]} */
export const COLUMNS = ["who", "page", "on_page", "on_site", "pages", "source", "place", "device", "visits", "cart", "department", "state", "wait"];
/** Without these a row says nothing. @type {Column[]} */
export const FIXED = ["who", "page", "state"];
/** @type {Column[]} */
export const USUAL = ["who", "page", "on_page", "on_site", "source", "place", "device", "visits", "state"];
/** Who waits comes first. @type {Sort} */
export const USUAL_SORT = { by: "state", down: false };

const RANKS = { queued: 0, chatting: 1, invited: 2, browsing: 3 };
/** Later than every moment. */
const NEVER = "9";

/** @param {unknown} stored @returns {Column[]} the usual ones for anything that is no choice of columns */
export function columnsFrom(stored) {
  if (!Array.isArray(stored)) return USUAL;
  return COLUMNS.filter((column) => FIXED.includes(column) || stored.includes(column));
}

/** @param {unknown} stored @returns {Sort} */
export function sortFrom(stored) {
  const { by, down } = /** @type {any} */ (stored ?? {});
  return COLUMNS.includes(by) ? { by, down: !!down } : USUAL_SORT;
}

/** The same column again turns the order around. @param {Sort} sort @param {Column} by @returns {Sort} */
export const sortedBy = (sort, by) => ({ by, down: sort.by === by ? !sort.down : false });

/**
 * What a column is compared by; null when there is nothing to compare.
 * @param {OnSite} row
 * @param {Column} by
 * @param {Waits} waits
 * @returns {string|number|null}
 */
function keyOf(row, by, waits) {
  switch (by) {
    case "who": return row.name || null;
    case "page": return row.title || pageOf(row);
    // Whoever has been there longest has the earliest moment.
    case "on_page": return -Date.parse(row.page_since);
    case "on_site": return -Date.parse(row.since);
    case "place": return row.country ? `${row.country} ${row.city}` : null;
    case "device": return deviceKind(row) || null;
    case "cart": return row.cart?.value ?? null;
    case "state": return RANKS[row.state];
    case "wait": return -Date.parse(waitOf(row, waits)) || null;
    default: return row[by] || null;
  }
}

/** @param {OnSite} row @param {Waits} waits @returns {string} since when, or "" */
export const waitOf = (row, waits) => (row.state === "queued" && row.ticket && waits.get(row.ticket)) || "";

/**
 * Of whom a column says nothing comes last either way. Who is equal keeps to their arrival, so that nobody moves without
 * a reason; who waits longest comes before.
 * @param {OnSite[]} rows
 * @param {Sort} sort
 * @param {Waits} waits
 * @param {string} [language]  whose alphabet counts
 */
export function sorted(rows, { by, down }, waits, language) {
  const words = new Intl.Collator(language, { numeric: true });
  const turn = down ? -1 : 1;
  return rows
    .map((row) => ({ row, key: keyOf(row, by, waits), wait: waitOf(row, waits) || NEVER }))
    .sort((a, b) => compareKeys(a.key, b.key, turn, words) || compare(a.wait, b.wait)
      || compare(a.row.since, b.row.since) || compare(a.row.id, b.row.id))
    .map(({ row }) => row);
}

/**
 * @param {string|number|null} a
 * @param {string|number|null} b
 * @param {1|-1} turn
 * @param {Intl.Collator} words
 */
function compareKeys(a, b, turn, words) {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === "string" && typeof b === "string") return turn * words.compare(a, b);
  return turn * compare(a, b);
}

/** @param {string|number} a @param {string|number} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The order on the screen. While it is held nobody comes, goes or moves: those who left stay in their place, those who
 * came wait, and `moved` says how many places are not what they would be.
 * @param {Order} before
 * @param {OnSite[]} fresh  who is to be shown, sorted
 * @param {boolean} isHeld
 * @param {Map<string, OnSite>} people  everybody, also whom the filter hides by now
 * @returns {Order}
 */
export function arrange(before, fresh, isHeld, people) {
  if (!isHeld || !before.items.length) return { items: fresh, gone: new Set(), moved: 0 };
  const items = before.items.map((row) => people.get(row.id) ?? row);
  const gone = new Set(items.filter((row) => !people.has(row.id)).map((row) => row.id));
  return { items, gone, moved: movedBetween(items, fresh) };
}

/** @param {OnSite[]} shown @param {OnSite[]} fresh */
function movedBetween(shown, fresh) {
  const wanted = new Set(fresh.map((row) => row.id));
  const there = new Set(shown.map((row) => row.id));
  const stay = shown.filter((row) => wanted.has(row.id));
  const among = fresh.filter((row) => there.has(row.id));
  const shifted = stay.reduce((count, row, at) => count + Number(row.id !== among[at].id), 0);
  return shifted + (shown.length - stay.length) + (fresh.length - among.length);
}

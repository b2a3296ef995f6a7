/**
 * The inbox as pure functions over rows: merging by version, unread arithmetic, which view shows what, and counts.
 * @import {Row, View, Counts, Mine} from "./types.js"
 */

import { gettext, interpolate } from "../../lib/i18n.js";

const OPEN = new Set(["new", "open", "answered"]);

/** @param {Row} row */
export const isOpen = (row) => OPEN.has(row.state);

/**
 * @param {Row} row
 * @param {View} view
 * @param {string} me
 */
export function inView(row, view, me) {
  if (view === "resolved" || view === "spam") return row.state === view;
  if (!isOpen(row)) return false;
  if (view === "mine") return row.assignee?.id === me;
  return view === "all" || !row.assignee;
}

/**
 * Somebody of whom nothing is known still needs a name that tells one from another.
 * @param {Row} row
 * @returns {Row}
 */
export function withName(row) {
  if (row.name) return row;
  return { ...row, name: interpolate(gettext("Visitor %(number)s"), { number: row.number }), initials: row.initials || "?" };
}

/**
 * The newer of two rows of one ticket, with the reader's own marks carried along.
 * A live row has no `mine`: its unread count is what was known plus the visitor's messages that are new since.
 * @param {Row|undefined} known
 * @param {Row} row
 * @returns {Row & {mine: Mine}}
 */
export function mergeRow(known, row) {
  if (!known) return { ...withName(row), mine: row.mine ?? { read: 0, unread: firstUnread(row) } };
  const newer = row.version >= known.version ? withName(row) : known;
  return { ...newer, mine: mergeMine(known, row) };
}

/** @param {Row} row */
function firstUnread(row) {
  if (row.last?.by !== "visitor") return 0;
  return row.state === "new" ? row.inbound : 1;
}

/**
 * @param {Row} known
 * @param {Row} row
 * @returns {Mine}
 */
function mergeMine(known, row) {
  const mine = known.mine ?? { read: 0, unread: 0 };
  if (row.mine && row.version >= known.version) {
    const readHere = mine.read > row.mine.read;
    return { read: Math.max(mine.read, row.mine.read), unread: readHere && mine.read >= row.head ? 0 : row.mine.unread };
  }
  if (row.version <= known.version) return mine;
  // The event may come before its row: what is read already does not become unread again.
  if (mine.read >= row.head) return { read: mine.read, unread: 0 };
  return { read: mine.read, unread: mine.unread + Math.max(0, row.inbound - known.inbound) };
}

/**
 * The row after its reader has seen everything up to `upto`.
 * @param {Row} row
 * @param {number} upto
 * @returns {Row}
 */
export function markRead(row, upto) {
  const read = Math.max(row.mine?.read ?? 0, upto);
  return { ...row, mine: { read, unread: read >= row.head ? 0 : row.mine?.unread ?? 0 } };
}

/**
 * @param {Map<string, Row>} rows
 * @param {Row[]} fresh
 * @returns {Map<string, Row>} a new map; the old one is untouched
 */
export function mergeRows(rows, fresh) {
  const next = new Map(rows);
  for (const row of fresh) next.set(row.id, mergeRow(next.get(row.id), row));
  return next;
}

/**
 * After a list was read again: rows that belonged to the view and are not in the answer any more are gone.
 * Of an answer that is only the first pages, nothing follows for what lies beyond its oldest row.
 * @param {Map<string, Row>} rows
 * @param {Row[]} fresh
 * @param {{view: View, me: string, isWhole: boolean, keep?: string|null}} asked  `keep`: the ticket on the screen stays
 */
export function replaceView(rows, fresh, { view, me, isWhole, keep }) {
  const answered = new Set(fresh.map((row) => row.id));
  const oldest = isWhole ? "" : fresh.map(lastAt).sort()[0] ?? "";
  const next = new Map();
  for (const [id, row] of rows) {
    const isGone = !answered.has(id) && id !== keep && inView(row, view, me) && lastAt(row) > oldest;
    if (!isGone) next.set(id, row);
  }
  return mergeRows(next, fresh);
}

/**
 * Counts after one row changed, or null when the row was unknown before, so that only the server can tell.
 * @param {Counts} counts
 * @param {Row|undefined} before
 * @param {Row|undefined} after
 * @param {string} me
 * @returns {Counts|null}
 */
export function adjustCounts(counts, before, after, me) {
  if (!before) return null;
  const step = (/** @type {(row: Row) => boolean} */ test) => Number(!!after && test(after)) - Number(test(before));
  return {
    all: Math.max(0, counts.all + step((row) => inView(row, "all", me))),
    mine: Math.max(0, counts.mine + step((row) => inView(row, "mine", me))),
    unassigned: Math.max(0, counts.unassigned + step((row) => inView(row, "unassigned", me))),
    waiting: Math.max(0, counts.waiting + step(waits)),
  };
}

/** @param {Row} row */
export const waits = (row) => isOpen(row) && !!row.waiting_since;

/** @param {Row} row */
const lastAt = (row) => row.last?.at ?? row.updated_at;

/** @param {string} a @param {string} b */
const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Who has waited longest comes first; the others by their last line, newest first.
 * @param {Row[]} rows
 */
export function sortRows(rows) {
  return [...rows].sort((a, b) => {
    if (waits(a) !== waits(b)) return waits(a) ? -1 : 1;
    if (waits(a)) return byText(a.waiting_since ?? "", b.waiting_since ?? "") || a.number - b.number;
    return byText(lastAt(b), lastAt(a)) || b.number - a.number;
  });
}

/**
 * Open views fall into who waits for the team and who for the customer; closed ones are one list.
 * @param {Row[]} rows
 * @param {View} view
 * @returns {{key: "you"|"customer"|"rest", rows: Row[]}[]}
 */
export function groupRows(rows, view) {
  const sorted = sortRows(rows);
  if (view === "resolved" || view === "spam") return sorted.length ? [{ key: "rest", rows: sorted }] : [];
  const groups = [
    { key: /** @type {const} */ ("you"), rows: sorted.filter(waits) },
    { key: /** @type {const} */ ("customer"), rows: sorted.filter((row) => !waits(row)) },
  ];
  return groups.filter((group) => group.rows.length);
}

/**
 * How many open tickets of mine, or of nobody yet, have something new: the figure in the page's title and on the rail.
 * @param {Iterable<Row>} rows
 * @param {string} me
 */
export function unreadForMe(rows, me) {
  let count = 0;
  for (const row of rows) {
    const isForMe = inView(row, "mine", me) || inView(row, "unassigned", me);
    if (isForMe && (row.mine?.unread ?? 0) > 0) count += 1;
  }
  return count;
}

/**
 * My open chats in a stable order: by number, so that a tab never moves while someone types or answers.
 * @param {Iterable<Row>} rows
 * @param {string} me
 */
export function tabsOf(rows, me) {
  return [...rows].filter((row) => inView(row, "mine", me)).sort((a, b) => a.number - b.number);
}

/**
 * Whether a live row means a sound for this reader: the customer wrote, and the ticket is mine or nobody's.
 * @param {Row|undefined} before
 * @param {Row} after
 * @param {string} me
 */
export function isNewForMe(before, after, me) {
  if (!isOpen(after) || after.last?.by !== "visitor") return false;
  if (after.assignee && after.assignee.id !== me) return false;
  return after.inbound > (before?.inbound ?? 0) && (!before || after.version > before.version);
}

/**
 * The row before or after the current one, for j and k; the first when none is open.
 * @param {Row[]} rows  in the order shown
 * @param {string|null} current
 * @param {1|-1} step
 */
export function neighbour(rows, current, step) {
  if (!rows.length) return null;
  const at = rows.findIndex((row) => row.id === current);
  if (at < 0) return step > 0 ? rows[0] : rows[rows.length - 1];
  return rows[Math.min(rows.length - 1, Math.max(0, at + step))];
}

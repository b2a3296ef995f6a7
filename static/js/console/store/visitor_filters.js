/**
 * Which visitors are shown, and how many there are of each kind.
 * @import {OnSite} from "./types.js"
 */
import { fold } from "./fold.js";
import { deviceKind, pageOf, wordsOf } from "./visitors.js";

/** @typedef {"state"|"page"|"country"|"source"|"department"|"device"|"agent"} Facet */
/** @typedef {Record<Facet, string> & {q: string}} Filter  "" asks for nothing. */
/** @typedef {Record<Facet, Map<string, number>>} SiteCounts */

/** @type {Facet[]} */
export const FACETS = ["state", "page", "country", "source", "department", "device", "agent"];

/** Stands for "not known", so that one can look for those too. */
export const NONE = "none";

/** @type {Filter} */
export const NO_FILTER = { q: "", state: "", page: "", country: "", source: "", department: "", device: "", agent: "" };

const LONGEST = 500;

/** @param {URLSearchParams} params @returns {Filter} */
export function filterFrom(params) {
  const filter = { ...NO_FILTER };
  for (const name of /** @type {(keyof Filter)[]} */ (Object.keys(NO_FILTER))) filter[name] = (params.get(name) ?? "").slice(0, LONGEST);
  return filter;
}

/** @param {Filter} filter @returns {[string, string][]} what is asked for, as it stands in the address */
export const paramsOf = (filter) => Object.entries(filter).filter(([, value]) => value);

/** @param {Filter} filter */
export const isFiltered = (filter) => paramsOf(filter).length > 0;

/** @param {OnSite} row @param {Facet} facet */
export function valueOf(row, facet) {
  switch (facet) {
    case "page": return pageOf(row);
    case "agent": return row.with ?? NONE;
    case "department": return row.department ?? NONE;
    case "device": return deviceKind(row) || NONE;
    default: return row[facet] || NONE;
  }
}

/**
 * The rows that fit, and the counts of each facet among the rows that fit all other conditions: so a list of countries
 * still offers the others while one of them is chosen.
 * @param {Iterable<OnSite>} rows
 * @param {Filter} filter
 * @returns {{rows: OnSite[], counts: SiteCounts}}
 */
export function sift(rows, filter) {
  /** @type {OnSite[]} */
  const fitting = [];
  const counts = /** @type {SiteCounts} */ (Object.fromEntries(FACETS.map((facet) => [facet, new Map()])));
  const parts = fold(filter.q).split(/\s+/).filter(Boolean);
  const asked = FACETS.filter((facet) => filter[facet]);
  for (const row of rows) {
    if (!parts.every((part) => wordsOf(row).includes(part))) continue;
    const failed = asked.filter((facet) => valueOf(row, facet) !== filter[facet]);
    if (failed.length > 1) continue;
    if (!failed.length) fitting.push(row);
    for (const facet of failed.length ? failed : FACETS) add(counts[facet], valueOf(row, facet));
  }
  return { rows: fitting, counts };
}

/** @param {Map<string, number>} counts @param {string} value */
const add = (counts, value) => counts.set(value, (counts.get(value) ?? 0) + 1);

/**
 * The largest first, and how many are left over.
 * @param {Map<string, number>} counts
 * @param {number} most
 * @returns {{top: [string, number][], others: number, rest: number}}  `others`: how many values, `rest`: how many people
 */
export function ranked(counts, most) {
  const all = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const left = all.slice(most);
  return { top: all.slice(0, most), others: left.length, rest: left.reduce((sum, [, count]) => sum + count, 0) };
}

/**
 * Who is on the site, as pure functions over rows: merging what changed, and what can be told from one row.
 * @import {OnSite} from "./types.js"
 */
import { gettext } from "../../lib/i18n.js";
import { fold } from "./fold.js";
import { pathOf } from "./links.js";

/** @typedef {Map<string, OnSite>} People */

const HUES = 8;

/**
 * The people after a frame. Rows come in parts: only what changed, with the version that it makes.
 * @param {People} people
 * @param {{rows?: (Partial<OnSite> & {id: string, version: number})[], removed?: string[]}} frame
 * @returns {{people: People, isTorn: boolean}}  a new map; torn when a part came of somebody who is not known
 */
export function takeChange(people, { rows = [], removed = [] }) {
  const next = new Map(people);
  let isTorn = false;
  for (const part of rows) {
    const known = next.get(part.id);
    if (isWhole(part)) {
      // Of the same version it may still say more or less: what its reader may know has changed.
      if (!known || part.version >= known.version) next.set(part.id, part);
    } else if (!known) {
      isTorn = true;
    } else if (part.version > known.version) {
      next.set(part.id, { ...known, ...part });
    }
  }
  for (const id of removed) next.delete(id);
  return { people: next, isTorn };
}

/** @param {Partial<OnSite>} row @returns {row is OnSite} */
const isWhole = (row) => row.since !== undefined && row.state !== undefined;

/** @param {OnSite[]} rows @returns {People} */
export const peopleOf = (rows) => new Map(rows.map((row) => [row.id, row]));

/**
 * What is asked of every row every second is worked out once for each change of it.
 * @template T
 * @param {(row: OnSite) => T} work
 * @returns {(row: OnSite) => T}
 */
function once(work) {
  /** @type {WeakMap<OnSite, T>} */
  const known = new WeakMap();
  return (row) => {
    let found = known.get(row);
    if (found === undefined) known.set(row, found = work(row));
    return found;
  };
}

/** The page without what stands behind the question mark: by it pages are counted. */
export const pageOf = once((row) => pathOf(row.url).replace(/\?.*$/s, "") || "/");

/** Everything that a search looks in, folded. */
export const wordsOf = once((row) =>
  fold([row.name, row.email, row.title, row.url, pageOf(row), row.source, row.country, row.city, row.browser, row.os].join(" ")));

/** @typedef {"phone"|"tablet"|"computer"|""} DeviceKind */

/** What somebody holds in their hands: the server names the model, which is too fine to count. */
export const deviceKind = once(({ device, os }) => kindOf(`${device} ${os}`.toLowerCase()));

/** @param {string} words @returns {DeviceKind} */
function kindOf(words) {
  if (/ipad|tablet|kindle/.test(words)) return "tablet";
  if (/phone|ios|android|mobile/.test(words)) return "phone";
  return /windows|mac|linux|ubuntu|chrome ?os|fedora|debian|bsd/.test(words) ? "computer" : "";
}

/** @param {{name: string}} row */
export const nameOf = (row) => row.name || gettext("Visitor");

/** How somebody is drawn: as on the server, so that one person looks alike everywhere. @param {OnSite} row */
export const faceOf = (row) => ({ hue: (crc32(row.visitor ?? row.id) % HUES) + 1, initials: initialsOf(nameOf(row)) });

/** CRC-32 of letters below 128, which is all that an id has. @param {string} text */
function crc32(text) {
  let sum = -1;
  for (let at = 0; at < text.length; at += 1) {
    sum ^= text.charCodeAt(at);
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** @param {string} name */
function initialsOf(name) {
  const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word)).map((word) => [...word]);
  if (!words.length) return "?";
  const isSyllabic = /^[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(words[0].join(""));
  if (words.length === 1) return words[0].slice(0, isSyllabic ? 2 : 1).join("").toUpperCase();
  return (words[0][0] + words[words.length - 1][0]).toUpperCase();
}

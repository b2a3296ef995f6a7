/**
 * Canned messages: finding one while typing, and filling its variables from the ticket in view.
 * @import {Canned} from "./types.js"
 */
import { fold } from "./fold.js";

/** @typedef {{text: string, filled?: boolean, missing?: boolean}} Piece */

const VARIABLE = /\{\{\s*([a-z_]+\.[a-z_]+)\s*(?:\|([^{}]*))?\}\}/g;

/**
 * A template cut into plain words, filled variables and those that could not be filled (kept as they were written).
 * @param {string} template
 * @param {Record<string, string|number|null|undefined>} values
 * @returns {Piece[]}
 */
export function pieces(template, values) {
  /** @type {Piece[]} */
  const out = [];
  let end = 0;
  for (const match of template.matchAll(VARIABLE)) {
    if (match.index > end) out.push({ text: template.slice(end, match.index) });
    out.push(filled(match, values));
    end = match.index + match[0].length;
  }
  if (end < template.length) out.push({ text: template.slice(end) });
  return out;
}

/**
 * @param {RegExpMatchArray} match
 * @param {Record<string, string|number|null|undefined>} values
 * @returns {Piece}
 */
function filled([whole, name, fallback], values) {
  const value = Object.hasOwn(values, name) ? String(values[name] ?? "").trim() : "";
  if (value) return { text: value, filled: true };
  if (fallback !== undefined) return { text: fallback.trim(), filled: true };
  return { text: whole, missing: true };
}

/**
 * @param {string} template
 * @param {Record<string, string|number|null|undefined>} values
 */
export const fill = (template, values) => pieces(template, values).map((piece) => piece.text).join("");

/**
 * Where the first variable stands that nobody filled, so that the caret can be put there.
 * @param {string} text
 * @returns {[number, number]|null}
 */
export function firstMissing(text) {
  const match = text.match(new RegExp(VARIABLE.source));
  return match?.index === undefined ? null : [match.index, match.index + match[0].length];
}

/**
 * What stands after a slash that begins the line under the caret: the words to look for, or null.
 * @param {string} text
 * @param {number} caret
 */
export function slashQuery(text, caret) {
  const before = text.slice(0, caret);
  const match = before.match(/(?:^|\n)\/([^\n]{0,60})$/);
  return match ? match[1] : null;
}

/**
 * The text with the slash command under the caret replaced.
 * @param {string} text
 * @param {number} caret
 * @param {string} insert
 * @returns {{text: string, caret: number}}
 */
export function replaceSlash(text, caret, insert) {
  const query = slashQuery(text, caret);
  const from = query === null ? caret : caret - query.length - 1;
  return { text: text.slice(0, from) + insert + text.slice(caret), caret: from + insert.length };
}

/**
 * The best matches first: a shortcut that starts so, one that holds it, then titles, then texts.
 * @param {Canned[]} rows
 * @param {string} query
 * @param {number} [limit]
 */
export function searchCanned(rows, query, limit = 8) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (!words.length) return [...rows].sort(byShortcut).slice(0, limit);
  return rows
    .map((row) => ({ row, rank: rankOf(row, words) }))
    .filter((hit) => hit.rank < 9)
    .sort((a, b) => a.rank - b.rank || byShortcut(a.row, b.row))
    .slice(0, limit)
    .map((hit) => hit.row);
}

/** @param {Canned} a @param {Canned} b */
const byShortcut = (a, b) => a.shortcut.localeCompare(b.shortcut);


/**
 * @param {Canned} row
 * @param {string[]} words
 */
function rankOf(row, words) {
  const shortcut = fold(row.shortcut).replace(/^\//, "");
  const title = fold(row.title);
  const all = `${shortcut} ${title} ${fold(row.text)}`;
  if (!words.every((word) => all.includes(word))) return 9;
  if (shortcut.startsWith(words[0])) return 0;
  if (shortcut.includes(words[0])) return 1;
  return title.includes(words[0]) ? 2 : 3;
}

/**
 * Finds links in what people wrote. Pure, linear in the length of the text; the caller writes the parts as
 * text and never as HTML.
 * @module linkify
 */

/** @typedef {{text: string, href?: string}} Part */

// No invisible direction marks inside a link: they can make one address look like another.
const CANDIDATE = /\b(?:https?:\/\/|mailto:)[^\s<>"'`\u202a-\u202e\u2066-\u2069]+/giu;
const CLOSERS = new Map([
  [")", "("],
  ["]", "["],
  ["}", "{"],
]);
const TRAILING = new Set(".,;:!?…。、،؟»”’*_~");

/**
 * @param {string} text
 * @returns {Part[]} in order; joined they are the text again
 */
export function linkify(text) {
  /** @type {Part[]} */
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = trimEnd(match[0]);
    const href = safeHref(shown);
    if (!href) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push({ text: shown, href });
    from = match.index + shown.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

/** A full stop or an unpaired bracket at the end belongs to the sentence. @param {string} link */
function trimEnd(link) {
  /** @type {Map<string, number>} */
  const count = new Map();
  for (const sign of link) if ("()[]{}".includes(sign)) count.set(sign, (count.get(sign) ?? 0) + 1);
  let end = link.length;
  for (; end > 0; end--) {
    const last = link[end - 1];
    const opener = CLOSERS.get(last);
    if (opener && (count.get(last) ?? 0) > (count.get(opener) ?? 0)) count.set(last, (count.get(last) ?? 0) - 1);
    else if (!TRAILING.has(last)) break;
  }
  return link.slice(0, end);
}

/** A name before the host (`https://bank.com@evil.example`) is only ever used to deceive. @param {string} text */
function safeHref(text) {
  if (!URL.canParse(text)) return "";
  const url = new URL(text);
  if (url.protocol === "mailto:") return url.pathname.includes("@") ? url.href : "";
  const web = url.protocol === "https:" || url.protocol === "http:";
  return web && url.hostname && !url.username && !url.password ? url.href : "";
}

/**
 * Addresses in plain text, found in one pass: http, https and e-mail, never any other scheme.
 */

/** @typedef {{text: string, href?: string}} Span */

/* No nested repetition, so the time grows with the length only. */
const ADDRESS = /https?:\/\/[^\s<>"'`\u3000-\u303f\uff00-\uff0f]{2,2000}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/giu;
const CLOSERS = { ")": "(", "]": "[", "}": "{" };

/**
 * @param {string} text
 * @returns {Span[]}
 */
export function spansOf(text) {
  /** @type {Span[]} */
  const spans = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimEnd(match[0]);
    const href = hrefOf(address);
    if (!href) continue;
    if (match.index > end) spans.push({ text: text.slice(end, match.index) });
    spans.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) spans.push({ text: text.slice(end) });
  return spans;
}

/** A full stop or an unopened bracket at the end belongs to the sentence. @param {string} address */
function trimEnd(address) {
  let end = address.length;
  while (end > 0) {
    const last = address[end - 1];
    const opener = CLOSERS[/** @type {keyof typeof CLOSERS} */ (last)];
    const unopened = opener && !address.slice(0, end).includes(opener);
    if (!unopened && !/[.,;:!?…'"»”’*_]/u.test(last)) break;
    end -= 1;
  }
  return address.slice(0, end);
}

/** @param {string} address */
function hrefOf(address) {
  if (!/^https?:/i.test(address)) return `mailto:${address}`;
  try {
    return new URL(address).href;
  } catch {
    return null;
  }
}

/**
 * The path of a page, which is what tells pages of one site apart, in the letters that people read.
 * @param {string} url  anything else comes back as it is
 */
export function pathOf(url) {
  if (!URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  return (readable(pathname) ?? pathname) + search;
}

/** Nothing when it cannot be decoded, or holds what cannot be seen and may turn the words around. @param {string} path */
function readable(path) {
  try {
    const words = decodeURI(path);
    return /\p{C}/u.test(words) ? undefined : words;
  } catch {
    return undefined;
  }
}

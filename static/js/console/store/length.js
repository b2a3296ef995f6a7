/** How long a message may be, counted as the server counts: in characters, an emoji being one or a few. */

export const LIMIT = 8000;

/** @param {string} text */
export function lengthOf(text) {
  // Only near the limit does it matter that a character may take two units.
  return text.length <= LIMIT ? text.length : [...text].length;
}

/**
 * What an invitation says, in one language. Pure.
 * @module texts
 */

/**
 * @typedef {object} Texts
 * @property {string} [title]
 * @property {string} [text]
 * @property {string} [button] the way to say yes
 * @property {string} [second] beside it
 * @property {string[]} [chips]
 * @property {string} [code] of a coupon
 * @property {string} [note] small words: under the text of a bar, above a code
 * @property {string} [thanks] once the visitor has answered in place
 */

/**
 * What is written in the locale, else in its language, else in the default ("") one: field by field.
 * @param {any} texts by locale; or those of one, as they are @param {string} locale
 * @returns {Texts}
 */
export function chosen(texts, locale) {
  const [language] = locale.split("-");
  const all = [locale, language, ""].map((code) => texts[code]).filter((one) => typeof one === "object");
  if (!all.length) all.push(texts);
  /** @type {any} */
  const found = {};
  for (const one of all) for (const [name, value] of Object.entries(one)) if (!found[name]?.length) found[name] = value;
  return found;
}

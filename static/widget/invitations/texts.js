/**
 * What an invitation says, in one language. Pure.
 * @module texts
 */

const VARIABLE = /\{\{\s*agent\.(name|first_name)\s*(?:\|([^{}]*))?\}\}/g;

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
 * @param {string} agent whose name stands for `{{agent.name|fallback}}`
 * @returns {Texts}
 */
export function chosen(texts, locale, agent) {
  const [language] = locale.split("-");
  const all = /** @type {Texts[]} */ ([locale, language, ""].map((code) => texts[code]).filter((one) => typeof one === "object"));
  if (!all.length) all.push(/** @type {Texts} */ (texts));
  /** @type {any} */
  const found = {};
  for (const one of all)
    for (const [name, value] of Object.entries(one)) if (!found[name]?.length) found[name] = filled(value, agent);
  return found;
}

/** @param {any} value @param {string} agent @returns {any} */
function filled(value, agent) {
  if (Array.isArray(value)) return value.filter((each) => each?.trim()).map((each) => filled(each, agent));
  const [first] = agent.trim().split(/\s+/u);
  return String(value ?? "").replace(VARIABLE, (_whole, name, fallback) =>
    ((name === "name" ? agent : first) || (fallback ?? "")).trim(),
  );
}

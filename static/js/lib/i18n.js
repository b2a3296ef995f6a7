/**
 * Translated words. The catalog comes with the page: `{msgid: "text" | [plural forms]}`.
 * Always call with literal strings, so that xgettext finds them.
 * @module i18n
 */

/** @typedef {Record<string, string | string[]>} Catalog */

const ORDER = ["zero", "one", "two", "few", "many", "other"];

/** @type {Catalog} */
let catalog = Object.create(null);
/** @type {(n: number) => number} */
let formOf = pluralIndex("en");

/**
 * @param {Catalog} words
 * @param {string} language BCP 47, for example `ar`
 */
export function setCatalog(words, language) {
  catalog = Object.assign(Object.create(null), words);
  formOf = pluralIndex(language);
}

/**
 * The index of the plural form: the language's own categories in gettext's usual order.
 * @param {string} language
 * @returns {(n: number) => number}
 */
export function pluralIndex(language) {
  const rules = pluralRules(language);
  const own = new Set(rules.resolvedOptions().pluralCategories);
  const forms = ORDER.filter((form) => own.has(/** @type {Intl.LDMLPluralRule} */ (form)));
  return (n) => forms.indexOf(rules.select(n));
}

/** @param {string} language an unknown or malformed one falls back to English */
function pluralRules(language) {
  try {
    return new Intl.PluralRules(language);
  } catch {
    return new Intl.PluralRules("en");
  }
}

/** @param {string} message @returns {string} */
export function gettext(message) {
  const found = catalog[message];
  return (typeof found === "string" ? found : found?.[0]) || message;
}

/** @param {string} one @param {string} many @param {number} count @returns {string} */
export function ngettext(one, many, count) {
  const forms = catalog[one];
  if (!Array.isArray(forms) || !forms.length) return count === 1 ? one : many;
  // Intl knows categories that a catalog may lack (fractions, millions): the last form stands for them.
  return forms[Math.min(formOf(count), forms.length - 1)] || (count === 1 ? one : many);
}

/**
 * Puts values into `%(name)s` places; an unknown name stays visible instead of vanishing.
 * @param {string} text @param {Record<string, unknown>} values
 * @returns {string}
 */
export function interpolate(text, values) {
  return text.replace(/%\((\w+)\)s/g, (place, name) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}

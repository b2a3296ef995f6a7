/** The language of a few words, guessed from the script they begin with: enough for the right font and line height. */

/** @type {[RegExp, string][]} */
const SCRIPTS = [
  [/\p{Script=Arabic}/u, "ar"],
  [/\p{Script=Hangul}/u, "ko"],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, "ja"],
  [/\p{Script=Greek}/u, "el"],
  [/\p{Script=Hebrew}/u, "he"],
  [/\p{Script=Han}/u, "zh"],
  [/\p{Script=Cyrillic}/u, "ru"],
];

/**
 * @param {string} text
 * @returns {string|undefined}  undefined for Latin and everything else: the page's language then stands
 */
export function scriptLanguage(text) {
  const first = text.match(/\p{L}/u)?.[0] ?? "";
  return SCRIPTS.find(([script]) => script.test(first))?.[1];
}

/** What is wrong with each answer of a form, beside it and told to screen readers. */
import { say, set } from "../dom.js";

/** @typedef {{input: HTMLElement, error: HTMLElement, words: HTMLElement}} Asked */

/**
 * @param {import("../app.js").App} app
 * @param {Map<string, Asked>} inputs by the name of the field
 * @param {Record<string, string>} errors keys of our words
 */
export function drawProblems(app, inputs, errors) {
  for (const [name, { input, error, words }] of inputs) {
    const key = errors[name];
    error.hidden = !key;
    say(words, key ? (app.strings[key] ?? key) : "");
    set(input, "aria-invalid", key ? "true" : null);
    set(input, "aria-describedby", key ? error.id : null);
  }
}

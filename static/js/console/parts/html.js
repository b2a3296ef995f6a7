/** Templates without a build step: html`<p class="x">${words}</p>`. */
import htm from "../../../vendor/htm.js";
import { h } from "../../../vendor/preact.js";
// Signals read while a component renders make it render again: the import alone installs that.
import "../../../vendor/preact-signals.js";

export const html = htm.bind(h);

/**
 * Class names that are on.
 * @param {...(string|false|null|undefined)} names
 */
export const cx = (...names) => names.filter(Boolean).join(" ");

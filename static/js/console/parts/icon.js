/** One icon of the sprite; always beside words or in a labelled button, so hidden from screen readers. */
import { icons } from "../app/boot.js";
import { html } from "./html.js";

/** @param {{name: string, class?: string}} props */
export const Icon = ({ name, class: more = "" }) =>
  html`<svg class=${`i ${more}`} aria-hidden="true"><use href=${`${icons}#i-${name}`} /></svg>`;

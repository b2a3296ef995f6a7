/** What people wrote: in its own direction, with addresses as links, never as markup. */
import { spansOf } from "../store/links.js";
import { scriptLanguage } from "../store/language.js";
import { html } from "./html.js";

/** @param {{text: string}} props */
const Linked = ({ text }) =>
  spansOf(text).map((span) => span.href
    ? html`<bdi class="ltr"><a class="link" href=${span.href} target="_blank" rel="noopener noreferrer nofollow">${span.text}</a>
        </bdi>`
    : span.text);

/** @param {{text: string, class?: string}} props */
export const Words = ({ text, class: name = "bubble" }) =>
  html`<p class=${name} dir="auto" lang=${scriptLanguage(text)}><${Linked} text=${text} /></p>`;

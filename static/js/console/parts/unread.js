/** How many messages of the customer one has not read: a figure to the eye, a sentence to the ear. */
import { interpolate, ngettext } from "../../lib/i18n.js";
import { html } from "./html.js";

/** @param {{count: number}} props */
export function Unread({ count }) {
  const words = interpolate(ngettext("%(count)s unread message", "%(count)s unread messages", count), { count });
  return html`<span class="count"><span aria-hidden="true">${count}</span><span class="vh">${words}</span></span>`;
}

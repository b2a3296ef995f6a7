/** The address of a page on the customer's site. */
import { html } from "./html.js";

/** Only web addresses become links: a page address is a claim of the browser. @param {{url: string}} props */
export function PageLink({ url }) {
  const words = url.replace(/^https?:\/\//, "").replace(/\/$/, "");
  if (!/^https?:\/\//i.test(url)) return words;
  return html`<a class="link" href=${url} target="_blank" rel="noopener noreferrer nofollow" title=${url}>${words}</a>`;
}

/** The shape of a conversation while it is on its way. */
import { html } from "../parts/html.js";

export const LogSkeleton = () => html`<div class="log-skel" aria-hidden="true">
  <span class="skel bubble-skel w6"></span><span class="skel bubble-skel w4"></span>
  <span class="skel bubble-skel own w7"></span><span class="skel bubble-skel w5"></span></div>`;

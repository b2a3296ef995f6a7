/** The whole page: rail, list, thread, panel, and what floats above them. */
import { gettext } from "../../lib/i18n.js";
import { dialog, isPanelFolded, isSignedOut, missing, route } from "../app/state.js";
import { dismiss, toasts } from "../app/toasts.js";
import { calling } from "../app/lead_alerts.js";
import { arrival } from "../app/rings.js";
import { Confirm } from "../parts/dialog.js";
import { cx, html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Invite } from "./invite.js";
import { List } from "./list.js";
import { Palette } from "./palette.js";
import { Panel } from "./panel.js";
import { Rail } from "./rail.js";
import { Reason } from "./reason.js";
import { SaveCanned } from "./save_canned.js";
import { Shortcuts } from "./shortcuts.js";
import { Thread } from "./thread.js";
import { Transfer } from "./transfer.js";
import { Visitors } from "./visitors.js";

export function Console() {
  const { screen, number, panel, visitor } = route.value;
  const isVisitors = screen === "visitors";
  const isThread = number !== null;
  return html`<div class=${cx("app", isThread && (panel ? "show-panel" : "show-thread"), visitor && "show-panel")}>
    ${isVisitors ? html`<a class="skip" href="#visitors">${gettext("Skip to the visitors")}</a>`
      : html`<a class="skip" href="#thread">${gettext("Skip to the conversation")}</a>`}
    <${Rail} />
    ${isVisitors ? html`<${Visitors} />` : html`<${Inbox} />`}
    <p class="vh" role="status">${arrival.value}</p>
    <p class="vh" role="status">${calling.value}</p>
    <${Toasts} />
    <${Dialogs} />
    ${isSignedOut.value && html`<${SignedOut} />`}
  </div>`;
}

function Inbox() {
  const hasPanel = route.value.number !== null && !missing.value;
  return html`<main class=${cx("work", (isPanelFolded.value || !hasPanel) && "no-panel")}>
    <h1 class="vh">${gettext("Inbox")}</h1>
    <${List} />
    <${Thread} />
    ${hasPanel && html`<${Panel} />`}
  </main>`;
}

function Toasts() {
  return html`<div class="toasts" role="status" aria-live="polite">
    ${toasts.value.map((toast) => html`<div class="toast" key=${toast.id} data-toast=${toast.id}>
      <p class="grow" dir="auto">${toast.words}</p>
      ${toast.action && html`<button type="button" class="btn tiny" onClick=${() => {
        dismiss(toast.id);
        toast.action?.run();
      }}>${toast.action.label}</button>`}
      <button type="button" class="btn quiet icon tiny" aria-label=${gettext("Dismiss")} onClick=${() => dismiss(toast.id)}><${Icon} name="x" class="s" /></button>
    </div>`)}
  </div>`;
}

const DIALOGS = { confirm: Confirm, shortcuts: Shortcuts, palette: Palette, saveCanned: SaveCanned, reason: Reason, transfer: Transfer, invite: Invite };

function Dialogs() {
  if (!dialog.value) return null;
  const { name, ...props } = dialog.value;
  const Shown = DIALOGS[/** @type {keyof typeof DIALOGS} */ (name)];
  return html`<${Shown} key=${name} ...${props} />`;
}

/** Typed text is kept as a draft, so leaving loses nothing. */
function SignedOut() {
  return html`<div class="banner bad signed-out" role="alert"><${Icon} name="lock" />
    <span class="grow"><b class="strong">${gettext("You are signed out.")}</b> ${gettext("What you typed is kept on this computer.")}</span>
    <a class="btn primary tiny" href=${`/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`}>
        ${gettext("Sign in again")}</a>
  </div>`;
}

/** The narrow rail: where one can go, and who one is. */
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { isMuted, setMuted } from "../app/alerts.js";
import { boot } from "../app/boot.js";
import { showShortcuts } from "../app/commands.js";
import { linkTo } from "../app/route.js";
import { me, unread } from "../app/state.js";
import { setStatus } from "../app/verbs.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Menu } from "../parts/menu.js";
import { Avatar, statusWords } from "../parts/people.js";

export function Rail() {
  const count = unread.value;
  const home = linkTo({ number: null, query: "" });
  return html`<nav class="rail" aria-label=${gettext("Main")}>
    <a class="brand" ...${home} aria-label=${gettext("Helpdesk, inbox")}><${Icon} name="chat" /></a>
    <a ...${home} title=${gettext("Inbox")} aria-current="page"><${Icon} name="inbox" /><span class="label">${gettext("Inbox")}</span>
      ${count > 0 && html`<span class="badge"><span aria-hidden="true">${Math.min(count, 99)}</span>
        <span class="vh">
            ${interpolate(ngettext("%(count)s conversation with something new", "%(count)s conversations with something new", count), { count })}</span>
            </span>`}
    </a>
    <a href=${boot.urls.settings} title=${gettext("Settings")}><${Icon} name="sliders" /><span class="label">${gettext("Settings")}</span></a>
    <div class="foot">
      <button type="button" class="help" title=${gettext("Keyboard shortcuts (?)")} aria-label=${gettext("Keyboard shortcuts")}
        onClick=${showShortcuts}><${Icon} name="help" /></button>
      <${Me} />
    </div>
  </nav>`;
}

function Me() {
  const { name, initials, status } = me.value;
  const label = interpolate(gettext("%(initials)s, %(name)s, %(status)s. Status and account"), { initials, name, status: statusWords(status) });
  return html`<${Menu} class="me" menuClass="up start" label=${label} title=${`${name} · ${statusWords(status)}`} items=${items}>
    <${Avatar} person=${me.value} size="m" status=${status} />
  </${Menu}>`;
}

/** @type {import("../store/types.js").Member["status"][]} */
const STATUSES = ["online", "away", "offline"];
const DOTS = { online: "on", away: "away", offline: "off" };

/** @returns {import("../parts/menu.js").Item[]} */
function items() {
  const others = boot.workspaces ?? [];
  return [
    { head: me.value.name },
    ...STATUSES.map((status) => ({
      words: statusWords(status),
      before: html`<i class=${`dot ${DOTS[status]}`}></i>`,
      isChecked: me.value.status === status,
      run: () => void setStatus(status),
    })),
    { line: true },
    isMuted.value ? { words: gettext("Turn the sound on"), icon: "bell", run: () => setMuted(false) }
      : { words: gettext("Turn the sound off"), icon: "mute", run: () => setMuted(true) },
    { words: gettext("Your profile"), icon: "person", href: boot.urls.profile },
    { line: true },
    { head: gettext("Workspaces") },
    ...others.map(workspaceItem),
    { words: gettext("New workspace"), icon: "plus", href: boot.urls.new_workspace },
    { line: true },
    { words: gettext("Sign out"), icon: "out", run: signOut },
  ];
}

/** @param {{slug: string, name: string}} workspace */
const workspaceItem = ({ slug, name }) => ({ words: name, icon: "building", href: `/w/${slug}/`, isChecked: slug === boot.slug });

/** Signing out changes something, so it is a form post with the token, not a link. */
function signOut() {
  const form = /** @type {HTMLFormElement|null} */ (document.getElementById("sign-out"));
  form?.submit();
}

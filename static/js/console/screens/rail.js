/** The narrow rail: where one can go, and who one is. */
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { allowNotifications, isMuted, notifying, setMuted } from "../app/alerts.js";
import { boot } from "../app/boot.js";
import { askReason, showShortcuts } from "../app/commands.js";
import { forceOnline, pause, resume } from "../app/desk.js";
import { linkTo } from "../app/route.js";
import { departments, desk, mayForceOnline, me, route, unread } from "../app/state.js";
import { setStatus } from "../app/verbs.js";
import { visitorCount } from "../app/visitors_state.js";
import { NO_FILTER } from "../store/visitor_filters.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Menu } from "../parts/menu.js";
import { Avatar, statusWords } from "../parts/people.js";

export function Rail() {
  const count = unread.value;
  const isVisitors = route.value.screen === "visitors";
  const home = linkTo({ number: null, query: "" });
  return html`<nav class="rail" aria-label=${gettext("Main")}>
    <a class="brand" ...${home} aria-label=${gettext("Helpdesk, inbox")}><${Icon} name="chat" /></a>
    <a ...${home} title=${gettext("Inbox")} aria-current=${isVisitors ? undefined : "page"}><${Icon} name="inbox" /><span class="label">${gettext("Inbox")}</span>
      ${count > 0 && html`<span class="badge"><span aria-hidden="true">${Math.min(count, 99)}</span>
        <span class="vh">
            ${interpolate(ngettext("%(count)s conversation with something new", "%(count)s conversations with something new", count), { count })}</span>
            </span>`}
    </a>
    <${VisitorsLink} isHere=${isVisitors} />
    <a href=${boot.urls.settings} title=${gettext("Settings")}><${Icon} name="sliders" /><span class="label">${gettext("Settings")}</span></a>
    <div class="foot">
      <button type="button" class="help" title=${gettext("Keyboard shortcuts (?)")} aria-label=${gettext("Keyboard shortcuts")}
        onClick=${showShortcuts}><${Icon} name="help" /></button>
      <${Me} />
    </div>
  </nav>`;
}

/** The figure is no call to do something, so it is drawn calmer than the one of the inbox. @param {{isHere: boolean}} props */
function VisitorsLink({ isHere }) {
  const count = visitorCount.value ?? 0;
  return html`<a ...${linkTo({ screen: "visitors", filter: NO_FILTER, visitor: "" })} title=${gettext("Visitors")} aria-current=${isHere ? "page" : undefined}>
    <${Icon} name="globe" /><span class="label">${gettext("Visitors")}</span>
    ${count > 0 && html`<span class="badge calm"><span aria-hidden="true">${shortCount(count)}</span>
      <span class="vh">${interpolate(ngettext("%(count)s on the site now", "%(count)s on the site now", count), { count })}</span></span>`}</a>`;
}

/** @param {number} count */
const shortCount = (count) => (count < 1000 ? String(count) : `${Math.floor(count / 1000)}k`);

function Me() {
  const { name, initials, reason } = me.value;
  // Who is not there gets no chats anyway: only of somebody who is, the pause is news.
  const status = me.value.status === "online" && desk.value?.paused ? "paused" : me.value.status;
  const forced = status === "online" && desk.value?.forced_online && gettext("also outside the opening hours");
  const words = status === "paused" ? gettext("Online, new chats paused") : [statusWords(status), forced, reason].filter(Boolean).join(" · ");
  const label = interpolate(gettext("%(initials)s, %(name)s, %(status)s. Status and account"), { initials, name, status: words });
  return html`<${Menu} class="me" menuClass="up start" label=${label} title=${`${name} · ${words}`} items=${items}>
    <${Avatar} person=${me.value} size="m" status=${status} />
  </${Menu}>`;
}

/** @type {import("../store/types.js").Member["status"][]} */
const STATUSES = ["online", "away", "offline"];
const DOTS = { online: "on", away: "away", offline: "off" };

/** @typedef {import("../parts/menu.js").Item} Item */

/** @returns {Item[]} */
function statusItems() {
  const { status: mine, reason } = me.value;
  return [
    ...STATUSES.map((status) => ({
      words: statusWords(status),
      before: html`<i class=${`dot ${DOTS[status]}`}></i>`,
      after: mine === status && reason && html`<span class="muted small cut" dir="auto">${reason}</span>`,
      isChecked: mine === status,
      run: () => void setStatus(status),
    })),
    { words: gettext("Away with a reason…"), icon: "pencil", run: askReason },
  ];
}

/** Whether new chats come, at all and of each of my departments. @returns {Item[]} */
function deskItems() {
  if (!desk.value) return [];
  const { paused, paused_departments: resting, forced_online } = desk.value;
  const mine = departments.value.filter((one) => me.value.departments.includes(one.id));
  const each = mine.map((one) => ({
    words: one.name,
    isSwitch: true,
    isChecked: !resting.includes(one.id),
    run: () => void (resting.includes(one.id) ? resume : pause)(one.id),
  }));
  return [
    { line: true },
    paused ? { words: gettext("Resume new chats"), icon: "play", run: () => void resume() }
      : { words: gettext("Pause new chats"), icon: "pause", run: () => void pause() },
    ...(mayForceOnline.value || forced_online
      ? [{ words: gettext("Available outside the opening hours"), icon: "clock", isSwitch: true, isChecked: Boolean(forced_online), run: () => void forceOnline(!forced_online) }]
      : []),
    ...(mine.length > 1 && !paused ? [{ head: gettext("New chats of") }, ...each] : []),
  ];
}

/** @returns {Item[]} */
function alertItems() {
  return [
    isMuted.value ? { words: gettext("Turn the sound on"), icon: "bell", run: () => setMuted(false) }
      : { words: gettext("Turn the sound off"), icon: "mute", run: () => setMuted(true) },
    ...(notifying.value === "default" ? [{ words: gettext("Desktop notifications"), icon: "monitor", run: allowNotifications }] : []),
  ];
}

/** @returns {Item[]} */
function items() {
  const others = boot.workspaces ?? [];
  return [
    { head: me.value.name },
    ...statusItems(),
    ...deskItems(),
    { line: true },
    ...alertItems(),
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

/** Who is on the site now: map, table, and what is counted beside them. */
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { boot } from "../app/boot.js";
import { route } from "../app/state.js";
import { watchVisitors } from "../app/visitors.js";
import { showMap, togglePause } from "../app/visitors_view.js";
import { asOf, isMapShown, paused, people, site } from "../app/visitors_state.js";
import { figure, timeOfDay } from "../store/time.js";
import { cx, html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Nothing } from "./empty.js";
import { Dock, IncomingSlim } from "./incoming.js";
import { LeadAlertSlim } from "./lead_alerts.js";
import { VisitorFilters } from "./visitor_filters.js";
import { Agents, Pages, Queue, Sources } from "./visitor_lists.js";
import { VisitorMap } from "./visitor_map.js";
import { VisitorPanel } from "./visitor_panel.js";
import { VisitorTable } from "./visitor_table.js";

export function Visitors() {
  const hasPanel = !!route.value.visitor;
  return html`<main class=${cx("visitors", hasPanel && "has-panel", isMapShown.value && "has-map")}>
    <div class="page" id="visitors" tabindex="-1">
      <${IncomingSlim} />
      <${LeadAlertSlim} />
      <${Head} />
      <${Stale} />
      <div class=${cx("page-body", asOf.value !== null && !paused.value && "is-old")}><${Body} /></div>
    </div>
    <${Dock} />
    ${hasPanel && html`<${VisitorPanel} />`}
  </main>`;
}

function Head() {
  const { status, total } = site.value;
  const count = paused.value ? people.value.size : total;
  const words = interpolate(ngettext("%(count)s on the site now", "%(count)s on the site now", count), { count: figure(count) });
  return html`<header class="page-head">
    <h1>${gettext("Visitors")}</h1>
    ${status === "ready" && count > 0 && asOf.value === null && html`<span class="live"><span class="dot on"></span><span class="num">${words}</span></span>`}
    <span class="grow"></span>
    ${people.value.size > 0 && html`<${Choice} /><${Pause} />`}
  </header>`;
}

/** Without the map and the lists beside it the table has room for every column. */
function Choice() {
  const isOn = isMapShown.value;
  const option = (/** @type {boolean} */ on, /** @type {string} */ words) => html`<button type="button" role="radio" aria-checked=${isOn === on}
    tabIndex=${isOn === on ? 0 : -1} onClick=${() => showMap(on)}>${words}</button>`;
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    showMap(!isOn);
    const other = /** @type {HTMLElement} */ (event.currentTarget).querySelector('[aria-checked="false"]');
    if (other instanceof HTMLElement) other.focus();
  };
  return html`<div class="seg no-phone" role="radiogroup" aria-label=${gettext("Show")} onKeyDown=${onKey}>
    ${option(true, gettext("Map and table"))}${option(false, gettext("Table"))}</div>`;
}

function Pause() {
  const isPaused = !!paused.value;
  const words = isPaused ? gettext("Go on with live updates") : gettext("Pause live updates");
  return html`<button type="button" class="btn quiet icon" aria-pressed=${isPaused} aria-label=${words} title=${words}
    disabled=${site.value.status !== "ready" && !isPaused} onClick=${togglePause}><${Icon} name=${isPaused ? "play" : "pause"} /></button>`;
}

/** The place of the line is taken only while it has something to say; the rows below are grey by then. */
function Stale() {
  const at = asOf.value;
  if (at === null) return null;
  const time = timeOfDay(new Date(at).toISOString());
  if (paused.value) {
    return html`<div class="banner" role="status"><${Icon} name="pause" /><span class="grow">
        ${interpolate(gettext("Paused: this is how it was at %(time)s."), { time })}</span>
      <button type="button" class="btn tiny" onClick=${togglePause}>${gettext("Go on")}</button></div>`;
  }
  return html`<div class="banner" role="status"><${Icon} name="off" /><span class="grow">
      ${interpolate(gettext("Who is on the site cannot be read just now. This is how it was at %(time)s; it goes on by itself."), { time })}</span></div>`;
}

function Body() {
  const { status } = site.value;
  if (status === "loading") return html`<${Skeleton} />`;
  if (!people.value.size) {
    const why = status === "away" ? html`<${Away} />` : boot.follows_visitors ? html`<${Nobody} />` : html`<${Off} />`;
    return html`<div class="site no-people"><div class="site-main"><section class="card">${why}</section></div>
      <div class="site-side"><${Queue} /><${Agents} /></div></div>`;
  }
  return html`<${VisitorFilters} />
    <div class="site">
      <div class="site-main">${isMapShown.value && html`<${VisitorMap} />`}<${VisitorTable} /></div>
      <div class="site-side"><${Queue} /><${Agents} /><${Pages} /><${Sources} /></div>
    </div>`;
}

const Off = () => html`<${Nothing} icon="off" title=${gettext("Live visitors are switched off")}
    words=${gettext("No widget of yours follows the pages of visitors. An admin can switch it on, for everybody or for those who agree.")}>
  ${boot.permissions.includes("settings") && html`<a class="btn primary" href=${boot.urls.widgets}>${gettext("Open the widgets")}</a>`}</${Nothing}>`;

const Away = () => html`<${Nothing} icon="off" title=${gettext("This cannot be read just now")}
    words=${gettext("The server does not know who is on the site at the moment. Chats go on as usual, and this page tries again by itself.")}>
  <button type="button" class="btn" onClick=${() => void watchVisitors()}>${gettext("Try again now")}</button></${Nothing}>`;

const Nobody = () => html`<${Nothing} icon="globe" title=${gettext("Nobody is on the site now")}
    words=${gettext("Whoever opens a page with your widget and may be followed appears here within a second.")}>
  ${boot.permissions.includes("settings") && html`<a class="btn" href=${boot.urls.setup}>${gettext("Set up the widget")}</a>`}</${Nothing}>`;

const LINES = [7, 5, 8, 6, 7, 5, 6, 8];

function Skeleton() {
  return html`<div class="site" aria-busy="true"><p class="vh">${gettext("Loading…")}</p><div class="site-main" aria-hidden="true">
    ${isMapShown.value && html`<div class="card map-skel"></div>`}
    <div class="card skels">${LINES.map((width) => html`<div class="skel-row"><span class="skel face"></span>
      <span class="skel-lines"><span class=${`skel w${width}`}></span><span class="skel w4"></span></span></div>`)}</div></div>
    <div class="site-side" aria-hidden="true"><div class="card list-skel"></div><div class="card list-skel"></div></div></div>`;
}

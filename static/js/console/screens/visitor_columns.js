/**
 * What stands in the columns of the visitors' table.
 * @import {Column} from "../store/visitor_order.js"
 * @import {OnSite} from "../store/types.js"
 */
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { askInvite } from "../app/commands.js";
import { linkTo } from "../app/route.js";
import { departments, me, members } from "../app/state.js";
import { showVisitor, takeChat } from "../app/visitors_view.js";
import { busy } from "../app/verbs.js";
import { queue, siteClock, waits } from "../app/visitors_state.js";
import { waitOf } from "../store/visitor_order.js";
import { deviceKind, faceOf, nameOf, pageOf } from "../store/visitors.js";
import { clock, countryName, fullTime, money, secondsSince } from "../store/time.js";
import { cx, html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Avatar, Name } from "../parts/people.js";
import { deviceWords, siteStateWords, valueWords } from "./visitor_filters.js";

/** @param {Column} column */
export function columnWords(column) {
  switch (column) {
    case "who": return gettext("Visitor");
    case "page": return gettext("Page now");
    case "on_page": return gettext("On page");
    case "on_site": return gettext("On site");
    case "pages": return gettext("Pages");
    case "source": return gettext("Came from");
    case "place": return gettext("Where");
    case "device": return gettext("Device");
    case "visits": return gettext("Visits");
    case "cart": return gettext("Basket");
    case "department": return gettext("Department");
    case "wait": return gettext("Waits");
    default: return gettext("State");
  }
}

/** A time that runs, or stands still with its row. @param {{at: string}} props */
export const Running = ({ at }) => (at ? html`<time datetime=${at} title=${fullTime(at)}>${clock(secondsSince(at, siteClock.value))}</time>` : null);

/** @param {OnSite} row */
export const placeWords = (row) => (row.country ? [row.city, countryName(row.country)].filter(Boolean).join(", ") : "");

/** Beside a city the country is known by its letters. @param {OnSite} row */
const shortPlace = ({ city, country }) => (city ? [city, country].filter(Boolean).join(", ") : country && countryName(country));

/** @param {OnSite} row */
export function cartWords(row) {
  return row.cart ? money(row.cart.value, row.cart.currency) : "";
}

/** What tells one unknown visitor from another. @param {OnSite} row @param {boolean} isCard  the place has no column of its own */
function aboutWords(row, isCard) {
  if (isCard && row.country && !row.email) return shortPlace(row);
  if (row.email) return row.email;
  if (row.cart) return interpolate(gettext("Basket %(sum)s"), { sum: cartWords(row) });
  return interpolate(ngettext("%(count)s page", "%(count)s pages", row.pages), { count: row.pages });
}

/** @param {{row: OnSite, isGone: boolean, isActive: boolean, isCard: boolean}} props */
export function Who({ row, isGone, isActive, isCard }) {
  const status = isGone ? "offline" : row.hidden ? "away" : "online";
  const open = { ...linkTo({ screen: "visitors", visitor: row.id }) };
  const onClick = (/** @type {MouseEvent} */ event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    showVisitor(row.id);
  };
  return html`<div class="who"><${Avatar} person=${faceOf(row)} size="m" status=${status} />
    <div class="grow"><a class="who-link strong" href=${open.href} tabIndex=${isActive ? 0 : -1} data-person=${row.id} onClick=${onClick}>
      <${Name} name=${nameOf(row)} /></a><small class="cut own-dir" dir="auto">${isGone ? gettext("has left") : aboutWords(row, isCard)}</small></div></div>`;
}

/** @param {{row: OnSite}} props */
const Page = ({ row }) => html`<p class="cut own-dir" dir="auto" title=${row.url}>${row.title || gettext("Page without a title")}</p>
  <small class="cut ltr own-dir">${pageOf(row)}</small>`;

/** Who is meant by "chatting": me, a colleague, or somebody whom this reader may not know. @param {OnSite} row */
function chattingWords(row) {
  if (row.with === me.value.id) return gettext("With you");
  const name = row.with && members.value.get(row.with)?.name;
  return name ? interpolate(gettext("With %(name)s"), { name }) : siteStateWords("chatting");
}

const TONES = { queued: "wait", chatting: "good", invited: "act", browsing: "" };

/** @param {{row: OnSite}} props */
export function State({ row }) {
  const since = waitOf(row, waits.value);
  const place = queue.value.findIndex((one) => one.id === row.ticket) + 1;
  if (row.state === "queued" && place) {
    return html`<span class="tag wait"><span class="vh">${interpolate(gettext("Number %(place)s in the queue, waits"), { place })} </span>
      <span aria-hidden="true">${interpolate(gettext("No. %(place)s"), { place })}</span> · <${Running} at=${since} /></span>`;
  }
  const words = row.state === "chatting" ? chattingWords(row) : siteStateWords(row.state);
  return html`<span class=${cx("tag", TONES[row.state])}><span class="cut" dir="auto">${words}</span></span>`;
}

/** @param {{row: OnSite}} props */
function Device({ row }) {
  const kind = deviceKind(row);
  if (!kind) return null;
  return html`<span title=${[deviceWords(kind), row.browser, row.os].filter(Boolean).join(" · ")}>
    <${Icon} name=${kind === "computer" ? "monitor" : kind} class="s" /><span class="vh">${deviceWords(kind)}</span></span>`;
}

/** @param {{row: OnSite, column: Column}} props */
export function Cell({ row, column }) {
  switch (column) {
    case "page": return html`<${Page} row=${row} />`;
    case "on_page": return html`<${Running} at=${row.page_since} />`;
    case "on_site": return html`<${Running} at=${row.since} />`;
    case "source": return html`<span class="cut" dir="auto" title=${row.referrer}>${valueWords("source", row.source)}</span>`;
    case "place": return html`<span class="cut" dir="auto" title=${placeWords(row)}>${shortPlace(row)}</span>`;
    case "device": return html`<${Device} row=${row} />`;
    case "cart": return cartWords(row);
    case "department": return html`<span class="cut" dir="auto">${departments.value.find((one) => one.id === row.department)?.name ?? ""}</span>`;
    case "state": return html`<${State} row=${row} />`;
    case "wait": return html`<${Running} at=${waitOf(row, waits.value)} />`;
    default: return String(row[/** @type {"pages"|"visits"} */ (column)]);
  }
}

/** The one thing to do with this person. @param {{row: OnSite, isActive: boolean}} props */
export function Action({ row, isActive }) {
  const name = nameOf(row);
  const tabIndex = isActive ? 0 : -1;
  if (row.state === "queued" && row.ticket) {
    return html`<button type="button" class="btn primary tiny" tabIndex=${tabIndex} disabled=${busy.value.has(`take ${row.ticket}`)}
      aria-label=${interpolate(gettext("Take the chat with %(name)s"), { name })} onClick=${() => takeChat(row)}>${gettext("Take")}</button>`;
  }
  if (row.state === "browsing") {
    return html`<button type="button" class="btn tiny" tabIndex=${tabIndex} aria-haspopup="dialog"
      aria-label=${interpolate(gettext("Invite %(name)s to chat"), { name })} onClick=${() => askInvite(row)}>${gettext("Invite")}</button>`;
  }
  if (!row.number) return null;
  return html`<a class="btn tiny" tabIndex=${tabIndex} ...${linkTo({ number: row.number })}
    aria-label=${interpolate(gettext("Open the conversation with %(name)s"), { name })}>${gettext("Open")}</a>`;
}

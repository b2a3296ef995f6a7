/**
 * One visitor beside the table: where they went, what their site says of them, and what they wrote before.
 * @import {OnSite, SiteDetail, SiteStep} from "../store/types.js"
 */
import { useEffect, useRef } from "../../../vendor/preact-hooks.js";
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { linkTo } from "../app/route.js";
import { departments, route, rows } from "../app/state.js";
import { readDetail, showVisitor } from "../app/visitors_view.js";
import { detail, people, siteClock } from "../app/visitors_state.js";
import { pathOf } from "../store/links.js";
import { clock, fullTime, languageName, localTime, money, secondsSince, span, timeOfDay } from "../store/time.js";
import { deviceKind, faceOf, nameOf } from "../store/visitors.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { PageLink } from "../parts/page_link.js";
import { Avatar, Name } from "../parts/people.js";
import { Section } from "../parts/section.js";
import { Nothing } from "./empty.js";
import { Action, placeWords, State } from "./visitor_columns.js";
import { deviceWords, valueWords } from "./visitor_filters.js";

const close = () => showVisitor("");

export function VisitorPanel() {
  const { visitor } = route.value;
  const back = useRef(/** @type {HTMLElement|null} */ (null));
  // On a phone the panel is a screen of its own: the list with the focus has gone.
  useEffect(() => back.current?.focus(), []);
  const { status, detail: known } = detail.value;
  const live = people.value.get(visitor);
  const row = live ?? known;
  return html`<aside class="panel visitor-panel" aria-label=${gettext("Visitor")}>
    <button type="button" class="btn quiet icon tiny panel-close no-phone" title=${gettext("Close (Esc)")} aria-label=${gettext("Close the visitor's panel")}
      onClick=${close}><${Icon} name="x" class="s" /></button>
    <div class="panel-bar only-phone"><button type="button" class="btn quiet icon" ref=${back} aria-label=${gettext("Back to the visitors")} onClick=${close}>
      <${Icon} name="back" class="flip" /></button><span class="strong">${gettext("Visitor")}</span></div>
    ${row ? html`<${Identity} row=${row} isHere=${!!live} /><${Verbs} row=${row} isHere=${!!live} />` : ""}
    ${known ? html`<${Facts} row=${row ?? known} known=${known} isHere=${!!live} />` : html`<${Wanting} status=${status} id=${visitor} />`}
  </aside>`;
}

/** @param {{status: string, id: string}} props */
function Wanting({ status, id }) {
  if (status === "gone") {
    return html`<${Nothing} icon="person" title=${gettext("This visitor has left")} words=${gettext("Nothing is kept of people who only looked around.")}>
      <button type="button" class="btn" onClick=${close}>${gettext("Close")}</button></${Nothing}>`;
  }
  if (status === "failed") {
    return html`<${Nothing} icon="off" title=${gettext("This cannot be read just now")} words=${gettext("The list goes on. Try again in a moment.")}>
      <button type="button" class="btn" onClick=${() => readDetail(id)}>${gettext("Try again")}</button></${Nothing}>`;
  }
  return html`<div class="panel-skel" aria-busy="true"><span class="skel w7"></span><span class="skel w5"></span><span class="skel w6"></span></div>`;
}

/** @param {{row: OnSite, isHere: boolean}} props */
const Identity = ({ row, isHere }) => html`<div class="panel-id">
  <${Avatar} person=${faceOf(row)} size="l" status=${isHere ? (row.hidden ? "away" : "online") : "offline"} />
  <div class="grow"><h2><${Name} name=${nameOf(row)} /></h2>
    ${row.email && html`<p class="cut small"><bdi class="ltr"><a class="link" href=${`mailto:${row.email}`}>${row.email}</a></bdi></p>`}
    <p class="small">${isHere ? html`<${State} row=${row} />` : html`<span class="tag line">${gettext("Has left")}</span>`}</p></div></div>`;

/** What can be done with this person stands here. @param {{row: OnSite, isHere: boolean}} props */
function Verbs({ row, isHere }) {
  const words = row.email || row.name;
  const canInvite = isHere && row.state === "browsing";
  if (!row.ticket && !row.number && !words && !canInvite) return null;
  return html`<div class="visitor-verbs">${(isHere || row.state !== "browsing") && html`<${Action} row=${row} isActive=${true} />`}
    ${words && html`<a class="btn tiny" ...${linkTo({ view: "all", number: null, query: words })}><${Icon} name="search" class="s" />${gettext("Past conversations")}</a>`}</div>`;
}

/** @param {{row: OnSite, known: SiteDetail, isHere: boolean}} props */
const Facts = ({ row, known, isHere }) => html`
  ${isHere && html`<${Now} row=${row} />`}
  ${known.trail.length > 0 && html`<${Trail} steps=${known.trail} isHere=${isHere} />`}
  <${Cart} cart=${row.cart} items=${known.cart_items} />
  <${About} row=${row} known=${known} />
  <${Attributes} attributes=${known.attributes} />
  <${Happened} events=${known.events} />`;

/** @param {{row: OnSite}} props */
const Now = ({ row }) => html`<${Section} title=${gettext("On the site now")} after=${html`<span class=${`dot ${row.hidden ? "away" : "on"}`}></span>`}>
  <div class="now"><p class="strong cut own-dir" dir="auto">${row.title || gettext("Page without a title")}</p>
    <p class="url cut"><bdi class="ltr"><${PageLink} url=${row.url} /></bdi></p>
    <p class="muted small num">${interpolate(gettext("%(time)s on this page"), { time: span(secondsSince(row.page_since, siteClock.value)) })}
      ${row.hidden && ` · ${gettext("looks at another tab")}`}</p></div></${Section}>`;

/** Newest first. @param {{steps: SiteStep[], isHere: boolean}} props */
const Trail = ({ steps, isHere }) => html`<${Section} title=${gettext("Pages")} after=${html`<span class="muted num">${steps.length}</span>`}><ol class="journey">
  ${[...steps].sort((a, b) => (a.at < b.at ? 1 : -1)).map((step, at) => html`<li key=${step.at + step.url} class=${at === 0 && isHere ? "is-now" : ""}>
    <time datetime=${step.at} title=${fullTime(step.at)}>${timeOfDay(step.at)}</time><span class="pt"></span>
    <div class="cut own-dir" dir="auto" title=${step.url}>${step.title || pathOf(step.url)}
      ${step.seconds > 0 && html`<small class="muted num">${clock(Math.round(step.seconds))}</small>`}</div></li>`)}</ol></${Section}>`;

/** @param {{cart: OnSite["cart"], items: SiteDetail["cart_items"]}} props */
function Cart({ cart, items }) {
  if (!cart) return null;
  return html`<${Section} title=${gettext("Basket")} after=${html`<span class="muted num">${money(cart.value, cart.currency)}</span>`}>
    ${items.length ? html`<ul class="basket">${items.map((item) => html`<li><span class="num muted">${item.quantity} ×</span>
        <span class="own-dir" dir="auto">${item.name}</span><span class="num">${money(item.price, cart.currency)}</span></li>`)}</ul>`
      : html`<p class="muted small">${interpolate(ngettext("%(count)s thing", "%(count)s things", cart.count), { count: cart.count })}</p>`}</${Section}>`;
}

/** @param {{row: OnSite, known: SiteDetail}} props */
function About({ row, known }) {
  const kind = deviceKind(row);
  const campaign = Object.values(row.utm).filter(Boolean).join(" · ");
  const facts = [
    [gettext("Where"), placeWords(row)],
    [gettext("Local time"), localTime(known.time_zone, siteClock.value)],
    [gettext("Language"), languageName(row.language)],
    [gettext("Device"), [kind && deviceWords(kind), row.device, row.os].filter((word) => word && word !== "Other").join(" · ")],
    [gettext("Browser"), row.browser],
    [gettext("Screen"), known.screen && html`<bdi class="ltr">${known.screen.width} × ${known.screen.height}</bdi>`],
    [gettext("Came from"), row.referrer ? html`<bdi class="ltr">${row.referrer.replace(/^https?:\/\//, "")}</bdi>` : valueWords("source", row.source)],
    [gettext("Campaign"), campaign],
    [gettext("Visits"), String(row.visits)],
    [gettext("Department"), departments.value.find((one) => one.id === row.department)?.name],
    [gettext("Conversation"), rows.value.get(row.ticket ?? "")?.subject],
  ].filter(([, value]) => value);
  return html`<${Section} title=${gettext("About")}><dl class="kv">${facts.map(([label, value]) => html`<dt>${label}</dt><dd class="own-dir" dir="auto">${value}</dd>`)}</dl></${Section}>`;
}

/** What the shop says of this person: its own words, as they are. @param {{attributes: Record<string, unknown>}} props */
function Attributes({ attributes }) {
  const all = Object.entries(attributes);
  if (!all.length) return null;
  return html`<${Section} title=${gettext("From your site")}><dl class="kv">${all.map(([name, value]) => html`<dt class="own-dir" dir="auto">${name}</dt>
    <dd class="own-dir" dir="auto">${typeof value === "object" ? JSON.stringify(value) : String(value)}</dd>`)}</dl></${Section}>`;
}

/** @param {{events: SiteDetail["events"]}} props */
function Happened({ events }) {
  if (!events.length) return null;
  return html`<${Section} title=${gettext("Events")} after=${html`<span class="muted num">${events.length}</span>`}><ol class="journey">
    ${[...events].sort((a, b) => (a.at < b.at ? 1 : -1)).map((event) => html`<li><time datetime=${event.at} title=${fullTime(event.at)}>${timeOfDay(event.at)}</time><span class="pt"></span>
      <div class="cut"><bdi class="ltr">${event.name}</bdi>${event.value !== null && html` <small class="muted num"><bdi>${event.value}</bdi></small>`}</div></li>`)}</ol></${Section}>`;
}

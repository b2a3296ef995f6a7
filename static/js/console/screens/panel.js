/**
 * The customer beside the conversation: who it is, where they are on the site, what they wrote before.
 * @import {Row, Detail, Visit, Earlier} from "../store/types.js"
 */
import { gettext, interpolate } from "../../lib/i18n.js";
import { foldPanel } from "../app/layout.js";
import { goBack, linkTo } from "../app/route.js";
import { currentRow, currentTicket, now } from "../app/state.js";
import { pathOf } from "../store/links.js";
import { age, fullTime, languageName, localTime, secondsSince, span, timeOfDay } from "../store/time.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Avatar, Name, StateTag } from "../parts/people.js";
import { PageLink } from "../parts/page_link.js";
import { Section } from "../parts/section.js";
import { IncomingSlim } from "./incoming.js";
import { WhyThisAgent } from "./routing.js";

export function Panel() {
  const row = currentRow.value;
  const detail = currentTicket.value?.detail;
  if (!row) return html`<aside class="panel" aria-hidden="true"><${Skeleton} /></aside>`;
  return html`<aside class="panel" aria-label=${gettext("Customer")}>
    <${IncomingSlim} />
    <button type="button" class="btn quiet icon tiny panel-close no-phone" title=${gettext("Close (Esc)")} aria-label=${gettext("Close the customer panel")}
      onClick=${() => foldPanel(true)}><${Icon} name="x" class="s" /></button>
    <div class="panel-bar only-phone"><button type="button" class="btn quiet icon" aria-label=${gettext("Back to the conversation")}
      onClick=${() => goBack({ number: row.number })}><${Icon} name="back" class="flip" /></button><span class="strong">${gettext("Customer")}</span></div>
    <${Identity} row=${row} detail=${detail ?? null} />
    ${detail ? html`<${Details} row=${row} detail=${detail} />` : html`<${Skeleton} />`}
  </aside>`;
}

const Skeleton = () => html`<div class="panel-skel" aria-hidden="true"><span class="skel w7"></span><span class="skel w5"></span>
    <span class="skel w6"></span></div>`;

/** @param {{row: Row, detail: Detail|null}} props */
function Identity({ row, detail }) {
  const email = detail?.visitor?.email || detail?.contact?.email;
  const phone = detail?.visitor?.phone || detail?.contact?.phone;
  const isVerified = detail?.visitor?.verified;
  return html`<div class="panel-id">
    <${Avatar} person=${row} size="l" status=${row.online ? "online" : undefined} />
    <div class="grow"><h2><${Name} name=${row.name} /></h2>
      ${email && html`<p class="cut small"><bdi class="ltr"><a class="link" href=${`mailto:${email}`}>${email}</a></bdi></p>`}
      ${phone && html`<p class="cut small"><bdi class="ltr"><a class="link" href=${`tel:${phone.replace(/[^\d+]/g, "")}`}>
          ${phone}</a></bdi></p>`}
      ${detail && (email || phone) && html`<p class="small">${isVerified ? html`<span class="tag good"><${Icon} name="check"
          class="s" />${gettext("Verified by your site")}</span>`
        : html`<span class="tag line" title=${gettext("The visitor typed this; nobody has proved it.")}>
            ${gettext("Not verified")}</span>`}</p>`}
      ${detail && !email && !phone && html`<p class="muted small">${gettext("No e-mail or phone yet")}</p>`}
    </div>
  </div>`;
}

/** @param {{row: Row, detail: Detail}} props */
const Details = ({ row, detail }) => html`
  ${detail.possible_contact && html`<${PossibleMatch} contact=${detail.possible_contact} />`}
  <${Now} row=${row} visit=${detail.visit} />
  ${!!detail.visit?.trail?.length && html`<${Trail} visit=${detail.visit} />`}
  ${!!detail.form?.length && html`<${Section} title=${gettext("Asked before the chat")}><dl class="kv">
    ${detail.form.map(({ label, value }) => html`<dt class="own-dir" dir="auto">${label}</dt><dd class="own-dir" dir="auto">
        ${value}</dd>`)}</dl></${Section}>`}
  <${About} row=${row} detail=${detail} />
  <${EarlierTickets} earlier=${detail.earlier ?? []} />
  ${row.channel === "chat" && html`<${WhyThisAgent} key=${row.id} row=${row} />`}`;

/** Shown and never merged: anybody can type anybody's address. @param {{contact: {name: string, email: string}}} props */
const PossibleMatch = ({ contact }) => html`<div class="possible"><${Icon} name="info" class="s" />
  <p><b class="strong">${gettext("Possible match")}</b> <bdi>${contact.name}</bdi> <bdi class="ltr muted">${contact.email}</bdi>
  <small class="muted">${gettext("Same address, not verified: ask before you tell anything about their orders.")}</small></p>
      </div>`;

/** @param {{row: Row, visit: Visit|null}} props */
function Now({ row, visit }) {
  const isOnline = visit?.online ?? row.online;
  if (!isOnline || !visit?.url) {
    return html`<${Section} title=${gettext("On the site")}><p class="muted small">${gettext("Not on the site now.")}</p>
        </${Section}>`;
  }
  return html`<${Section} title=${gettext("On the site now")} after=${html`<span class="dot on"></span>`}>
    <div class="now"><p class="strong cut own-dir" dir="auto">${visit.title || gettext("Page without a title")}</p>
      <p class="url cut"><bdi class="ltr"><${PageLink} url=${visit.url} /></bdi></p>
      <p class="muted small num">
          ${interpolate(gettext("%(time)s on this page"), { time: span(secondsSince(visit.page_since, now.value)) })}</p></div>
          </${Section}>`;
}

/** The page of now and those before it. @param {Visit} visit */
const stepsOf = ({ url, title, page_since: at, trail }) =>
  [{ url, title, at }, ...trail.filter((step) => step.url !== url || step.at !== at)].slice(0, 12);

/** @param {{visit: Visit}} props */
const Trail = ({ visit }) => html`<${Section} title=${gettext("Pages")}><ol class="journey">
  ${stepsOf(visit).map((step, at) => html`<li key=${step.at + step.url} class=${at === 0 && visit.online ? "is-now" : ""}>
    <time datetime=${step.at} title=${fullTime(step.at)}>${timeOfDay(step.at)}</time><span class="pt"></span>
    <div class="cut own-dir" dir="auto" title=${step.url}>${step.title || pathOf(step.url)}</div></li>`)}</ol></${Section}>`;

/** @param {{row: Row, detail: Detail}} props */
function About({ row, detail }) {
  const { visitor, visit } = detail;
  const facts = [
    [gettext("Local time"), localTime(visitor?.time_zone ?? "", now.value)],
    [gettext("Language"), languageName(visitor?.language || visit?.language || row.language)],
    [gettext("Country"), visit?.country],
    [gettext("Device"), [visit?.device, visit?.os].filter(Boolean).join(" · ")],
    [gettext("Browser"), visit?.browser],
    [gettext("Came from"), visit?.referrer && html`<bdi class="ltr">${visit.referrer.replace(/^https?:\/\//, "")}</bdi>`],
    [gettext("Last page"), !row.online && visit?.page_since && html`<time datetime=${visit.page_since}
        title=${fullTime(visit.page_since)}>${age(visit.page_since, now.value)}</time>`],
    [gettext("First seen"), visitor?.first_seen_at && html`<time datetime=${visitor.first_seen_at}
        title=${fullTime(visitor.first_seen_at)}>${age(visitor.first_seen_at, now.value)}</time>`],
  ].filter(([, value]) => value);
  if (!facts.length) return null;
  return html`<${Section} title=${gettext("About")}><dl class="kv">${facts.map(([label, value]) => html`<dt>${label}</dt><dd
      class="own-dir" dir="auto">${value}</dd>`)}</dl></${Section}>`;
}

/** @param {{earlier: Earlier[]}} props */
function EarlierTickets({ earlier }) {
  if (!earlier.length) return html`<${Section} title=${gettext("Earlier")}><p class="muted small">
      ${gettext("This is their first conversation.")}</p></${Section}>`;
  return html`<${Section} title=${gettext("Earlier")} after=${html`<span class="muted num">${earlier.length}</span>`}><ul
      class="tickets">
    ${earlier.map((ticket) => html`<li key=${ticket.id}><a class="cut own-dir link"
        dir="auto" ...${linkTo({ number: ticket.number })}>${ticket.subject || `#${ticket.number}`}</a>
      <${StateTag} state=${ticket.state} /><small class="num"><bdi>#${ticket.number}</bdi> · <time datetime=${ticket.created_at}
          title=${fullTime(ticket.created_at)}>${age(ticket.created_at, now.value)}</time>${ticket.assignee && html` · <bdi>
          ${ticket.assignee.name}</bdi>`}</small></li>`)}
  </ul></${Section}>`;
}

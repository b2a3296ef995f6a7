/**
 * A chat that rings: a card at the foot of the list, on a phone also a line above the conversation. It takes its place
 * in the flow and never the focus.
 * @import {Ring} from "../store/rings.js"
 */
import { useState } from "../../../vendor/preact-hooks.js";
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { resume } from "../app/desk.js";
import { answer, answering, showRing } from "../app/rings.js";
import { desk, frontRing, leadAlerts, ringClock, rings } from "../app/state.js";
import { pausedWords } from "../store/desk.js";
import { scriptLanguage } from "../store/language.js";
import { pathOf } from "../store/links.js";
import { byUrgency, nameOf, partLeft, secondsLeft } from "../store/rings.js";
import { span } from "../store/time.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Name } from "../parts/people.js";
import { LeadAlerts } from "./lead_alerts.js";

/** What stands at the foot of the list: which chats find nobody, and who rings here, or why nobody does. */
export function Dock() {
  const ring = frontRing.value;
  const paused = pausedWords(desk.value);
  if (!ring && !paused && !leadAlerts.value.size) return null;
  return html`<div class="dock">
    <${LeadAlerts} />
    ${ring ? html`<${Card} key=${ring.ring} ring=${ring} /><${Others} front=${ring} />` : paused && html`<${Paused} words=${paused} />`}
  </div>`;
}

/** @param {{words: string}} props */
const Paused = ({ words }) => html`<div class="paused-note" role="status"><${Icon} name="pause" class="s" />
  <p class="grow">${words}</p>
  <button type="button" class="btn tiny" onClick=${() => resume()}>${gettext("Resume")}</button></div>`;

/** @param {Ring} ring */
const label = (ring) => interpolate(gettext("Incoming chat from %(name)s"), { name: nameOf(ring) });

/** @param {{ring: Ring}} props */
function Card({ ring }) {
  const { summary } = ring;
  const about = [summary.department, summary.place].filter(Boolean);
  return html`<section class="incoming" aria-label=${label(ring)}>
    <div class="incoming-top">
      <${Countdown} ring=${ring} />
      <div class="grow"><p class="strong"><${Name} name=${nameOf(ring)} class="cut own-dir" /></p>
        <p class="muted from">${about.length > 0 && html`<span class="cut"><${Apart} words=${about} /></span>`}
          ${summary.waited_seconds > 0 && html`<${Waited} ring=${ring} isAlone=${!about.length} />`}</p></div>
      ${summary.is_first && html`<span class="tag act">${gettext("First visit")}</span>`}
    </div>
    <${Mode} ring=${ring} />
    ${summary.body && html`<q dir="auto" lang=${scriptLanguage(summary.body)}>${summary.body}</q>`}
    ${summary.page && html`<p class="from muted" title=${summary.title}><${Icon} name="globe" class="s" />
      <span class="vh">${gettext("On page:")} </span><bdi class="ltr cut">${pathOf(summary.page)}</bdi></p>`}
    <${Verbs} ring=${ring} />
  </section>`;
}

/** @param {{words: (string|null)[]}} props */
const Apart = ({ words }) => words.map((word, at) => html`${at > 0 && " · "}<bdi>${word}</bdi>`);

/** How long they have waited, by now. @param {{ring: Ring, isAlone: boolean}} props */
function Waited({ ring, isAlone }) {
  const here = ring.expires_in_ms - (ring.until - ringClock.value);
  const time = span(ring.summary.waited_seconds + Math.max(0, Math.floor(here / 1000)));
  return html`<span class="waited">${!isAlone && " · "}${interpolate(gettext("waits %(time)s"), { time })}</span>`;
}

/** The figure is for everybody, the circle for the eye. @param {{ring: Ring}} props */
function Countdown({ ring }) {
  const seconds = secondsLeft(ring, ringClock.value);
  const words = interpolate(ngettext("%(count)s second left", "%(count)s seconds left", seconds), { count: seconds });
  const gone = 100 * (1 - partLeft(ring, ringClock.value));
  return html`<div class="ring" role="timer" aria-label=${words}>
    <svg viewBox="0 0 40 40" aria-hidden="true"><circle cx="20" cy="20" r="17" />
      <circle cx="20" cy="20" r="17" pathLength="100" stroke-dasharray="100" stroke-dashoffset=${gone.toFixed(1)} /></svg>
    <b aria-hidden="true">${seconds}</b></div>`;
}

/** Why it rings here, when that is not the usual reason. @param {{ring: Ring}} props */
function Mode({ ring: { mode, summary } }) {
  if (mode === "all") return html`<p class="from muted"><${Icon} name="bell" class="s" />${gettext("Rings at everyone: the first to accept has it")}</p>`;
  if (mode !== "transfer" || !summary.from) return null;
  return html`<div class="handed"><p class="from"><${Icon} name="transfer" class="s" />
      <span class="cut" dir="auto">${interpolate(gettext("%(name)s hands this chat to you"), { name: summary.from.name })}</span></p>
    ${summary.note && html`<p class="handed-note" dir="auto" lang=${scriptLanguage(summary.note)}>${summary.note}</p>`}</div>`;
}

/** @param {{ring: Ring}} props */
function Verbs({ ring }) {
  const isBusy = answering.value.has(ring.ring);
  return html`<div class="incoming-verbs">
    <button type="button" class="btn primary" aria-keyshortcuts="Alt+A" disabled=${isBusy} onClick=${() => answer("accept")}>
      ${gettext("Accept")} <kbd class="no-phone" aria-hidden="true">Alt A</kbd></button>
    <button type="button" class="btn" aria-keyshortcuts="Alt+D" disabled=${isBusy} onClick=${() => answer("decline")}>
      ${gettext("Decline")} <kbd class="no-phone" aria-hidden="true">Alt D</kbd></button>
  </div>`;
}

/** The others that ring, to be looked at. @param {{front: Ring}} props */
function Others({ front }) {
  const [isOpen, setOpen] = useState(false);
  const others = byUrgency(rings.value).filter((ring) => ring.ring !== front.ring);
  if (!others.length) return null;
  const words = interpolate(ngettext("%(count)s more chat rings", "%(count)s more chats ring", others.length), { count: others.length });
  return html`<div class="others"><button type="button" class="btn quiet tiny" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>
      ${words}<${Icon} name="down" class="s" /></button>
    ${isOpen && html`<ul>${others.map((ring) => html`<li key=${ring.ring}>
      <button type="button" class="other" onClick=${() => showRing(ring.ring)}><${Name} name=${nameOf(ring)} class="grow cut own-dir" />
        <${Left} ring=${ring} /></button></li>`)}</ul>`}</div>`;
}

/** @param {{ring: Ring}} props */
const Left = ({ ring }) => html`<span class="num muted">${span(secondsLeft(ring, ringClock.value))}</span>`;

/** On a phone the conversation fills the screen: the ring is a line above it. */
export function IncomingSlim() {
  const ring = frontRing.value;
  if (!ring) return null;
  const isBusy = answering.value.has(ring.ring);
  const more = rings.value.size - 1;
  return html`<div class="incoming-slim only-phone" role="group" aria-label=${label(ring)}>
    <${Countdown} ring=${ring} />
    <p class="grow cut own-dir" dir="auto">${interpolate(gettext("%(name)s rings"), { name: nameOf(ring) })}
      ${more > 0 && html` <span class="muted num">+${more}</span>`}</p>
    <button type="button" class="btn quiet" disabled=${isBusy} onClick=${() => answer("decline")}>${gettext("Decline")}</button>
    <button type="button" class="btn primary" disabled=${isBusy} onClick=${() => answer("accept")}>${gettext("Accept")}</button>
  </div>`;
}

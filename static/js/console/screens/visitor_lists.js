/**
 * What is counted beside the table: who waits, who has how many chats, and on which pages people are.
 * @import {Facet} from "../store/visitor_filters.js"
 * @import {Member, Row} from "../store/types.js"
 */
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { linkTo } from "../app/route.js";
import { me, members, now, rings, route } from "../app/state.js";
import { toggleFilter } from "../app/visitors_view.js";
import { queue, sifted } from "../app/visitors_state.js";
import { clock, figure, secondsSince, waitLevel } from "../store/time.js";
import { NONE, ranked } from "../store/visitor_filters.js";
import { cx, html } from "../parts/html.js";
import { Avatar, Name, statusWords } from "../parts/people.js";
import { valueWords } from "./visitor_filters.js";

const MOST_WAITING = 6;

export function Queue() {
  const all = queue.value;
  return html`<section class="card" aria-labelledby="queue-h">
    <header><h2 id="queue-h" class="grow">${gettext("Queue")} <span class="muted num">${all.length}</span></h2>
      ${all.length > 0 && html`<${Longest} at=${String(all[0].waiting_since)} />`}</header>
    ${all.length ? html`<ol class="queue">${all.slice(0, MOST_WAITING).map((row, at) => html`<${Waiting} key=${row.id} row=${row} at=${at} />`)}</ol>`
      : html`<p class="muted small none">${gettext("Nobody waits.")}</p>`}
    ${all.length > MOST_WAITING && html`<p class="muted small none"><a class="link" ...${linkTo({ view: "unassigned" })}>
      ${interpolate(ngettext("%(count)s more waits", "%(count)s more wait", all.length - MOST_WAITING), { count: all.length - MOST_WAITING })}</a></p>`}
  </section>`;
}

/** @param {{at: string}} props */
function Longest({ at }) {
  const seconds = secondsSince(at, now.value);
  return html`<span class=${cx("small strong num", levelClass(seconds))}>${interpolate(gettext("longest %(time)s"), { time: clock(seconds) })}</span>`;
}

/** @param {number} seconds */
function levelClass(seconds) {
  const level = waitLevel(seconds);
  return level === "late" ? "bad" : level && "wait";
}

/** @param {{row: Row, at: number}} props */
function Waiting({ row, at }) {
  const seconds = secondsSince(row.waiting_since, now.value);
  const isRinging = [...rings.value.values()].some((ring) => ring.ticket === row.id);
  const about = [row.department?.name, isRinging && gettext("rings you")].filter(Boolean);
  return html`<li><span class="muted num">${at + 1}</span><a class="cut" ...${linkTo({ number: row.number })}><${Name} name=${row.name} /></a>
    <span class=${cx("num", levelClass(seconds) && `${levelClass(seconds)} strong`)}>${clock(seconds)}</span>
    ${about.length > 0 && html`<small class="cut" dir="auto">${about.join(" · ")}</small>`}</li>`;
}

const ORDER = { online: 0, away: 1, offline: 2 };

/** Chats by agent: how many each has, of how many; pressed, it shows with whom they chat. */
export function Agents() {
  const counts = sifted.value.counts.agent;
  const here = [...members.value.values()].filter((member) => member.status !== "offline" || counts.has(member.id))
    .sort((a, b) => ORDER[a.status] - ORDER[b.status] || (b.load ?? 0) - (a.load ?? 0) || a.name.localeCompare(b.name));
  if (!here.length) return null;
  const online = here.filter((member) => member.status === "online").length;
  return html`<section class="card" aria-labelledby="agents-h">
    <header><h2 id="agents-h" class="grow">${gettext("Chats by agent")}</h2>
      <span class="muted small num">${interpolate(ngettext("%(count)s online", "%(count)s online", online), { count: online })}</span></header>
    <ul class="agents">${here.map((member) => html`<li key=${member.id}><${Agent} member=${member} onSite=${counts.get(member.id) ?? 0} /></li>`)}</ul>
  </section>`;
}

/** @param {{member: Member, onSite: number}} props */
function Agent({ member, onSite }) {
  const { name, load, limit, status } = member;
  const count = load ?? onSite;
  const figure = limit == null ? String(count) : interpolate(gettext("%(load)s of %(limit)s"), { load: count, limit });
  const isFull = limit != null && count >= limit;
  return html`<button type="button" class="agent" aria-pressed=${route.value.filter.agent === member.id} onClick=${() => toggleFilter("agent", member.id)}>
    <${Avatar} person=${member} size="s" status=${member.paused && status === "online" ? "paused" : status} />
    <span class="grow cut own-dir" dir="auto">${member.id === me.value.id ? gettext("You") : name}</span><span class="vh">${statusWords(status)}</span>
    <span class=${cx("num", isFull ? "wait strong" : "muted")}>${figure}</span></button>`;
}

export const Pages = () => html`<${Ranks} facet="page" id="pages-h" title=${gettext("By page")} most=${7} othersWords=${otherPages} />`;

/** @param {number} count */
const otherPages = (count) => interpolate(ngettext("%(count)s other page", "%(count)s other pages", count), { count });

export const Sources = () => html`<${Ranks} facet="source" id="sources-h" title=${gettext("By source")} most=${5} othersWords=${others} />`;

/** @param {number} count */
const others = (count) => interpolate(ngettext("%(count)s other", "%(count)s others", count), { count });

/** @param {{facet: Facet, id: string, title: string, most: number, othersWords: (count: number) => string}} props */
const Ranks = ({ facet, id, title, most, othersWords }) => html`<section class="card" aria-labelledby=${id}>
  <header><h2 id=${id} class="grow">${title}</h2><span class="muted small">${gettext("now")}</span></header>
  <${RankList} facet=${facet} most=${most} othersWords=${othersWords} /></section>`;

/** @param {{facet: Facet, most: number, othersWords: (count: number) => string}} props */
export function RankList({ facet, most, othersWords }) {
  const { top, others: left, rest } = ranked(sifted.value.counts[facet], most);
  if (!top.length) return html`<p class="muted small none">${gettext("Nobody fits")}</p>`;
  const largest = top[0][1];
  return html`<ul class="ranks">
    ${top.map(([value, count]) => html`<li key=${value}><${Rank} facet=${facet} value=${value} count=${count} share=${count / largest} /></li>`)}
    ${left > 0 && html`<li class="rest"><span>${othersWords(left)}</span><span class="num">${figure(rest)}</span></li>`}</ul>`;
}

/** @param {{facet: Facet, value: string, count: number, share: number}} props */
function Rank({ facet, value, count, share }) {
  const isAddress = facet === "page" && value !== NONE;
  return html`<button type="button" class="rank" aria-pressed=${route.value.filter[facet] === value} onClick=${() => toggleFilter(facet, value)}>
    <span class="cut own-dir" title=${value}>${isAddress ? html`<bdi class="ltr">${value}</bdi>` : html`<bdi>${valueWords(facet, value)}</bdi>`}</span>
    <span class="num">${figure(count)}</span>
    <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="4" class="bg" />
      <rect width=${Math.max(1, Math.round(100 * share))} height="4" class="fg" /></svg></button>`;
}

/**
 * The messages. New ones follow the reader only while he stands at the end; older ones come in above him.
 * @import {Row} from "../store/types.js"
 * @import {Ticket} from "../app/state.js"
 */
import { useEffect, useLayoutEffect, useRef, useState } from "../../../vendor/preact-hooks.js";
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { pendingOf } from "../app/sending.js";
import { me, now } from "../app/state.js";
import { loadOlder, retryTicket } from "../app/tickets.js";
import { activityWords } from "../store/activity.js";
import { blocksOf } from "../store/blocks.js";
import { stillPending } from "../store/log.js";
import { dayLabel, fullTime } from "../store/time.js";
import { Activity, Group, Note } from "../parts/bubbles.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Nothing } from "./empty.js";
import { LogSkeleton } from "./log_skeleton.js";

const NEAR_TOP = 240;
const NEAR_END = 80;

/** @param {{row: Row, ticket: Ticket|null}} props */
export function Log({ row, ticket }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const pending = stillPending(pendingOf(row.id), ticket?.log.events ?? []);
  const scroll = useScroll(box, row.id, ticket, pending.length);
  const isLoading = !ticket || ticket.status === "loading";
  const label = interpolate(gettext("Messages with %(name)s"), { name: row.name });
  return html`<div class="log-frame">
    <div class="log" ref=${box} tabindex="0" role="log" aria-live="polite" aria-relevant="additions" aria-label=${label} aria-busy=${isLoading} onScroll=${scroll.onScroll}>
      ${ticket?.status === "failed" ? html`<${Failed}
          id=${row.id} />` : isLoading && !ticket?.log.events.length ? html`<${LogSkeleton} />`
        : html`<${Blocks} row=${row} ticket=${ticket} pending=${pending} />`}
    </div>
    ${scroll.isAway && html`<button type="button" class="btn jump" onClick=${scroll.toEnd}>
      <${Icon} name="down" class="s" />
          ${scroll.missed ? missedWords(scroll.missed) : gettext("To the latest")}</button>`}
  </div>`;
}

/** @param {number} count */
const missedWords = (count) => interpolate(ngettext("%(count)s new message", "%(count)s new messages", count), { count });

/** @param {{row: Row, ticket: Ticket|null, pending: import("../store/types.js").Pending[]}} props */
function Blocks({ row, ticket, pending }) {
  if (!ticket) return null;
  const { log } = ticket;
  const reader = { me: me.value.id, myName: me.value.name, newAfter: ticket.newAfter };
  const blocks = blocksOf(log.events, pending, reader)
    .filter((block) => block.kind !== "activity" || activityWords(block.event, reader.me));
  return html`
    ${log.from > 1 && html`<p class="older" role="status">${ticket.isLoadingOlder ? gettext("Loading older messages…")
      : html`<button type="button" class="btn quiet tiny" onClick=${() => loadOlder(row.id)}>
          ${gettext("Older messages")}</button>`}</p>`}
    <ol class="blocks">${blocks.map((block) => html`<li key=${block.key} class=${`block ${block.kind}-block`}>
      <${Block} block=${block} row=${row} receipt=${log.receipt} /></li>`)}</ol>`;
}

/** @param {{block: import("../store/blocks.js").Block, row: Row, receipt: {delivered: number, read: number}}} props */
function Block({ block, row, receipt }) {
  switch (block.kind) {
    case "day": return html`<div class="day"><time datetime=${block.at} title=${fullTime(block.at)}>
        ${dayLabel(block.at, now.value)}</time></div>`;
    case "new": return html`<div class="new"><span>${gettext("New messages")}</span></div>`;
    case "group": return html`<${Group} group=${block} row=${row} receipt=${receipt} />`;
    case "note": return html`<${Note} note=${block} />`;
    default: return html`<${Activity} event=${block.event} />`;
  }
}

/** @param {{id: string}} props */
const Failed = ({ id }) => html`<${Nothing} icon="off" title=${gettext("The messages did not come")}
    words=${gettext("The server did not answer.")}>
  <button type="button" class="btn" onClick=${() => retryTicket(id)}>${gettext("Try again")}</button></${Nothing}>`;

/**
 * Keeps the reader's place: at the end when he is there, on the same words when older ones come in above.
 * @param {{current: HTMLElement|null}} box
 * @param {string} id
 * @param {Ticket|null} ticket
 * @param {number} pendingCount
 */
function useScroll(box, id, ticket, pendingCount) {
  const place = useRef({ isAtEnd: true, first: 0, height: 0, seen: 0, pending: 0, isBegun: false });
  const [isAway, setAway] = useState(false);
  const at = place.current;
  const last = ticket?.log.last ?? 0;
  useLayoutEffect(() => {
    const here = box.current;
    if (!here || ticket?.status !== "ready") return;
    const wrote = pendingCount > at.pending;
    if (!at.isBegun) begin(here, at);
    else if (ticket.log.from < at.first) here.scrollTop += here.scrollHeight - at.height;
    else if (at.isAtEnd || wrote) toEnd(here);
    Object.assign(at, { first: ticket.log.from, height: here.scrollHeight, pending: pendingCount });
    if (at.isAtEnd) at.seen = last;
  });
  useFollowResize(box, at);
  const onScroll = () => {
    const here = box.current;
    if (!here) return;
    at.isAtEnd = here.scrollHeight - here.scrollTop - here.clientHeight < NEAR_END;
    if (at.isAtEnd) at.seen = last;
    setAway(!at.isAtEnd);
    if (here.scrollTop < NEAR_TOP && at.isBegun) loadOlder(id);
  };
  return { isAway, missed: isAway ? visitorSince(ticket, at.seen) : 0, onScroll, toEnd: () => box.current && toEnd(box.current, true) };
}

/** @param {Ticket|null} ticket @param {number} seen */
const visitorSince = (ticket, seen) =>
  ticket?.log.events.filter((event) => event.seq > seen && event.name === "message.created").length ?? 0;

/**
 * Opened at the "New" line when there is one, else at the end.
 * @param {HTMLElement} here
 * @param {{isBegun: boolean, isAtEnd: boolean}} at
 */
function begin(here, at) {
  at.isBegun = true;
  const line = /** @type {HTMLElement|null} */ (here.querySelector(".new-block"));
  toEnd(here);
  if (line && here.scrollTop > line.offsetTop - 40) here.scrollTop = line.offsetTop - 40;
}

/** @param {HTMLElement} here @param {boolean} [smooth] */
function toEnd(here, smooth = false) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  here.scrollTo({ top: here.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
}

/**
 * A growing composer or a phone's keyboard must not hide the last message.
 * @param {{current: HTMLElement|null}} box
 * @param {{isAtEnd: boolean}} at
 */
function useFollowResize(box, at) {
  useEffect(() => {
    const here = box.current;
    if (!here) return undefined;
    const watch = new ResizeObserver(() => at.isAtEnd && toEnd(here));
    watch.observe(here);
    return () => watch.disconnect();
  }, []);
}

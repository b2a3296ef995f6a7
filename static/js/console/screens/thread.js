/**
 * One conversation: tabs, head with its verbs, the log, the composer.
 * @import {Row} from "../store/types.js"
 */
import { gettext, interpolate } from "../../lib/i18n.js";
import { currentRow, currentTicket, downSince, link, missing, now, route, tabs, typing } from "../app/state.js";
import { linkTo } from "../app/route.js";
import { socket } from "../app/socket.js";
import { openTicket } from "../app/tickets.js";
import { timeOfDay } from "../store/time.js";
import { may } from "../store/verbs.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Composer } from "./composer.js";
import { Head } from "./head.js";
import { IncomingSlim } from "./incoming.js";
import { LeadAlertSlim } from "./lead_alerts.js";
import { Log } from "./log.js";
import { LogSkeleton } from "./log_skeleton.js";
import { Nothing } from "./empty.js";
import { Tabs } from "./tabs.js";

export function Thread() {
  const row = currentRow.value;
  const label = row ? interpolate(gettext("Conversation with %(name)s"), { name: row.name }) : gettext("Conversation");
  return html`<section class="thread" id="thread" tabindex="-1" aria-label=${label}>
    <${IncomingSlim} />
    <${LeadAlertSlim} />
    <${Tabs} />
    <${Line} />
    <${Content} row=${row} />
  </section>`;
}

/** @param {{row: Row|null}} props */
function Content({ row }) {
  if (missing.value) return html`<${Missing} />`;
  if (row) return html`<${Open} key=${row.id} row=${row} />`;
  return route.value.number === null ? html`<${NoneOpen} />` : html`<${Opening} />`;
}

/** @param {{row: Row}} props */
function Open({ row }) {
  const ticket = currentTicket.value;
  return html`<${Head} row=${row} />
    <${Log} row=${row} ticket=${ticket} />
    ${row.channel === "offline_form" && may("reply", row) && html`<p class="away-hint"><${Icon} name="clock" class="s" />
        ${gettext("Left while nobody was here. A reply is seen when they come back to your site: write an e-mail or call as well.")}</p>`}
    <${Typing} id=${row.id} />
    <${Composer} key=${row.id} row=${row} />`;
}

/** The place is always there, so nothing jumps when somebody starts to write. @param {{id: string}} props */
function Typing({ id }) {
  const who = typing.value.get(id);
  return html`<p class="typing" role="status">${who && html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
    <span class="cut" dir="auto">
        ${who.name ? interpolate(gettext("%(name)s is writing…"), { name: who.name }) : gettext("The customer is writing…")}</span>`}</p>`;
}

/** The reader may go on writing: the outbox keeps it. */
function Line() {
  const since = downSince.value;
  if (since === null) return null;
  const { name, retry_at } = link.value;
  const seconds = Math.max(0, Math.ceil(((retry_at ?? 0) - now.value) / 1000));
  const isStopped = name === "stopped";
  return html`<div class="banner line-down" role="status"><${Icon} name="off" />
    <p class="grow"><b class="strong">${interpolate(gettext("No connection since %(time)s."), { time: timeOfDay(new Date(since).toISOString()) })}</b>
      ${" "}${isStopped ? gettext("The server closed it. Load the page again.") : gettext("Go on writing: it is sent when the connection is back.")}
      ${name === "waiting" && seconds > 0 && html` <span aria-hidden="true">
          ${interpolate(gettext("Next try in %(seconds)s s."), { seconds })}</span>`}</p>
    ${isStopped ? html`<button type="button" class="btn tiny" onClick=${() => location.reload()}>
        ${gettext("Load again")}</button>`
      : html`<button type="button" class="btn tiny" disabled=${name === "connecting"} onClick=${() => socket.hurry()}>
        ${name === "connecting" ? gettext("Connecting…") : gettext("Try now")}</button>`}
  </div>`;
}

const NoneOpen = () => html`<${Nothing} icon="chat" title=${gettext("No conversation is open")}
  words=${tabs.value.length ? gettext("Choose one from the list, or press j to open the first.") : gettext("Choose one from the list. Press ? for the keyboard shortcuts.")} />`;

const Opening = () => html`<div class="thread-head" aria-hidden="true"><span class="skel w5"></span></div>
  <div class="log"><${LogSkeleton} /><p class="vh" role="status">${gettext("Loading the conversation")}</p></div>
  <p class="typing"></p><div class="composer" aria-hidden="true"><div class="box box-skel"></div></div>`;

function Missing() {
  const isGone = missing.value === "gone";
  return html`<${Nothing} icon=${isGone ? "lock" : "off"}
      title=${isGone ? gettext("This conversation cannot be shown") : gettext("The conversation did not come")}
      words=${isGone ? gettext("It does not exist, or it belongs to a department that you are not in.") : gettext("The server did not answer.")}>
    ${isGone ? html`<a class="btn" ...${linkTo({ number: null })}>${gettext("Back to the inbox")}</a>`
      : html`<button type="button" class="btn" onClick=${openTicket}>${gettext("Try again")}</button>`}
  </${Nothing}>`;
}

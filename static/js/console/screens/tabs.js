/** One's own open chats side by side, in an order that never moves under the pointer. */
import { gettext } from "../../lib/i18n.js";
import { linkTo } from "../app/route.js";
import { desk, route, tabs } from "../app/state.js";
import { figureOf, isOver, loadWords, squaresOf } from "../store/desk.js";
import { cx, html } from "../parts/html.js";
import { Avatar, Name } from "../parts/people.js";
import { levelOf, Wait } from "../parts/times.js";
import { Unread } from "../parts/unread.js";

export function Tabs() {
  return html`<nav class=${cx("tabs", !tabs.value.length && "no-phone")} aria-label=${gettext("Your chats")}>
    ${!tabs.value.length && html`<p class="tabs-none">${gettext("Chats that are yours stand here.")}</p>`}
    ${tabs.value.map((row) => html`<${Tab} key=${row.id} row=${row} />`)}
    ${desk.value && html`<${Meter} desk=${desk.value} />`}
  </nav>`;
}

/** How many chats I have of how many I may have. @param {{desk: import("../store/types.js").Desk}} props */
function Meter({ desk }) {
  const { full, free } = squaresOf(desk);
  const words = loadWords(desk);
  return html`<p class=${cx("slots", isOver(desk) && "over")} title=${words}><span class="vh">${words}</span>
    ${Array.from({ length: full + free }, (_, at) => html`<i key=${at} class=${at < full ? "" : "free"}></i>`)}
    <span class=${cx("num", full + free > 0 && "no-phone")} aria-hidden="true">${figureOf(desk)}</span></p>`;
}

/** @param {{row: import("../store/types.js").Row}} props */
function Tab({ row }) {
  const level = levelOf(row);
  const isHere = route.value.number === row.number;
  const unread = row.mine?.unread ?? 0;
  return html`<a class=${cx("tab", level && "waiting", level)}
      aria-current=${isHere ? "page" : undefined} ...${linkTo({ number: row.number })}>
    <${Avatar} person=${row} size="s" /><${Name} name=${row.name} />
    ${unread > 0 && !isHere && html`<${Unread} count=${unread} />`}
    <span class="t"><${Wait} row=${row} icon=${false} /></span>
  </a>`;
}

/** One's own open chats side by side, in an order that never moves under the pointer. */
import { gettext } from "../../lib/i18n.js";
import { linkTo } from "../app/route.js";
import { route, tabs } from "../app/state.js";
import { cx, html } from "../parts/html.js";
import { Avatar, Name } from "../parts/people.js";
import { levelOf, Wait } from "../parts/times.js";
import { Unread } from "../parts/unread.js";

export function Tabs() {
  return html`<nav class=${cx("tabs", !tabs.value.length && "no-phone")} aria-label=${gettext("Your chats")}>
    ${!tabs.value.length && html`<p class="tabs-none">${gettext("Chats that are yours stand here.")}</p>`}
    ${tabs.value.map((row) => html`<${Tab} key=${row.id} row=${row} />`)}
  </nav>`;
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

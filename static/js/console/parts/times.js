/** Times that keep themselves right. */
import { gettext, interpolate } from "../../lib/i18n.js";
import { now } from "../app/state.js";
import { waits } from "../store/rows.js";
import { age, clock, fullTime, secondsSince, timeOfDay, waitLevel } from "../store/time.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** @param {{at: string}} props */
export const Clock = ({ at }) => html`<time datetime=${at} title=${fullTime(at)}>${timeOfDay(at)}</time>`;

/** @param {{at: string}} props */
export const Age = ({ at }) => html`<time datetime=${at} title=${fullTime(at)}>${age(at, now.value)}</time>`;

/** @param {import("../store/types.js").Row} row @returns {""|"waiting"|"late"} */
export const levelOf = (row) => (waits(row) ? waitLevel(secondsSince(row.waiting_since, now.value)) : "");

/**
 * How long a customer waits (clock and figure), or how old the last line is.
 * @param {{row: import("../store/types.js").Row, icon?: boolean}} props
 */
export function Wait({ row, icon = true }) {
  if (!waits(row)) return html`<${Age} at=${row.last?.at ?? row.updated_at} />`;
  const seconds = secondsSince(row.waiting_since, now.value);
  return html`${icon && html`<${Icon} name="clock" class="s" />`}<span class="vh">${interpolate(gettext("waits %(time)s"), { time: clock(seconds) })}</span><span aria-hidden="true">${clock(seconds)}</span>`;
}

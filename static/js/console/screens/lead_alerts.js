/**
 * Chats that find nobody, at whoever leads: notes that stay, at the foot of the list, on a phone also above the
 * conversation.
 * @import {LeadAlert} from "../store/types.js"
 */
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { see } from "../app/lead_alerts.js";
import { linkTo } from "../app/route.js";
import { leadAlerts } from "../app/state.js";
import { alertWords } from "../store/lead_alerts.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { Clock } from "../parts/times.js";

export function LeadAlerts() {
  const alerts = [...leadAlerts.value.values()];
  if (!alerts.length) return null;
  return html`${alerts.length > 1 && html`<${All} alerts=${alerts} />`}
    <ul class="lead-alerts" aria-label=${gettext("Chats that nobody takes")}>
    ${alerts.map((alert) => html`<li class="lead-alert" key=${alert.alert}><${Note} alert=${alert} /></li>`)}
  </ul>`;
}

/** @param {{alerts: LeadAlert[]}} props */
function All({ alerts }) {
  const words = interpolate(ngettext("%(count)s chat that nobody takes", "%(count)s chats that nobody takes", alerts.length), { count: alerts.length });
  return html`<p class="lead-alerts-head"><span class="grow strong">${words}</span>
    <button type="button" class="btn quiet tiny" onClick=${() => alerts.forEach(see)}>${gettext("All seen")}</button></p>`;
}

/** The newest, in one line. */
export function LeadAlertSlim() {
  const alert = [...leadAlerts.value.values()].at(-1);
  return alert ? html`<div class="lead-alert slim only-phone"><${Note} alert=${alert} /></div>` : null;
}

/** @param {{alert: LeadAlert}} props */
const Note = ({ alert }) => html`<${Icon} name="alert" class="s" />
  <div class="grow"><a class="strong" dir="auto" ...${linkTo({ number: alert.summary.number, query: "" })}>${alertWords(alert)}</a>
    <p class="muted"><${Clock} at=${alert.at} />${alert.summary.department && html` · <bdi>${alert.summary.department}</bdi>`}</p></div>
  <button type="button" class="btn quiet icon tiny" aria-label=${gettext("Seen")} title=${gettext("Seen")} onClick=${() => see(alert)}>
    <${Icon} name="x" class="s" /></button>`;

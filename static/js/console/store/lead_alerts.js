/**
 * Chats that find nobody, as those who lead are told of them: pure functions.
 * @import {LeadAlert} from "./types.js"
 */
import { gettext, interpolate } from "../../lib/i18n.js";

/** @typedef {Map<string, LeadAlert>} LeadAlerts  Oldest first. */

/** As many as a connection begins with. */
export const MOST = 20;

/** @param {LeadAlerts} alerts @param {LeadAlert} alert @returns {LeadAlerts} */
export function arrive(alerts, alert) {
  // What is said anew of a chat takes the place of what was said before.
  const others = [...alerts].filter(([, one]) => one.ticket !== alert.ticket);
  return new Map([...others, /** @type {const} */ ([alert.alert, alert])].slice(-MOST));
}

/** Every (re)connect says what is still open: everything else is over. @param {LeadAlert[]} alerts @returns {LeadAlerts} */
export const resume = (alerts) => new Map(alerts.map((alert) => [alert.alert, alert]));

/** @param {LeadAlerts} alerts @param {string} id @returns {LeadAlerts} the same ones when it was not among them */
export function without(alerts, id) {
  if (!alerts.has(id)) return alerts;
  const next = new Map(alerts);
  next.delete(id);
  return next;
}

/** @param {LeadAlert} alert */
export function alertWords({ why, summary: { visitor, number, agent } }) {
  const names = { name: visitor || interpolate(gettext("Visitor %(number)s"), { number }), agent: agent?.name ?? "" };
  switch (why) {
    case "no_reply": return agent ? interpolate(gettext("%(agent)s has not answered %(name)s in time"), names)
      : interpolate(gettext("%(name)s waits for an answer"), names);
    case "too_long": return interpolate(gettext("%(name)s has waited too long"), names);
    default: return interpolate(gettext("Nobody accepted the chat with %(name)s"), names);
  }
}

/**
 * Lines of activity in words.
 * @import {LogEvent} from "./types.js"
 */
import { gettext, interpolate } from "../../lib/i18n.js";
import { pageLanguage } from "./time.js";

/**
 * @param {LogEvent} event
 * @param {string} me
 * @returns {string}  "" when the event needs no line
 */
export function activityWords(event, me) {
  if (event.name === "ticket.assigned") return assignedWords(event, me);
  if (event.name === "ticket.changed") return changedWords(event, me);
  if (event.name === "transfer.offered") return offeredWords(event, me);
  if (event.name === "transfer.closed") return refusedWords(event, me);
  if (event.name === "alert.raised") return alertedWords(event);
  if (event.name === "invitation.accepted") return invitedWords(event, me);
  if (event.name === "chat.ended") return endedWords(event, me);
  return "";
}

/** @param {LogEvent} event @param {string} me */
function assignedWords({ by, data }, me) {
  const names = { name: by.name, to: data.to?.name, from: data.from?.name };
  const mine = { by: by.id === me, from: data.from?.id === me, to: data.to?.id === me };
  switch (data.why) {
    case "agent_left": return mine.from ? gettext("Put back to everyone: you were away while the customer waited")
      : interpolate(gettext("Put back to everyone: %(from)s was away while the customer waited"), names);
    case "no_reply": return mine.from ? gettext("Put back to everyone: you did not answer in time")
      : interpolate(gettext("Put back to everyone: %(from)s did not answer in time"), names);
    case "ring": return mine.to ? gettext("It rang, and you accepted") : interpolate(gettext("It rang, and %(to)s accepted"), names);
    case "transfer": return transferredWords(mine, names);
  }
  if (!data.to) {
    return mine.by ? gettext("You put it back to everyone") : interpolate(gettext("%(name)s put it back to everyone"), names);
  }
  const toMe = mine.to;
  if (by.id === data.to.id) {
    return toMe ? gettext("You took the conversation") : interpolate(gettext("%(to)s took the conversation"), names);
  }
  if (by.kind !== "agent") return toMe ? gettext("Assigned to you") : interpolate(gettext("Assigned to %(to)s"), names);
  if (toMe) return interpolate(gettext("%(name)s assigned it to you"), names);
  if (by.id === me) return interpolate(gettext("You assigned it to %(to)s"), names);
  return interpolate(gettext("%(name)s assigned it to %(to)s"), names);
}

/**
 * That it went to a department was said when it was offered there.
 * @param {{from: boolean, to: boolean}} mine
 * @param {Record<string, string|undefined>} names
 */
function transferredWords(mine, names) {
  if (!names.to) return "";
  if (!names.from) return mine.to ? gettext("It was handed to you") : interpolate(gettext("It was handed to %(to)s"), names);
  if (mine.to) return interpolate(gettext("You took it over from %(from)s"), names);
  if (mine.from) return interpolate(gettext("%(to)s took it over from you"), names);
  return interpolate(gettext("%(to)s took it over from %(from)s"), names);
}

/** To a colleague, who may still say no, or to a department. @param {LogEvent} event @param {string} me */
function offeredWords({ by, data }, me) {
  const names = { name: by.name, to: data.to?.name };
  if (by.id === me) return interpolate(gettext("You hand it over to %(to)s"), names);
  return data.to?.id === me ? interpolate(gettext("%(name)s hands it over to you"), names)
    : interpolate(gettext("%(name)s hands it over to %(to)s"), names);
}

/** @param {LogEvent} event @param {string} me */
function refusedWords({ data }, me) {
  const isMine = data.to?.id === me;
  const names = { to: data.to?.name };
  if (data.why === "declined") return isMine ? gettext("You declined it") : interpolate(gettext("%(to)s declined it"), names);
  return isMine ? gettext("You did not take it in time") : interpolate(gettext("%(to)s did not take it"), names);
}

/** @param {LogEvent} event */
function alertedWords({ data }) {
  const names = { names: new Intl.ListFormat(pageLanguage()).format((data.to ?? []).map((/** @type {{name: string}} */ one) => one.name)) };
  switch (data.why) {
    case "no_reply": return interpolate(gettext("No answer in time: %(names)s alerted"), names);
    case "too_long": return interpolate(gettext("The wait is long: %(names)s alerted"), names);
    default: return interpolate(gettext("Nobody accepted: %(names)s alerted"), names);
  }
}

/** @param {LogEvent} event @param {string} me */
function changedWords({ by, data }, me) {
  const mine = by.id === me;
  const names = { name: by.name, subject: data.subject, department: data.department?.name };
  // Ending a chat has its own line, which says who did it.
  if (data.state === "resolved" && data.why === "chat_ended") return gettext("Resolved");
  if (data.state) return stateWords(data.state, by.kind, mine, names);
  if (data.subject) {
    return mine ? interpolate(gettext("You changed the subject to “%(subject)s”"), names)
      : interpolate(gettext("%(name)s changed the subject to “%(subject)s”"), names);
  }
  if (data.department) return interpolate(gettext("Moved to %(department)s"), names);
  return "department" in data ? gettext("Taken out of its department") : "";
}

/**
 * @param {string} state
 * @param {string} kind
 * @param {boolean} mine
 * @param {Record<string, unknown>} names
 */
function stateWords(state, kind, mine, names) {
  if (state === "resolved") {
    if (kind !== "agent") return gettext("Resolved");
    return mine ? gettext("You resolved it") : interpolate(gettext("%(name)s resolved it"), names);
  }
  if (state === "spam") return mine ? gettext("You marked it as spam") : interpolate(gettext("%(name)s marked it as spam"), names);
  if (state !== "open") return "";
  if (kind === "visitor") return gettext("Opened again by a new message");
  if (kind !== "agent") return gettext("Opened again");
  return mine ? gettext("You opened it again") : interpolate(gettext("%(name)s opened it again"), names);
}

/**
 * What the customer was shown before they wrote: nobody's message, but what they answer to.
 * @param {LogEvent} event
 * @param {string} me
 */
function invitedWords({ by, data }, me) {
  const names = { name: by.name, invitation: data.invitation?.name, text: data.body };
  if (data.invitation) return interpolate(gettext("They accepted the invitation “%(invitation)s”: %(text)s"), names);
  if (by.id === me) return interpolate(gettext("They accepted your invitation: %(text)s"), names);
  return interpolate(gettext("They accepted the invitation of %(name)s: %(text)s"), names);
}

/** @param {LogEvent} event @param {string} me */
function endedWords({ by, data }, me) {
  if (data.why === "inactive") return gettext("The chat ended: the customer was away for a while");
  if (data.why === "message") return gettext("The customer left a message instead of waiting");
  if (data.why === "visitor" || by.kind === "visitor") return gettext("The customer ended the chat");
  if (by.id === me) return gettext("You ended the chat");
  return interpolate(gettext("%(name)s ended the chat"), { name: by.name });
}

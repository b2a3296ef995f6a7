/**
 * What may be done with a ticket in its present state. The server decides; this only keeps impossible buttons away.
 * @import {Row, LogEvent} from "./types.js"
 */
import { isOpen } from "./rows.js";

/**
 * @typedef {"reply"|"note"|"take"|"assign"|"department"|"transfer"|"resolve"|"reopen"|"spam"|"end"} Verb
 */

/**
 * @param {Verb} verb
 * @param {Row} row
 * @param {LogEvent[]} [events]
 */
export function may(verb, row, events = []) {
  switch (verb) {
    case "note": return true;
    case "reply": return row.state !== "spam";
    case "take": return isOpen(row) && !row.assignee;
    case "assign":
    case "transfer":
    case "department":
    case "resolve": return isOpen(row);
    case "reopen": return !isOpen(row);
    case "spam": return row.state !== "spam";
    case "end": return isOpen(row) && row.channel === "chat" && isChatLive(events);
    default: return false;
  }
}

/**
 * A chat is live until it was ended or its ticket closed, and again once the visitor writes after that.
 * @param {LogEvent[]} events
 */
export function isChatLive(events) {
  for (let at = events.length - 1; at >= 0; at -= 1) {
    const event = events[at];
    const isClosed = event.name === "ticket.changed" && ["resolved", "spam"].includes(event.data.state);
    if (isClosed || event.name === "chat.ended") return false;
    if (event.name === "message.created" && event.by.kind === "visitor") return true;
  }
  return events.length > 0;
}

/**
 * What the thread shows, made from the log: days, groups of bubbles, notes, lines of activity, the "New" line.
 * @import {LogEvent, Pending, Author} from "./types.js"
 */
import { dayKey } from "./time.js";

/** Events that are a line of activity. */
const TOLD = new Set(["ticket.assigned", "ticket.changed", "transfer.offered", "transfer.closed", "alert.raised", "invitation.accepted", "chat.ended"]);
const GROUP_MS = 5 * 60 * 1000;

/**
 * @typedef {object} Message  One bubble or note.
 * @property {string} key  stays the same when the pending bubble becomes an event
 * @property {number} seq  0 while pending
 * @property {string} body
 * @property {string} at
 * @property {boolean} edited
 * @property {boolean} redacted
 * @property {Pending|null} pending
 *
 * @typedef {{kind: "day", key: string, at: string}} DayBlock
 * @typedef {{kind: "new", key: string}} NewBlock
 * @typedef {{kind: "group", key: string, side: "visitor"|"agent"|"me", by: Author, messages: Message[]}} GroupBlock
 * @typedef {{kind: "note", key: string, by: Author, message: Message}} NoteBlock
 * @typedef {{kind: "activity", key: string, event: LogEvent}} ActivityBlock
 * @typedef {DayBlock|NewBlock|GroupBlock|NoteBlock|ActivityBlock} Block
 */

/**
 * @param {LogEvent[]} events
 * @param {Pending[]} pending
 * @param {{me: string, myName: string, newAfter?: number|null}} reader
 *   `newAfter`: the last number that the reader had seen when the ticket was opened
 * @returns {Block[]}
 */
export function blocksOf(events, pending, reader) {
  const changes = changesOf(events);
  /** @type {Block[]} */
  const blocks = [];
  let isNewShown = reader.newAfter == null;
  for (const event of events) {
    const made = blocksFrom(event, changes, reader);
    if (!made.length) continue;
    addDay(blocks, event.at);
    if (!isNewShown && event.seq > Number(reader.newAfter) && event.by.kind === "visitor") {
      blocks.push({ kind: "new", key: "new" });
      isNewShown = true;
    }
    for (const block of made) add(blocks, block);
  }
  for (const message of pending) {
    addDay(blocks, message.at);
    add(blocks, pendingBlock(message, reader));
  }
  return blocks;
}

/**
 * Edits and redactions fold into the message that they change.
 * @param {LogEvent[]} events
 */
function changesOf(events) {
  /** @type {Map<string, {body?: string, edited?: boolean, redacted?: boolean}>} */
  const changes = new Map();
  for (const { name, data } of events) {
    if (name === "message.edited") changes.set(data.message, { body: data.body, edited: true });
    if (name === "message.redacted") changes.set(data.message, { body: "", redacted: true });
  }
  return changes;
}

/**
 * @param {LogEvent} event
 * @param {ReturnType<typeof changesOf>} changes
 * @param {{me: string}} reader
 * @returns {Block[]}
 */
function blocksFrom(event, changes, reader) {
  const { name, by, data } = event;
  if (name === "message.created" || name === "note.created") {
    const message = messageOf(event, changes.get(data.message));
    if (name === "note.created" || data.kind === "note") return [{ kind: "note", key: message.key, by, message }];
    return [{ kind: "group", key: `g ${message.key}`, side: sideOf(by, reader.me), by, messages: [message] }];
  }
  if (!TOLD.has(name)) return [];
  /** @type {ActivityBlock} */
  const line = { kind: "activity", key: `a ${event.seq}`, event };
  if (name !== "transfer.offered" || !data.note) return [line];
  // What the next one should know is read like any other note.
  const message = messageOf({ ...event, data: { body: data.note }, client_id: undefined });
  return [line, { kind: "note", key: `n ${event.seq}`, by, message }];
}

/**
 * @param {LogEvent} event
 * @param {{body?: string, edited?: boolean, redacted?: boolean}} [change]
 * @returns {Message}
 */
function messageOf({ seq, at, data, client_id }, change) {
  return {
    key: client_id ?? `s ${seq}`,
    seq,
    at,
    body: change?.body ?? data.body ?? "",
    edited: !!change?.edited,
    redacted: !!change?.redacted,
    pending: null,
  };
}

/** @param {Author} by @param {string} me @returns {"visitor"|"agent"|"me"} */
const sideOf = (by, me) => (by.kind === "visitor" ? "visitor" : by.id === me ? "me" : "agent");

/**
 * @param {Pending} pending
 * @param {{me: string, myName: string}} reader
 * @returns {Block}
 */
function pendingBlock(pending, reader) {
  /** @type {Author} */
  const by = { kind: "agent", id: reader.me, name: reader.myName };
  const message = { key: pending.client_id, seq: 0, at: pending.at, body: pending.body, edited: false, redacted: false, pending };
  if (pending.kind === "note") return { kind: "note", key: message.key, by, message };
  return { kind: "group", key: `g ${message.key}`, side: "me", by, messages: [message] };
}

/** @param {Block[]} blocks @param {string} at */
function addDay(blocks, at) {
  const key = `d ${dayKey(at)}`;
  const last = blocks.findLast((block) => block.kind === "day");
  if (last?.key !== key) blocks.push({ kind: "day", key, at });
}

/**
 * Bubbles of one sender within five minutes stand together, under one name and one time.
 * @param {Block[]} blocks
 * @param {Block} block
 */
function add(blocks, block) {
  const last = blocks[blocks.length - 1];
  if (block.kind === "group" && last?.kind === "group" && belongs(last, block)) last.messages.push(...block.messages);
  else blocks.push(block);
}

/** @param {GroupBlock} group @param {GroupBlock} next */
function belongs(group, next) {
  if (group.side !== next.side || group.by.id !== next.by.id) return false;
  const previous = group.messages[group.messages.length - 1];
  if (previous.pending?.state === "failed" || next.messages[0].pending?.state === "failed") return false;
  return Date.parse(next.messages[0].at) - Date.parse(previous.at) < GROUP_MS;
}

/**
 * How far one of our messages has come.
 * @param {Message} message
 * @param {{delivered: number, read: number}} receipt
 * @returns {"sending"|"waiting"|"failed"|"sent"|"delivered"|"read"}
 */
export function deliveryOf(message, receipt) {
  if (message.pending) return message.pending.state;
  if (message.seq <= receipt.read) return "read";
  return message.seq <= receipt.delivered ? "delivered" : "sent";
}

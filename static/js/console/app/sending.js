/**
 * What was written and is not confirmed yet: kept in the outbox, sent by one tab, shown in the thread meanwhile.
 * @import {Pending} from "../store/types.js"
 */
import { uuid } from "../../lib/ids.js";
import { gettext } from "../../lib/i18n.js";
import { Outbox, OutboxFull } from "../../lib/outbox.js";
import { Pump } from "../../lib/pump.js";
import { Sent } from "../../lib/sent.js";
import { api, ApiError } from "./api.js";
import { storage, storageKey } from "./boot.js";
import { commandOr } from "./socket.js";
import { link, outboxVersion } from "./state.js";
import { say, wordsFor } from "./toasts.js";

const prefix = storageKey("out:");
const outbox = new Outbox(storage, prefix);
const sent = new Sent(storage, storageKey("sent:"));

/**
 * Acknowledged, while its own event is still on the way: the bubble must not vanish in between.
 * @type {Map<string, import("../../lib/outbox.js").Entry>}
 */
const acknowledged = new Map();

/** @type {(ticket: string) => void} */
let afterSend = () => {};

const pump = new Pump({ outbox, send: deliver, onSent, onRefused, onChange: changed });

function changed() {
  outboxVersion.value += 1;
}

/** On the second road with the same id, which cannot double it. @param {import("../../lib/outbox.js").Entry} entry */
function deliver({ lane, client_id, type, fields }) {
  return commandOr(type, { ticket: lane, client_id, ...fields }, () => api.verb(lane, "messages", { client_id, ...fields }));
}

/** @param {import("../../lib/outbox.js").Entry} entry @param {any} ack */
function onSent(entry, ack) {
  sent.keep(entry, ack?.ticket ?? entry.lane);
  acknowledged.set(entry.client_id, entry);
  outbox.confirm(entry.client_id, ack?.ticket ?? entry.lane);
  changed();
  afterSend(entry.lane);
}

/** @param {import("../../lib/outbox.js").Entry} entry @param {ApiError} error */
function onRefused(entry, error) {
  outbox.fail(entry.client_id, error);
  changed();
}

/** The event itself came: the bubble is history now. @param {string} clientId @param {string} ticket */
export function confirmSent(clientId, ticket) {
  const wasWaiting = outbox.confirm(clientId, ticket);
  if (acknowledged.delete(clientId) || wasWaiting) changed();
}

/**
 * @param {string} ticket
 * @param {"text"|"note"} kind
 * @param {string} body
 * @returns {boolean} false when there is no room: the text stays in the composer
 */
export function sendMessage(ticket, kind, body) {
  try {
    outbox.push({ client_id: uuid(), type: "message.send", lane: ticket, fields: { kind, body } });
  } catch (error) {
    if (!(error instanceof OutboxFull)) throw error;
    say(gettext("Too many messages wait for the connection. Your text is still in the box."));
    return false;
  }
  changed();
  pump.kick();
  return true;
}

/** @param {string} clientId */
export function retryMessage(clientId) {
  outbox.retry(clientId);
  changed();
  pump.kick();
}

/** @param {string} clientId */
export function deleteMessage(clientId) {
  outbox.discard(clientId);
  changed();
}

/** The line is back. @param {string} epoch after a restore on the server, what it may have lost is offered again */
export function wakeOutbox(epoch) {
  if (sent.meet(epoch, outbox)) changed();
  pump.wake();
}

/** @param {string} ticket @returns {Pending[]} */
export function pendingOf(ticket) {
  void outboxVersion.value;
  const isOnline = link.value.name === "online";
  const waiting = outbox.inLane(ticket).map((entry) => pendingFrom(entry, isOnline));
  const sent = [...acknowledged.values()].filter((entry) => entry.lane === ticket);
  return [...sent.map((entry) => pendingFrom(entry, true, "sent")), ...waiting];
}

/**
 * @param {import("../../lib/outbox.js").Entry} entry
 * @param {boolean} isOnline
 * @param {Pending["state"]} [state]
 * @returns {Pending}
 */
function pendingFrom(entry, isOnline, state) {
  const failed = entry.state === "failed";
  return {
    client_id: entry.client_id,
    ticket: entry.lane,
    kind: entry.fields.kind,
    body: entry.fields.body,
    at: new Date(entry.at).toISOString(),
    state: state ?? (failed ? "failed" : isOnline ? "sending" : "waiting"),
    problem: failed ? wordsFor(entry.error && new ApiError(entry.error)) : "",
  };
}

/**
 * Another tab may write or send as well: the storage is shared.
 * @param {(ticket: string) => void} onSentTo  told after each acknowledged message
 */
export function startOutbox(onSentTo) {
  afterSend = onSentTo;
  addEventListener("storage", (event) => {
    if (!event.key?.startsWith(prefix)) return;
    changed();
    pump.kick();
  });
  pump.kick();
}

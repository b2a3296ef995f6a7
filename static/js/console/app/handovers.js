/**
 * Handing a chat to somebody else, who has it only once they accept.
 * @import {Row} from "../store/types.js"
 * @import {Handover} from "./state.js"
 */
import { effect } from "../../../vendor/preact-signals.js";
import { gettext, interpolate } from "../../lib/i18n.js";
import { uuid } from "../../lib/ids.js";
import { openStorage, put } from "../../lib/storage.js";
import { isOpen } from "../store/rows.js";
import { api } from "./api.js";
import { storageKey } from "./boot.js";
import { go } from "./route.js";
import { handovers, route, rows } from "./state.js";
import { refreshTicket } from "./tickets.js";
import { say } from "./toasts.js";

/** @typedef {{kind: "member"|"department", id: string, name: string}} Target */

const storage = openStorage("sessionStorage");
const key = storageKey("handovers");

/**
 * Raises ApiError: `target_offline` for a department may be tried again with `anyway`.
 * @param {Row} row
 * @param {Target} target
 * @param {{note: string, anyway: boolean}} how
 */
export async function transfer(row, { kind, id, name }, { note, anyway }) {
  await api.verb(row.id, "transfer", { client_id: uuid(), [kind]: id, ...(note && { note }), ...(anyway && { anyway }) });
  if (kind === "member") set(row.id, { to: { id, name }, place: "" });
  else leave(row, name);
  await refreshTicket(row.id);
  settle(row.id);
}

/** Rows may lag behind: only what is read after the ticket began to ring says where it was then. @param {string} ticket */
function settle(ticket) {
  const waits = handovers.value.get(ticket), row = rows.value.get(ticket);
  if (!waits || !row) return;
  if (row.assignee?.id === waits.to.id) drop(ticket);
  else set(ticket, { ...waits, place: placeOf(row) });
}

/** What a department has now may be hidden from who handed it there. @param {Row} row @param {string} department */
function leave(row, department) {
  if (route.value.number === row.number) go({ number: null });
  say(interpolate(gettext("Handed to %(department)s."), { department }));
}

/** @param {any} frame */
export function takeTransferClosed({ ticket, why, to }) {
  drop(ticket);
  if (why === "accepted") return;
  const names = { agent: to?.name ?? "", name: rows.value.get(ticket)?.name ?? "" };
  say(why === "declined" ? interpolate(gettext("%(agent)s declined. The chat with %(name)s stays with you."), names)
    : interpolate(gettext("%(agent)s did not take the chat with %(name)s. It stays with you."), names));
}

/** The answer may have come while nobody listened: only what still rings is waited for. */
export async function checkHandovers() {
  for (const ticket of handovers.value.keys()) {
    try {
      const past = (await api.routing(ticket)).rings;
      if (!past.some((ring) => ring.mode === "transfer" && !ring.outcome)) drop(ticket);
    } catch {
      // The next reconnect asks again.
    }
  }
}

/** Nobody is waited for any longer when the ticket is somebody else's by now, moved or closed. */
export function startHandovers() {
  handovers.value = remembered();
  effect(() => {
    for (const [ticket, { place }] of handovers.value) {
      const row = rows.value.get(ticket);
      if (row && place && placeOf(row) !== place) drop(ticket);
    }
  });
  effect(() => {
    put(storage, key, JSON.stringify([...handovers.value]));
  });
}

/** @param {Row} row */
const placeOf = (row) => JSON.stringify([row.assignee?.id, row.department?.id, isOpen(row)]);

/** @returns {Map<string, Handover>} */
function remembered() {
  try {
    return new Map(JSON.parse(storage.getItem(key) ?? "[]"));
  } catch {
    return new Map();
  }
}

/** @param {string} ticket @param {Handover} waits */
function set(ticket, waits) {
  handovers.value = new Map(handovers.value).set(ticket, waits);
}

/** @param {string} ticket */
function drop(ticket) {
  if (!handovers.value.has(ticket)) return;
  const next = new Map(handovers.value);
  next.delete(ticket);
  handovers.value = next;
}

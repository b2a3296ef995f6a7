/**
 * The tickets that are open in this tab: their logs, older pages, read marks.
 * @import {LogEvent} from "../store/types.js"
 */
import { batch } from "../../../vendor/preact-signals.js";
import { addPage, applyEvent, applyReceipt, emptyLog, olderPage } from "../store/log.js";
import { api, ApiError } from "./api.js";
import { isLookingAt } from "./alerts.js";
import { dropRow, putRow, readRow } from "./inbox.js";
import { confirmSent } from "./sending.js";
import { socket } from "./socket.js";
import { currentRow, currentTicket, missing, patchTicket, route, rows, ticketOf, tickets } from "./state.js";
import { hideTyping } from "./typing.js";

const PAGE = 50;
const KEPT = 12;

/** Shows the ticket of the address: at once what is known, then what the server says. */
export async function openTicket() {
  const { number } = route.value;
  missing.value = "";
  if (number === null) return;
  const known = currentRow.value;
  if (known) follow(known.id);
  try {
    const detail = await api.ticket(known?.id ?? number);
    batch(() => {
      putRow(detail.row);
      patchTicket(detail.row.id, { detail });
    });
    if (!known) follow(detail.row.id);
  } catch (error) {
    if (route.value.number === number && !known) missing.value = error instanceof ApiError && error.status === 404 ? "gone" : "failed";
  }
}

/** Reads the detail of the ticket in view again: names, page and form may have changed. @param {string} id */
export async function refreshTicket(id) {
  try {
    const detail = await api.ticket(id);
    batch(() => {
      putRow(detail.row);
      if (tickets.value.has(id)) patchTicket(id, { detail });
    });
  } catch (error) {
    // Anything but "not yours any more" leaves what is shown; the next change or reconnect asks again.
    if (error instanceof ApiError && error.status === 404) dropRow(id);
  }
}

/** Sent over HTTP while the socket is away: its event is read the same way. @param {string} id */
export async function catchUpOverHttp(id) {
  if (socket.isOnline() || ticketOf(id).status !== "ready") return;
  try {
    const page = await api.events(id, ticketOf(id).log.last, PAGE);
    for (const event of page.events) takeEvent(event);
  } catch {
    // The socket catches up when it is back.
  }
}

/** After a break: what is on the screen is read again. */
export function refreshCurrent() {
  const id = currentTicket.value?.id;
  if (!id || missing.value) return void openTicket();
  refreshTicket(id);
  if (ticketOf(id).status === "failed") follow(id);
}

/** @param {string} id */
function follow(id) {
  const mine = rows.value.get(id)?.mine;
  const known = tickets.value.get(id);
  const newAfter = mine?.unread && mine.read > 0 ? mine.read : null;
  patchTicket(id, { newAfter, status: known?.status === "ready" ? "ready" : "loading" });
  forgetOldest(id);
  if (known?.status === "ready") socket.subscribe(id, { epoch: known.log.epoch, after: known.log.last });
  else if (socket.isOnline()) socket.subscribe(id, { after: -1 });
  else readFirstPage(id);
  markRead();
}

/** Without a socket the log comes over HTTP; the socket goes on from there when it is back. @param {string} id */
async function readFirstPage(id) {
  try {
    const page = await api.events(id, -1, PAGE);
    if (ticketOf(id).status === "ready") return;
    const log = addPage(emptyLog(page), page.events);
    patchTicket(id, { log, status: "ready" });
    socket.subscribe(id, { epoch: log.epoch, after: log.last });
    markRead();
  } catch {
    if (ticketOf(id).status !== "ready") patchTicket(id, { status: "failed" });
  }
}

/** @param {string} id */
export function retryTicket(id) {
  patchTicket(id, { status: "loading" });
  follow(id);
}

/** The server follows 200 tickets per socket at most; a dozen are enough for one person. @param {string} id */
function forgetOldest(id) {
  const ids = [...tickets.value.keys()].filter((key) => key !== id);
  if (ids.length < KEPT) return;
  const next = new Map(tickets.value);
  next.delete(ids[0]);
  tickets.value = next;
  socket.unsubscribe(ids[0]);
}

/** @param {Record<string, any>} frame */
export function takeSubscribed({ ticket, epoch, from, head, more, receipt }) {
  if (!tickets.value.has(ticket)) return;
  const { log: known, status } = ticketOf(ticket);
  const goesOn = known.epoch === epoch && from <= known.last + 1;
  const log = goesOn ? { ...known, head: Math.max(known.head, head) } : emptyLog({ epoch, from, head });
  const isWhole = log.last >= head || (goesOn && status === "ready");
  patchTicket(ticket, { log: applyReceipt(log, receipt ?? {}), status: isWhole ? "ready" : "loading" });
  if (isWhole) markRead();
}

/** @param {any} frame */
export function takeEvent(frame) {
  /** @type {LogEvent} */
  const event = frame;
  if (!tickets.value.has(event.ticket)) return;
  const { log, verdict } = applyEvent(ticketOf(event.ticket).log, event);
  if (verdict !== "apply") return;
  batch(() => {
    patchTicket(event.ticket, { log, ...(log.last >= log.head && { status: "ready" }) });
    if (event.by.kind === "visitor") hideTyping(event.ticket);
    if (event.client_id) confirmSent(event.client_id, event.ticket);
  });
  markRead();
}

/** More than the socket sends at once: the rest over HTTP, then the socket again. @param {Record<string, any>} frame */
export async function takeMore({ ticket, after, head }) {
  try {
    for (let at = after; at < head;) {
      const page = await api.events(ticket, at, 200);
      if (!page.events.length) break;
      patchTicket(ticket, { log: addPage(ticketOf(ticket).log, page.events) });
      at = page.events[page.events.length - 1].seq;
    }
    const { log } = ticketOf(ticket);
    patchTicket(ticket, { status: "ready" });
    socket.subscribe(ticket, { epoch: log.epoch, after: log.last });
  } catch {
    if (ticketOf(ticket).status !== "ready") patchTicket(ticket, { status: "failed" });
  }
}

/** @param {Record<string, any>} frame */
export function takeReceipt({ ticket, by, delivered, read }) {
  if (by?.kind !== "visitor" || !tickets.value.has(ticket)) return;
  patchTicket(ticket, { log: applyReceipt(ticketOf(ticket).log, { delivered, read }) });
}

/** The server's history is another one now: nothing of the copy may stay. @param {Record<string, any>} frame */
export function takeResync({ ticket, why }) {
  if (!tickets.value.has(ticket)) return;
  patchTicket(ticket, { log: emptyLog(), status: "loading" });
  if (why === "gone") takeRefusal({ ticket });
  else socket.subscribe(ticket, { after: -1 });
}

/** This ticket may not be followed (any more). @param {Record<string, any>} frame */
export function takeRefusal({ ticket }) {
  const isShown = currentTicket.value?.id === ticket;
  const next = new Map(tickets.value);
  next.delete(ticket);
  tickets.value = next;
  if (isShown) missing.value = "gone";
}

/** @param {string} id */
export async function loadOlder(id) {
  const ticket = ticketOf(id);
  const page = olderPage(ticket.log, PAGE);
  if (!page || ticket.isLoadingOlder || ticket.status !== "ready") return;
  patchTicket(id, { isLoadingOlder: true });
  try {
    const { events } = await api.events(id, page.after, page.limit);
    patchTicket(id, { log: addPage(ticketOf(id).log, events), isLoadingOlder: false });
  } catch {
    patchTicket(id, { isLoadingOlder: false });
  }
}

/** @type {Map<string, number>} */
const toldRead = new Map();
let readTimer = 0;

/** Read is what was on the screen of a window that had the focus. */
export function markRead() {
  clearTimeout(readTimer);
  readTimer = window.setTimeout(() => {
    const ticket = currentTicket.value;
    if (!ticket || ticket.status !== "ready" || !isLookingAt(ticket.id)) return;
    const upto = ticket.log.last;
    readRow(ticket.id, upto);
    if ((toldRead.get(ticket.id) ?? 0) < upto) tellRead(ticket.id, upto);
  }, 150);
}

/** @param {string} ticket @param {number} upto */
function tellRead(ticket, upto) {
  toldRead.set(ticket, upto);
  if (socket.send("read", { ticket, upto })) return;
  api.verb(ticket, "read", { upto }).catch(() => toldRead.delete(ticket));
}

/** What comes while nobody looks stands below a "New" line. */
export function startReading() {
  addEventListener("focus", markRead);
  document.addEventListener("visibilitychange", markRead);
  addEventListener("blur", () => {
    const ticket = currentTicket.value;
    if (ticket?.status === "ready") patchTicket(ticket.id, { newAfter: ticket.log.last });
  });
}

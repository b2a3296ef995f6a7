/** The socket and what its frames change. */
import { api } from "./api.js";
import { takeDesk } from "./desk.js";
import { checkHandovers, takeTransferClosed } from "./handovers.js";
import { refreshInbox, takeInboxChange, takeVisitorChange } from "./inbox.js";
import { takeAlert, takeAlertClosed, takeAlerts } from "./lead_alerts.js";
import { loadPeople } from "./people.js";
import { takeClosed, takeOffer, takeRings } from "./rings.js";
import { currentTicket, downSince, isSignedOut, link, mayForceOnline, me, members, missing } from "./state.js";
import { catchUpOverHttp, takeEvent, takeMore, takeReceipt, takeRefusal, takeResync, takeSubscribed, refreshCurrent } from "./tickets.js";
import { takeTyping } from "./typing.js";
import { wakeOutbox } from "./sending.js";
import { socket } from "./socket.js";
import { pollVisitors, takeVisitors, watchVisitors } from "./visitors.js";

/** Wires every frame to the place that understands it, and connects. */
export function startLine() {
  socket.on("state", takeState);
  socket.on("welcome", takeWelcome);
  socket.on("unauthorised", () => {
    isSignedOut.value = true;
  });
  socket.on("inbox.changed", takeInboxChange);
  socket.on("visitor.changed", takeVisitorChange);
  socket.on("visitors.changed", takeVisitors);
  socket.on("presence", takePresence);
  socket.on("typing", takeTyping);
  socket.on("subscribed", takeSubscribed);
  socket.on("event", takeEvent);
  socket.on("more", takeMore);
  socket.on("receipt", takeReceipt);
  socket.on("resync", takeResync);
  socket.on("refused", takeRefusal);
  socket.on("ring.offered", takeOffer);
  socket.on("ring.closed", takeClosed);
  socket.on("transfer.closed", takeTransferClosed);
  socket.on("alert.raised", takeAlert);
  socket.on("alert.closed", takeAlertClosed);
  socket.on("desk", takeDesk);
  socket.open();
  startPolling();
}

const POLL_MS = 5000;

/** Some proxies let no socket through: then what is on the screen is read again and again over HTTP. */
function startPolling() {
  setInterval(() => {
    const isShut = socket.unopened >= 2 && !socket.isOnline() && navigator.onLine;
    if (!isShut || document.visibilityState !== "visible" || isSignedOut.value) return;
    refreshInbox();
    pollVisitors();
    api.atWork().then(takeWork).catch(() => {});
    const id = currentTicket.value?.id;
    if (id) catchUpOverHttp(id);
  }, POLL_MS);
}

/** What rings here, which chats find nobody and how full the desk is, as every connection begins with it. @param {Record<string, any>} work */
function takeWork({ rings, alerts, desk, may_force_online }) {
  mayForceOnline.value = Boolean(may_force_online);
  if (desk) takeDesk(desk);
  takeRings(rings ?? []);
  takeAlerts(alerts ?? []);
}

let isFirstWelcome = true;

/** @param {import("../../lib/socket.js").LinkState} state */
function takeState(state) {
  link.value = state;
  if (state.name === "online") downSince.value = null;
  else if (state.name !== "connecting" && state.name !== "idle") downSince.value ??= Date.now();
}

/** @param {Record<string, any>} frame */
function takeWelcome(frame) {
  if (frame.me) takePresence({ member: frame.me.id, status: frame.me.status, reason: frame.me.reason });
  takeWork(frame);
  checkHandovers();
  wakeOutbox(frame.epoch);
  // What changed before this socket was there was told to nobody.
  refreshInbox();
  watchVisitors();
  if (!isFirstWelcome || !members.value.size) loadPeople();
  if (!isFirstWelcome || missing.value === "failed") refreshCurrent();
  isFirstWelcome = false;
}

/** @param {Record<string, any>} frame */
export function takePresence({ member, status, reason }) {
  const known = members.value.get(member);
  if (known) members.value = new Map(members.value).set(member, { ...known, status, reason });
  if (member === me.value.id) me.value = { ...me.value, status, reason };
}

/** Who is writing: the visitor to us, and we to the visitor. Never queued, never repeated. */
import { socket } from "./socket.js";
import { me, typing } from "./state.js";

const FLAG_MS = 3000;
const EXPIRES_MS = 6000;

/** @param {Record<string, any>} frame */
export function takeTyping({ ticket, by, on, expires_in_ms }) {
  if (!by || by.id === me.value.id) return;
  if (on) show(ticket, by.name, Date.now() + Math.min(expires_in_ms ?? EXPIRES_MS, 15_000));
  else hideTyping(ticket);
}

/** @param {string} ticket @param {string} name @param {number} until */
function show(ticket, name, until) {
  typing.value = new Map(typing.value).set(ticket, { name, until });
  setTimeout(() => {
    if ((typing.value.get(ticket)?.until ?? Infinity) <= Date.now()) hideTyping(ticket);
  }, until - Date.now() + 50);
}

/** A message has come, or the writer stopped. @param {string} ticket */
export function hideTyping(ticket) {
  if (!typing.value.has(ticket)) return;
  const next = new Map(typing.value);
  next.delete(ticket);
  typing.value = next;
}

let lastFlag = { ticket: "", at: 0 };

/** At most once in three seconds while there is something in the box. @param {string} ticket @param {boolean} on */
export function sayTyping(ticket, on) {
  if (on) {
    if (lastFlag.ticket === ticket && Date.now() - lastFlag.at < FLAG_MS) return;
    lastFlag = { ticket, at: Date.now() };
    socket.send("typing", { ticket, on: true });
  } else if (lastFlag.ticket === ticket) {
    lastFlag = { ticket: "", at: 0 };
    socket.send("typing", { ticket, on: false });
  }
}

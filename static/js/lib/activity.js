/**
 * Tells the server that somebody sits at this computer: keys, pointer and focus, at most once a minute.
 * @import {HelpdeskSocket} from "./socket.js"
 */
const EVERY_MS = 60_000;

/** @param {HelpdeskSocket} socket */
export function tellActivity(socket) {
  let toldAt = -Infinity;
  const tell = () => {
    if (performance.now() - toldAt < EVERY_MS) return;
    if (socket.send("activity")) toldAt = performance.now();
  };
  for (const sign of ["keydown", "pointerdown", "focus"]) addEventListener(sign, tell, { capture: true, passive: true });
}

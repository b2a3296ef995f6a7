/** Tells the server that somebody sits at this computer: keys, pointer and focus, at most once a minute. */
import { socket } from "./socket.js";

const EVERY_MS = 60_000;
let toldAt = -Infinity;

function tell() {
  if (performance.now() - toldAt < EVERY_MS) return;
  if (socket.send("activity")) toldAt = performance.now();
}

export function startActivity() {
  for (const sign of ["keydown", "pointerdown", "focus"]) addEventListener(sign, tell, { capture: true, passive: true });
}

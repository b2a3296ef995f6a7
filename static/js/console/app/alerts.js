/** What calls a person back to this page without taking the focus: the title's figure and a short sound. */
import { effect, signal } from "../../../vendor/preact-signals.js";
import { gettext } from "../../lib/i18n.js";
import { put } from "../../lib/storage.js";
import { boot, storage, storageKey } from "./boot.js";
import { currentRow, unread } from "./state.js";

const BURST_MS = 2000;

export const isMuted = signal(storage.getItem(storageKey("muted")) === "1");

/** @type {AudioContext|null} */
let audio = null;
let lastRing = 0;

/** @param {boolean} muted */
export function setMuted(muted) {
  isMuted.value = muted;
  put(storage, storageKey("muted"), muted ? "1" : "0");
  if (!muted) beep();
}

/** Somebody wrote: one sound for a burst, none for what the reader is looking at. @param {{id: string}} row */
export function ring(row) {
  if (isMuted.value || isLookingAt(row.id) || Date.now() - lastRing < BURST_MS) return;
  lastRing = Date.now();
  beep();
}

/** @param {string} id */
export const isLookingAt = (id) => document.visibilityState === "visible" && document.hasFocus() && currentRow.peek()?.id === id;

/** Browsers let a page sound only after a gesture: the first one unlocks it. */
export function startAlerts() {
  const unlock = () => {
    audio ??= typeof AudioContext === "undefined" ? null : new AudioContext();
    audio?.resume();
  };
  for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, unlock, { once: true, capture: true });
  effect(() => {
    document.title = titleOf(unread.value, currentRow.value);
  });
}

/** @param {number} count @param {{number: number, name: string}|null} row */
function titleOf(count, row) {
  const place = row ? `${row.name} · #${row.number}` : gettext("Inbox");
  return `${count ? `(${count}) ` : ""}${place} · ${boot.workspace.name}`;
}

/** Two soft notes, a fifth apart. */
function beep() {
  if (!audio || audio.state !== "running") return;
  const start = audio.currentTime;
  for (const [at, pitch] of [[0, 660], [0.13, 990]]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start + at);
    volume.gain.exponentialRampToValueAtTime(0.12, start + at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + at + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(start + at);
    tone.stop(start + at + 0.32);
  }
}

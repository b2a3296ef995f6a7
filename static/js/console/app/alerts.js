/** What calls a person back to this page without taking the focus: the title, sounds, notifications of the desktop. */
import { effect, signal } from "../../../vendor/preact-signals.js";
import { gettext, interpolate } from "../../lib/i18n.js";
import { put } from "../../lib/storage.js";
import { alertWords } from "../store/lead_alerts.js";
import { nameOf } from "../store/rings.js";
import { boot, storage, storageKey } from "./boot.js";
import { currentRow, frontRing, isRinging, leadAlerts, rings, route, unread } from "./state.js";

const BURST_MS = 2000;
const RING_MS = 3000;
const FLASH_MS = 1000;

/** One after the other, as [seconds from the start, pitch]: a fifth for a message, a call that goes up for a chat. */
const MESSAGE = [[0, 660], [0.13, 990]];
const CALL = [[0, 660], [0.16, 880], [0.32, 1320], [0.7, 660], [0.86, 880], [1.02, 1320]];

export const isMuted = signal(storage.getItem(storageKey("muted")) === "1");

/** @type {AudioContext|null} */
let audio = null;
let lastChime = 0;
/** Whether the title names who rings at the moment: it does so in turns. */
const isFlashing = signal(false);

const canNotify = typeof Notification !== "undefined";
/** "default" while nobody was asked. */
export const notifying = signal(canNotify ? Notification.permission : "denied");

/** @param {boolean} muted */
export function setMuted(muted) {
  isMuted.value = muted;
  put(storage, storageKey("muted"), muted ? "1" : "0");
  if (!muted) play(MESSAGE);
}

/** Browsers ask only when somebody has just pressed something. */
export async function allowNotifications() {
  notifying.value = await Notification.requestPermission();
}

/**
 * Somebody wrote: one sound for a burst, none for what the reader is looking at or while a chat rings anyway.
 * @param {{id: string}} row
 */
export function chime(row) {
  if (isMuted.value || isRinging.value || isLookingAt(row.id) || Date.now() - lastChime < BURST_MS) return;
  lastChime = Date.now();
  play(MESSAGE);
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
    const ring = isFlashing.value ? frontRing.value : null;
    document.title = ring ? interpolate(gettext("%(name)s rings"), { name: nameOf(ring) }) : titleOf(unread.value, currentRow.value);
  });
  effect(() => (isRinging.value ? callOut() : undefined));
  effect(notify);
}

/** The sound and the title, until the returned function is called. */
function callOut() {
  const sound = () => void (isMuted.peek() || play(CALL));
  const flash = () => void (isFlashing.value = !isFlashing.peek());
  sound();
  const timers = [setInterval(sound, RING_MS), setInterval(flash, FLASH_MS)];
  return () => {
    timers.forEach(clearInterval);
    isFlashing.value = false;
  };
}

/** @type {Map<string, Notification|null>} */
const notes = new Map();

/** One notification for each chat that rings or finds nobody while nobody looks at this page; it goes when that ends. */
function notify() {
  const calls = new Map();
  for (const ring of rings.value.values()) {
    calls.set(ring.ring, { title: interpolate(gettext("Incoming chat from %(name)s"), { name: nameOf(ring) }), body: ring.summary.body });
  }
  for (const alert of leadAlerts.value.values()) calls.set(alert.alert, { title: alertWords(alert), body: alert.summary.body });
  for (const [id, note] of notes) {
    if (calls.has(id)) continue;
    note?.close();
    notes.delete(id);
  }
  for (const [id, call] of calls) if (!notes.has(id)) notes.set(id, noteOf(id, call));
}

/** @param {string} id @param {{title: string, body: string}} call */
function noteOf(id, { title, body }) {
  const isSeen = document.visibilityState === "visible" && document.hasFocus();
  if (isSeen || notifying.peek() !== "granted") return null;
  try {
    const note = new Notification(title, { body, tag: id, dir: "auto", silent: true });
    note.onclick = () => {
      focus();
      note.close();
    };
    return note;
  } catch {
    // Some browsers let only service workers notify.
    return null;
  }
}

/** @param {number} count @param {{number: number, name: string}|null} row */
function titleOf(count, row) {
  const screen = route.value.screen === "visitors" ? gettext("Visitors") : gettext("Inbox");
  const place = row ? `${row.name} · #${row.number}` : screen;
  return `${count ? `(${count}) ` : ""}${place} · ${boot.workspace.name}`;
}

/** Soft notes. @param {number[][]} tones */
function play(tones) {
  if (!audio || audio.state !== "running") return;
  const start = audio.currentTime;
  for (const [at, pitch] of tones) {
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

/**
 * Chats that ring at this desk: their arrival, their end, and the answer.
 * @import {RingClosed, RingOffer} from "../store/types.js"
 * @import {Ring, Rings} from "../store/rings.js"
 */
import { effect, signal } from "../../../vendor/preact-signals.js";
import { arrivalWords, arrive, closingWords, expire, resume, without } from "../store/rings.js";
import { api, ApiError } from "./api.js";
import { go } from "./route.js";
import { commandOr } from "./socket.js";
import { chosenRing, frontRing, me, ringClock, rings } from "./state.js";
import { say, sayError } from "./toasts.js";

const TICK_MS = 250;
/** A card that took another one's place cannot be answered at once: the click was meant for the one before. */
const SETTLE_MS = 400;

/** Rings whose answer is on its way. */
export const answering = signal(/** @type {Set<string>} */ (new Set()));
/** Said to screen readers, once for each chat. */
export const arrival = signal("");

let timer = 0;
let shownSince = 0;

/** @param {Rings} next */
function put(next) {
  if (next === rings.value) return;
  rings.value = next;
  clearInterval(timer);
  if (next.size) timer = window.setInterval(tick, TICK_MS);
  else arrival.value = "";
}

function tick() {
  ringClock.value = performance.now();
  put(expire(rings.value, ringClock.value));
}

/** @param {any} frame */
export function takeOffer(frame) {
  /** @type {RingOffer} */
  const offer = frame;
  ringClock.value = performance.now();
  const isNew = !rings.value.has(offer.ring);
  put(arrive(rings.value, offer, ringClock.value));
  if (isNew) arrival.value = arrivalWords(/** @type {Ring} */ (rings.value.get(offer.ring)));
}

/** Every (re)connect says what rings now. @param {RingOffer[]} offers */
export function takeRings(offers) {
  const known = rings.value;
  ringClock.value = performance.now();
  put(resume(offers, ringClock.value));
  const fresh = [...rings.value.values()].findLast((ring) => !known.has(ring.ring));
  if (fresh) arrival.value = arrivalWords(fresh);
}

/** @param {any} frame */
export function takeClosed(frame) {
  /** @type {RingClosed} */
  const closed = frame;
  const words = closingWords(rings.value.get(closed.ring), closed, me.value.id);
  put(without(rings.value, closed.ring));
  if (words) say(words);
}

/** Remembers since when the card in front has been there. */
export function startRings() {
  let shown = "";
  effect(() => {
    const ring = frontRing.value?.ring ?? "";
    if (ring && ring !== shown) shownSince = performance.now();
    shown = ring;
  });
}

/** @param {string} ring */
export function showRing(ring) {
  chosenRing.value = ring;
}

/** Answers the ring in front. @param {"accept"|"decline"} verb */
export async function answer(verb) {
  const ring = frontRing.value;
  if (!ring || answering.value.has(ring.ring) || performance.now() - shownSince < SETTLE_MS) return;
  answering.value = new Set(answering.value).add(ring.ring);
  try {
    await commandOr(`ring.${verb}`, { ring: ring.ring }, () => api.ring(ring.ring, verb));
    settle(ring, verb);
  } catch (error) {
    takeRefusal(error, ring, verb);
  } finally {
    const left = new Set(answering.value);
    left.delete(ring.ring);
    answering.value = left;
  }
}

/** @param {Ring} ring @param {"accept"|"decline"} verb */
function settle(ring, verb) {
  put(without(rings.value, ring.ring));
  if (verb === "accept") show(ring.summary.number);
}

/** What had the focus is gone once this is drawn: it goes on where the person does. @param {number} number */
function show(number) {
  go({ number });
  setTimeout(() => document.activeElement === document.body && document.getElementById("thread")?.focus(), 0);
}

/**
 * @param {unknown} error
 * @param {Ring} ring
 * @param {"accept"|"decline"} verb
 */
function takeRefusal(error, ring, verb) {
  const isOver = error instanceof ApiError && ["ring_over", "not_found"].includes(error.code);
  // The answer was heard the first time, and only its acknowledgement lost.
  if (isOver && error.extra.by?.id === me.value.id) return settle(ring, verb);
  // Its end came before the answer, and said who has it.
  if (isOver && error.extra.by && !rings.value.has(ring.ring)) return;
  if (isOver) put(without(rings.value, ring.ring));
  sayError(error);
}

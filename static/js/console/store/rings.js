/**
 * Chats that ring at this desk, as pure functions. Moments are those of the page's own clock, which nobody can set.
 * @import {RingClosed, RingOffer} from "./types.js"
 */
import { gettext, interpolate } from "../../lib/i18n.js";

/** @typedef {RingOffer & {until: number}} Ring */
/** @typedef {Map<string, Ring>} Rings */

/** The server ends a ring a moment after its time: until then it shows zero. */
export const GRACE_MS = 5000;

/** @param {RingOffer} offer @param {number} now @returns {Ring} */
const timed = (offer, now) => ({ ...offer, until: now + offer.expires_in_ms });

/** @param {Rings} rings @param {RingOffer} offer @param {number} now @returns {Rings} */
export const arrive = (rings, offer, now) => new Map(rings).set(offer.ring, timed(offer, now));

/** After a break the server says what still rings: everything else is over. @param {RingOffer[]} offers @param {number} now */
export const resume = (offers, now) => new Map(offers.map((offer) => [offer.ring, timed(offer, now)]));

/** @param {Rings} rings @param {string} id @returns {Rings} the same ones when it was not among them */
export function without(rings, id) {
  if (!rings.has(id)) return rings;
  const next = new Map(rings);
  next.delete(id);
  return next;
}

/** Nobody said that they are over, but they must be. @param {Rings} rings @param {number} now @returns {Rings} */
export function expire(rings, now) {
  const left = [...rings].filter(([, ring]) => ring.until + GRACE_MS > now);
  return left.length === rings.size ? rings : new Map(left);
}

/** @param {Ring} ring @param {number} now */
export const isLive = (ring, now) => ring.until > now;

/** The one with the least time first. @param {Rings} rings */
export const byUrgency = (rings) => [...rings.values()].sort((a, b) => a.until - b.until);

/** The one that was chosen while it rings, else the most urgent one. @param {Rings} rings @param {string} chosen */
export const front = (rings, chosen) => rings.get(chosen) ?? byUrgency(rings)[0] ?? null;

/** @param {Ring} ring @param {number} now */
export const secondsLeft = (ring, now) => Math.max(0, Math.ceil((ring.until - now) / 1000));

/** How much of its time is left, from 1 to 0. @param {Ring} ring @param {number} now */
export const partLeft = (ring, now) => Math.min(1, Math.max(0, (ring.until - now) / Math.max(1, ring.rings_for_ms)));

/** As in the list. @param {Ring} ring */
export const nameOf = ({ summary: { visitor, number } }) => visitor || interpolate(gettext("Visitor %(number)s"), { number });

/** What is said once when it begins to ring. @param {Ring} ring */
export function arrivalWords(ring) {
  const { from, body } = ring.summary;
  const names = { name: nameOf(ring), from: from?.name ?? "", body };
  if (ring.mode === "transfer") return interpolate(gettext("%(from)s hands you the chat with %(name)s: %(body)s"), names);
  return interpolate(gettext("Incoming chat from %(name)s: %(body)s"), names);
}

/**
 * What there is to say when it stops ringing; "" when it was oneself or there is nothing to know.
 * @param {Ring|undefined} ring
 * @param {RingClosed} closed
 * @param {string} me
 */
export function closingWords(ring, closed, me) {
  if (closed.why === "timeout") return gettext("You missed a chat.");
  if (!ring || closed.why === "declined" || !closed.by || closed.by.id === me) return "";
  return interpolate(gettext("%(agent)s took the chat with %(name)s."), { agent: closed.by.name, name: nameOf(ring) });
}

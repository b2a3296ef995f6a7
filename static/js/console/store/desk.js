/**
 * One's own desk in figures and words.
 * @import {Desk} from "./types.js"
 */
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";

/** More than these are only counted: a row of squares tells at a glance or not at all. */
const MOST_SQUARES = 8;

/** @param {Desk} desk */
export const isOver = ({ load, limit }) => limit !== null && load > limit;

/** @param {Desk} desk @returns {{full: number, free: number}} squares to draw */
export function squaresOf({ load, limit }) {
  if (limit === null || limit > MOST_SQUARES) return { full: 0, free: 0 };
  return { full: Math.min(load, limit), free: Math.max(0, limit - load) };
}

/** Short, for the eye. @param {Desk} desk */
export function figureOf({ load, limit }) {
  if (limit === null) return interpolate(ngettext("%(count)s chat", "%(count)s chats", load), { count: load });
  return interpolate(gettext("%(load)s of %(limit)s"), { load, limit });
}

/** The same as a sentence. @param {Desk} desk */
export function loadWords(desk) {
  const { load, limit } = desk;
  if (limit === null) return interpolate(ngettext("You have %(count)s chat.", "You have %(count)s chats.", load), { count: load });
  if (isOver(desk)) return interpolate(gettext("You are over your limit: %(load)s of %(limit)s chats."), { load, limit });
  return interpolate(gettext("You have %(load)s of at most %(limit)s chats."), { load, limit });
}

/** What the banner says of a pause that somebody or something else began; "" for one's own. @param {Desk|null} desk */
export function pausedWords(desk) {
  switch (desk?.paused?.why) {
    case "misses": return gettext("You were paused after missed chats.");
    case "idle": return gettext("You were paused: a chat rang while nobody was at this computer.");
    case "admin": return gettext("An admin paused new chats for you.");
    default: return "";
  }
}

/** Faces and names. */
import { gettext } from "../../lib/i18n.js";
import { scriptLanguage } from "../store/language.js";
import { cx, html } from "./html.js";

const DOTS = { online: "on", away: "away", offline: "off", paused: "paused" };

/**
 * @param {{person: {initials: string, hue: number}, size?: ""|"xs"|"s"|"m"|"l", status?: string}} props
 */
export function Avatar({ person, size = "", status }) {
  const dot = status && DOTS[/** @type {keyof typeof DOTS} */ (status)];
  return html`<span class=${cx("av", `h${person.hue}`, size)} aria-hidden="true" lang=${scriptLanguage(person.initials)}>
    ${person.initials}${dot && html`<i class=${`dot ${dot}`}></i>`}</span>`;
}

/** A name in its own direction; in lists it is cut at its own end. @param {{name: string, class?: string}} props */
export const Name = ({ name, class: more = "cut own-dir" }) =>
  html`<span class=${more} dir="auto" lang=${scriptLanguage(name)}>${name}</span>`;

/** @param {string} status */
export function statusWords(status) {
  if (status === "online") return gettext("Online");
  return status === "away" ? gettext("Away") : gettext("Offline");
}

/** @param {string} state */
export function stateWords(state) {
  switch (state) {
    case "new": return gettext("New");
    case "answered": return gettext("Answered");
    case "resolved": return gettext("Resolved");
    case "spam": return gettext("Spam");
    default: return gettext("Open");
  }
}

/** @param {{state: string}} props */
export const StateTag = ({ state }) =>
  html`<span class=${cx("tag", state === "resolved" && "good", state === "spam" && "bad")}>${stateWords(state)}</span>`;

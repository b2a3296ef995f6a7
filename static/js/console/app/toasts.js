/** Short messages at the foot of the page; each may carry one thing to do, such as Undo. */
import { signal } from "../../../vendor/preact-signals.js";
import { gettext } from "../../lib/i18n.js";
import { ApiError } from "../../lib/http.js";

/** @typedef {{id: number, words: string, action?: {label: string, run: () => void}}} Toast */

const SHOWN_MS = 7000;
const MOST = 2;

export const toasts = signal(/** @type {Toast[]} */ ([]));
let lastId = 0;

/**
 * @param {string} words
 * @param {Toast["action"]} [action]
 */
export function say(words, action) {
  lastId += 1;
  const id = lastId;
  toasts.value = [...toasts.value.filter((toast) => toast.words !== words), { id, words, action }].slice(-MOST);
  linger(id);
}

/** A toast stays while somebody points at it or has the focus in it: reading takes its time. @param {number} id */
function linger(id) {
  setTimeout(() => {
    const held = document.querySelector(`[data-toast="${id}"]:is(:hover, :focus-within)`);
    if (held) linger(id);
    else dismiss(id);
  }, SHOWN_MS);
}

/** @param {number} id */
export function dismiss(id) {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** @param {unknown} error @returns {string} a sentence that says what to do */
export function wordsFor(error) {
  if (error instanceof ApiError && error.code !== "unreachable" && error.message && error.message !== error.code) return error.message;
  return gettext("The server did not answer. Check your connection and try again.");
}

/** @param {unknown} error */
export const sayError = (error) => say(wordsFor(error));

/**
 * Chats that find nobody: their arrival, and that one has seen them.
 * @import {LeadAlert} from "../store/types.js"
 * @import {LeadAlerts} from "../store/lead_alerts.js"
 */
import { effect, signal } from "../../../vendor/preact-signals.js";
import { alertWords, arrive, resume, without } from "../store/lead_alerts.js";
import { chime, isLookingAt } from "./alerts.js";
import { api, ApiError } from "./api.js";
import { commandOr } from "./socket.js";
import { currentRow, leadAlerts } from "./state.js";
import { sayError } from "./toasts.js";

/** Said to screen readers, once for each. */
export const calling = signal("");

/** @param {LeadAlerts} next */
function put(next) {
  leadAlerts.value = next;
  if (!next.size) calling.value = "";
}

/** @param {any} frame */
export function takeAlert(frame) {
  /** @type {LeadAlert} */
  const alert = frame;
  put(arrive(leadAlerts.value, alert));
  calling.value = alertWords(alert);
  chime({ id: alert.ticket });
}

/** @param {LeadAlert[]} alerts */
export function takeAlerts(alerts) {
  const fresh = alerts.findLast((alert) => !leadAlerts.value.has(alert.alert));
  put(resume(alerts));
  if (fresh) calling.value = alertWords(fresh);
}

/** @param {any} frame */
export const takeAlertClosed = ({ alert }) => put(without(leadAlerts.value, alert));

/** Whoever looks at the chat has seen it. */
export function startLeadAlerts() {
  const look = () => {
    for (const alert of leadAlerts.value.values()) if (isLookingAt(alert.ticket)) void see(alert);
  };
  effect(() => {
    if (currentRow.value && leadAlerts.value.size) look();
  });
  addEventListener("focus", look);
}

/** It goes at once; the server takes it from the other windows too. @param {LeadAlert} alert */
export async function see({ alert }) {
  put(without(leadAlerts.value, alert));
  try {
    await commandOr("alert.seen", { alert }, () => api.seeAlert(alert));
  } catch (error) {
    // Somebody has taken care of it meanwhile.
    if (!(error instanceof ApiError && error.code === "not_found")) sayError(error);
  }
}

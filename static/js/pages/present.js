/**
 * Whoever works in the settings is at work: the same socket as the inbox's says so, and visitors are not sent away. So
 * chats ring at them here too, and they are told where to answer; and who leads is told of chats that find nobody.
 */

import { tellActivity } from "../lib/activity.js";
import { uuid } from "../lib/ids.js";
import { HelpdeskSocket } from "../lib/socket.js";

const place = document.querySelector("[data-workspace]");
if (place instanceof HTMLElement) {
  const client = { app: "settings", version: "1", tab: uuid() };
  const socket = new HelpdeskSocket({ url: "/ws/agent/", hello: () => ({ workspace: place.dataset.workspace, client }) });
  tellOfRings(socket);
  tellOfAlerts(socket);
  tellActivity(socket);
  socket.open();
}

/** @param {HelpdeskSocket} socket */
function tellOfRings(socket) {
  const template = document.querySelector("template[data-ringing]");
  const toasts = document.querySelector("[data-calls]");
  if (!(template instanceof HTMLTemplateElement) || !toasts) return;
  /** @type {Element|null} */
  let shown = null;
  const title = document.title;
  /** @type {Set<string>} */
  let ringing = new Set();

  /** @param {Iterable<string>} rings */
  const show = (rings) => {
    ringing = new Set(rings);
    document.title = ringing.size ? `${template.dataset.ringing} · ${title}` : title;
    if (!ringing.size) {
      shown?.remove();
      shown = null;
    } else if (!shown) {
      toasts.append(template.content.cloneNode(true));
      shown = toasts.lastElementChild;
    }
  };
  socket.on("welcome", ({ rings = [] }) => show(rings.map((/** @type {{ring: string}} */ offer) => offer.ring)));
  socket.on("ring.offered", ({ ring }) => show([...ringing, ring]));
  socket.on("ring.closed", ({ ring }) => show([...ringing].filter((one) => one !== ring)));
}

/** @typedef {{alert: string, ticket: string, why: string, summary: {visitor: string, number: number}}} LeadAlert */

const MOST_ALERTS = 3;

/** @param {HelpdeskSocket} socket */
function tellOfAlerts(socket) {
  const template = document.querySelector("template[data-alert]");
  const toasts = document.querySelector("[data-calls]");
  if (!(template instanceof HTMLTemplateElement) || !toasts) return;

  /** @param {LeadAlert} alert @returns {DocumentFragment} */
  const toastOf = ({ alert, why, summary }) => {
    const toast = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    for (const words of toast.querySelectorAll("[data-why]")) if (words.getAttribute("data-why") !== why) words.remove();
    const [box, who, link, seen] = ["[data-toast]", "[data-who]", "a", "button"].map((part) => toast.querySelector(part));
    box?.setAttribute("data-toast", alert);
    if (who) who.textContent = summary.visitor || `#${summary.number}`;
    if (link instanceof HTMLAnchorElement) link.href = link.href.replace(/\d+(\/?)$/, `${summary.number}$1`);
    seen?.addEventListener("click", () => {
      remove(alert);
      // Whoever loses the connection now is told again by the next one.
      socket.command("alert.seen", { alert }).catch(() => {});
    });
    return toast;
  };
  /** @param {string} alert */
  const remove = (alert) => toasts.querySelector(`[data-toast="${CSS.escape(alert)}"]`)?.remove();
  /** @param {LeadAlert} alert */
  const show = (alert) => {
    remove(alert.alert);
    toasts.append(toastOf(alert));
    for (const old of [...toasts.querySelectorAll("[data-toast]")].slice(0, -MOST_ALERTS)) old.remove();
  };
  socket.on("welcome", ({ alerts = [] }) => {
    for (const toast of toasts.querySelectorAll("[data-toast]")) toast.remove();
    alerts.forEach(show);
  });
  socket.on("alert.raised", show);
  socket.on("alert.closed", ({ alert }) => remove(alert));
}

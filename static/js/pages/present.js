/**
 * Whoever works in the settings is at work: the same socket as the inbox's says so, and visitors are not sent away. So
 * chats ring at them here too, and they are told where to answer.
 */

import { tellActivity } from "../lib/activity.js";
import { uuid } from "../lib/ids.js";
import { HelpdeskSocket } from "../lib/socket.js";

const place = document.querySelector("[data-workspace]");
if (place instanceof HTMLElement) {
  const client = { app: "settings", version: "1", tab: uuid() };
  const socket = new HelpdeskSocket({ url: "/ws/agent/", hello: () => ({ workspace: place.dataset.workspace, client }) });
  tellOfRings(socket);
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

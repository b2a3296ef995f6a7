/** Whoever works in the settings is at work: the same socket as the inbox's says so, and visitors are not sent away. */

import { uuid } from "../lib/ids.js";
import { HelpdeskSocket } from "../lib/socket.js";

const place = document.querySelector("[data-workspace]");
if (place instanceof HTMLElement) {
  const client = { app: "settings", version: "1", tab: uuid() };
  new HelpdeskSocket({ url: "/ws/agent/", hello: () => ({ workspace: place.dataset.workspace, client }) }).open();
}

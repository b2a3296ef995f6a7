/** The one connection of this tab. */
import { HelpdeskSocket } from "../../lib/socket.js";
import { uuid } from "../../lib/ids.js";
import { boot } from "./boot.js";

const tab = uuid();

export const socket = new HelpdeskSocket({
  url: boot.urls.socket,
  hello: () => ({ workspace: boot.slug, client: { app: "console", version: boot.version, tab } }),
});

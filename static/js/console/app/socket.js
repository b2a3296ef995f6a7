/** The one connection of this tab. */
import { ApiError } from "../../lib/errors.js";
import { HelpdeskSocket } from "../../lib/socket.js";
import { uuid } from "../../lib/ids.js";
import { boot } from "./boot.js";

const tab = uuid();
const SOCKET_MS = 5000;

export const socket = new HelpdeskSocket({
  url: boot.urls.socket,
  hello: () => ({ workspace: boot.slug, client: { app: "console", version: boot.version, tab } }),
});

/**
 * The same command on either road: nothing from the socket in five seconds, then HTTP.
 * @template T
 * @param {string} type
 * @param {Record<string, any>} fields
 * @param {() => Promise<T>} overHttp
 */
export async function commandOr(type, fields, overHttp) {
  try {
    return await socket.command(type, fields, SOCKET_MS);
  } catch (error) {
    const isUnanswered = error instanceof ApiError && ["timeout", "disconnected"].includes(error.code);
    if (!isUnanswered) throw error;
    return overHttp();
  }
}

/**
 * How one entry of the outbox reaches the server: over the socket, and when that stays silent for five
 * seconds over HTTP, with the same client id, so that it can never be stored twice.
 * @module delivery
 */

import { unanswered } from "../js/lib/errors.js";

/** @typedef {import("../js/lib/outbox.js").Entry} Entry */

const PATIENCE_MS = 5000;

/** @type {Record<string, string>} */
const PATHS = { "chat.start": "/chats", "message.send": "/messages", "chat.end": "/end", "chat.leave": "/leave" };

/**
 * @param {import("./live.js").Live} live
 * @param {import("./session.js").Session} session
 * @returns {(entry: Entry) => Promise<any>} resolves with the ack
 */
export function courier(live, session) {
  return async (entry) => {
    // The outbox keeps it; the session's answer wakes the pump.
    if (globalThis.navigator?.onLine === false || !session.visitor) throw unanswered("offline");
    const fields = commandFields(entry);
    if (await live.socketWithin(PATIENCE_MS)) {
      try {
        return await live.socket.command(entry.type, fields, PATIENCE_MS);
      } catch (error) {
        if (!isSilence(error)) throw error;
      }
    }
    const ack = await session.call(PATHS[entry.type], fields);
    return { ...ack, over_http: true };
  };
}

/** @param {Entry} entry */
export function commandFields({ client_id, lane, type, fields }) {
  return type === "chat.start" ? { client_id, ...fields } : { client_id, ticket: lane, ...fields };
}

/** @param {any} error no answer came, so nobody knows: ask again elsewhere */
function isSilence(error) {
  return error.code === "timeout" || error.code === "disconnected";
}

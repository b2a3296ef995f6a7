/** Whether new chats come to me, and how many I have. */
import { api } from "./api.js";
import { commandOr } from "./socket.js";
import { desk } from "./state.js";
import { sayError } from "./toasts.js";

/** @param {any} frame */
export function takeDesk({ load, limit, paused, paused_departments, forced_online }) {
  desk.value = { load, limit, paused, paused_departments, forced_online };
}

/**
 * The server tells what became of it with the next `desk` frame, to all windows of this person.
 * @param {"pause"|"resume"} verb
 * @param {string} [department] only chats of this one
 */
async function turn(verb, department) {
  const fields = department ? { department } : {};
  try {
    await commandOr(`desk.${verb}`, fields, () => api.desk(verb, fields));
  } catch (error) {
    sayError(error);
  }
}

/** Whether chats ring here outside the opening hours too. @param {boolean} isForced */
export async function forceOnline(isForced) {
  const [command, path] = isForced ? ["desk.force_online", "force-online"] : ["desk.keep_hours", "keep-hours"];
  try {
    await commandOr(command, {}, () => api.desk(path, {}));
  } catch (error) {
    sayError(error);
  }
}

/** @param {string} [department] */
export const pause = (department) => turn("pause", department);

/** @param {string} [department] */
export const resume = (department) => turn("resume", department);

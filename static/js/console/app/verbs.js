/**
 * What one does with a ticket. Each verb tells the server, says what happened, and offers the way back.
 * @import {Row, Member, Named} from "../store/types.js"
 */
import { signal } from "../../../vendor/preact-signals.js";
import { gettext, interpolate } from "../../lib/i18n.js";
import { uuid } from "../../lib/ids.js";
import { isOver } from "../store/desk.js";
import { may } from "../store/verbs.js";
import { api, ApiError } from "./api.js";
import { commandOr } from "./socket.js";
import { currentRow, desk, dialog, me, tickets } from "./state.js";
import { refreshTicket } from "./tickets.js";
import { takePresence } from "./line.js";
import { say, sayError } from "./toasts.js";

/** Verbs under way, as "verb ticket": their buttons wait. */
export const busy = signal(/** @type {Set<string>} */ (new Set()));

/** @param {string} key @param {boolean} on */
function mark(key, on) {
  const next = new Set(busy.value);
  if (on) next.add(key);
  else next.delete(key);
  busy.value = next;
}

/**
 * @param {string} verb  as in the REST path
 * @param {Row} row
 * @param {object} [fields]
 * @returns {Promise<boolean>} whether it was done
 */
async function run(verb, row, fields = {}) {
  const key = `${verb} ${row.id}`;
  if (busy.value.has(key)) return false;
  mark(key, true);
  try {
    await api.verb(row.id, verb, { client_id: uuid(), ...fields });
    await refreshTicket(row.id);
    return true;
  } catch (error) {
    sayRefusal(error);
    refreshTicket(row.id);
    return false;
  } finally {
    mark(key, false);
  }
}

/** @param {unknown} error */
function sayRefusal(error) {
  const by = error instanceof ApiError && error.code === "already_taken" ? error.extra.by : null;
  if (by) say(interpolate(gettext("%(name)s took this conversation just before you."), { name: by.name }));
  else sayError(error);
}

/** Taking by hand may go beyond one's limit where the workspace allows it: it is said, not asked. @param {Row} row */
export async function take(row) {
  const before = desk.value;
  if (!await run("take", row)) return;
  const after = before && row.channel === "chat" ? { ...before, load: before.load + 1 } : null;
  const yours = interpolate(gettext("The conversation with %(name)s is yours."), { name: row.name });
  if (!after || !isOver(after)) return say(yours);
  const { load, limit } = after;
  say(`${yours} ${interpolate(gettext("That is over your limit: %(load)s of %(limit)s chats."), { load, limit })}`);
}

/** @param {Row} row @param {Member|null} member */
export async function assign(row, member) {
  if ((row.assignee?.id ?? null) === (member?.id ?? null)) return;
  if (!await run("assign", row, { to: member?.id ?? null })) return;
  if (!member) say(gettext("Put back to everyone."));
  else if (member.id !== me.value.id) say(interpolate(gettext("Assigned to %(name)s."), { name: member.name }));
}

/** @param {Row} row @param {Named|null} department */
export async function moveTo(row, department) {
  if ((row.department?.id ?? null) === (department?.id ?? null)) return;
  if (!await run("update", row, { department: department?.id ?? null })) return;
  say(department ? interpolate(gettext("Moved to %(name)s."), { name: department.name }) : gettext("Taken out of its department."));
}

/** @param {Row} row */
export async function resolve(row) {
  const undo = { label: gettext("Undo"), run: () => void run("reopen", row) };
  if (await run("close", row)) say(interpolate(gettext("Resolved the conversation with %(name)s."), { name: row.name }), undo);
}

/** @param {Row} row */
export async function reopen(row) {
  if (await run("reopen", row)) say(interpolate(gettext("The conversation with %(name)s is open again."), { name: row.name }));
}

/** @param {Row} row */
export async function markSpam(row) {
  const undo = { label: gettext("Undo"), run: () => void run("reopen", row) };
  if (await run("spam", row)) say(interpolate(gettext("Moved the conversation with %(name)s to spam."), { name: row.name }), undo);
}

/** Ending cannot be undone, so it is asked first. @param {Row} row */
export function askEnd(row) {
  dialog.value = {
    name: "confirm",
    title: gettext("End this chat?"),
    words: `${interpolate(gettext("%(name)s sees that the chat has ended and can start a new one at any time."), { name: row.name })} ${
      gettext("The conversation stays in the inbox.")}`,
    verb: gettext("End the chat"),
    run: () => run("end", row),
  };
}

/** @param {Member["status"]} status @param {string} [reason] for colleagues to read */
export async function setStatus(status, reason = "") {
  const before = me.value;
  takePresence({ member: before.id, status, reason });
  try {
    await commandOr("presence.set", { status, reason }, () => api.presence(status, reason));
  } catch (error) {
    takePresence({ member: before.id, status: before.status, reason: before.reason });
    sayError(error);
  }
}

/** Runs a verb on the ticket in view if its state allows it. @param {import("../store/verbs.js").Verb} verb */
export function runOnCurrent(verb) {
  const row = currentRow.value;
  if (!row || !may(verb, row, tickets.value.get(row.id)?.log.events)) return;
  if (verb === "take") take(row);
  if (verb === "resolve") resolve(row);
  if (verb === "reopen") reopen(row);
  if (verb === "spam") markSpam(row);
  if (verb === "end") askEnd(row);
}

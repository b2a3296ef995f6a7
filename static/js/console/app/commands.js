/**
 * Everything that can be done from the keyboard, in one table: the keys, the shortcuts dialog and the palette read it.
 * @import {OnSite, Row, View} from "../store/types.js"
 */
import { gettext, interpolate } from "../../lib/i18n.js";
import { fold } from "../store/fold.js";
import { neighbour } from "../store/rows.js";
import { nameOf } from "../store/rings.js";
import { may } from "../store/verbs.js";
import { NO_FILTER } from "../store/visitor_filters.js";
import { boot } from "./boot.js";
import { pause, resume } from "./desk.js";
import { answer } from "./rings.js";
import { go, VIEWS } from "./route.js";
import { compose, currentRow, desk, dialog, frontRing, groups, me, tickets } from "./state.js";
import { runOnCurrent, setStatus } from "./verbs.js";

/** @typedef {{id: string, words: string, icon: string, keys?: string, run: () => void}} Command */

/** @param {import("../store/verbs.js").Verb} verb */
function can(verb) {
  const row = currentRow.value;
  return !!row && may(verb, row, tickets.value.get(row.id)?.log.events);
}

/** @param {1|-1} step */
export function move(step) {
  const shown = groups.value.flatMap((group) => group.rows);
  const row = neighbour(shown, currentRow.value?.id ?? null, step);
  if (row) go({ number: row.number });
}

/** @param {"reply"|"note"|null} mode @param {boolean} [withCanned] */
export function write(mode, withCanned = false) {
  if (currentRow.value) compose.value = { mode, canned: withCanned, at: Date.now() };
}

/** Opens the menu where it stands, so that it works the same as with the pointer. */
export function openAssign() {
  const button = /** @type {HTMLElement|null} */ (document.querySelector(".assign"));
  button?.click();
}

/** @param {View} view */
function viewWords(view) {
  switch (view) {
    case "mine": return gettext("Go to mine");
    case "unassigned": return gettext("Go to unassigned");
    case "resolved": return gettext("Go to resolved");
    case "spam": return gettext("Go to spam");
    default: return gettext("Go to all open");
  }
}

/** @param {Row} row */
const replyWords = (row) => interpolate(gettext("Reply to %(name)s"), { name: row.name });

/** @returns {Command[]} verbs that fit the ticket in view */
function ticketCommands() {
  const row = currentRow.value;
  if (!row) return [];
  /** @type {(Command|false)[]} */
  const all = [
    can("reply") && { id: "reply", words: replyWords(row), icon: "chat", keys: "r", run: () => write("reply") },
    { id: "note", words: gettext("Write a note"), icon: "lock", keys: "n", run: () => write("note") },
    { id: "canned", words: gettext("Insert a canned message"), icon: "slash", keys: "/", run: () => write(null, true) },
    can("take") && { id: "take", words: gettext("Take the conversation"), icon: "hand", keys: "t", run: () => runOnCurrent("take") },
    can("assign") && { id: "assign", words: gettext("Assign to…"), icon: "person", keys: "a", run: openAssign },
    can("transfer") && { id: "transfer", words: gettext("Transfer to…"), icon: "transfer", run: () => askTransfer(row) },
    can("resolve") && { id: "resolve", words: gettext("Resolve"), icon: "check", keys: "e", run: () => runOnCurrent("resolve") },
    can("reopen") && { id: "reopen", words: gettext("Reopen"), icon: "undo", run: () => runOnCurrent("reopen") },
    can("end") && { id: "end", words: gettext("End the chat"), icon: "end", run: () => runOnCurrent("end") },
    can("spam") && { id: "spam", words: gettext("Mark as spam"), icon: "spam", run: () => runOnCurrent("spam") },
  ];
  return /** @type {Command[]} */ (all.filter(Boolean));
}

/** @param {Row} row */
export function askTransfer(row) {
  dialog.value = { name: "transfer", row };
}

/** @param {OnSite} row */
export function askInvite(row) {
  dialog.value = { name: "invite", row };
}

export function askReason() {
  dialog.value = { name: "reason" };
}

export function showShortcuts() {
  dialog.value = { name: "shortcuts" };
}

/** @returns {Command[]} */
function placeCommands() {
  return [
    ...VIEWS.map((view) => ({ id: view, words: viewWords(view), icon: "inbox", run: () => go({ view, query: "" }) })),
    { id: "visitors", words: gettext("Go to the visitors on the site"), icon: "globe", run: () => go({ screen: "visitors", filter: NO_FILTER, visitor: "" }) },
    { id: "settings", words: gettext("Open the settings"), icon: "sliders", run: () => location.assign(boot.urls.settings) },
    { id: "shortcuts", words: gettext("Show the keyboard shortcuts"), icon: "help", keys: "?", run: showShortcuts },
  ];
}

/** @returns {Command[]} */
function ringCommands() {
  const ring = frontRing.value;
  if (!ring) return [];
  const name = nameOf(ring);
  return [
    { id: "accept", words: interpolate(gettext("Accept the chat with %(name)s"), { name }), icon: "check", keys: "Alt A", run: () => void answer("accept") },
    { id: "decline", words: interpolate(gettext("Decline the chat with %(name)s"), { name }), icon: "x", keys: "Alt D", run: () => void answer("decline") },
  ];
}

/** @returns {Command[]} */
function deskCommands() {
  if (!desk.value) return [];
  return [desk.value.paused ? { id: "resume", words: gettext("Resume new chats"), icon: "play", run: () => void resume() }
    : { id: "pause", words: gettext("Pause new chats"), icon: "pause", run: () => void pause() }];
}

/** @returns {Command[]} */
function statusCommands() {
  /** @type {[import("../store/types.js").Member["status"], string][]} */
  const all = [["online", gettext("Go online")], ["away", gettext("Set yourself away")], ["offline", gettext("Go offline")]];
  return [
    ...all.filter(([status]) => status !== me.value.status)
      .map(([status, words]) => ({ id: status, words, icon: "person", run: () => void setStatus(status) })),
    { id: "reason", words: gettext("Set yourself away with a reason"), icon: "pencil", run: askReason },
  ];
}

/** @param {string} words @returns {Command[]} a number or any words: a place to go */
function searchCommands(words) {
  const number = words.match(/^#?(\d{1,9})$/)?.[1];
  const query = words.trim();
  if (!query) return [];
  const search = interpolate(gettext("Search for “%(query)s”"), { query });
  const open = interpolate(gettext("Open conversation #%(number)s"), { number });
  return [
    ...(number ? [{ id: "number", words: open, icon: "chat", run: () => go({ number: Number(number) }) }] : []),
    { id: "search", words: search, icon: "search", run: () => go({ query, number: null }) },
  ];
}

/** @param {string} words @returns {Command[]} what the palette offers for these words */
export function commandsFor(words) {
  const parts = fold(words).split(/\s+/).filter(Boolean);
  const fitting = [...ringCommands(), ...ticketCommands(), ...deskCommands(), ...statusCommands(), ...placeCommands()]
    .filter((command) => parts.every((part) => fold(command.words).includes(part)));
  const found = searchCommands(words);
  return found[0]?.id === "number" ? [...found, ...fitting] : [...fitting, ...found];
}

/** What was typed and not sent, kept per ticket so that it survives reload and moving between tickets. */
import { signal } from "../../../vendor/preact-signals.js";
import { put } from "../../lib/storage.js";
import { storage, storageKey } from "./boot.js";

/** @typedef {{mode: "reply"|"note", reply: string, note: string}} Draft */

const prefix = storageKey("draft:");

/** Tickets with something unsent, for the list. */
export const drafted = signal(new Set(known()));

function known() {
  const ids = [];
  for (let at = 0; at < storage.length; at += 1) {
    const name = storage.key(at);
    if (name?.startsWith(prefix)) ids.push(name.slice(prefix.length));
  }
  return ids;
}

/** @param {string} ticket @returns {Draft} */
export function readDraft(ticket) {
  try {
    const draft = JSON.parse(storage.getItem(prefix + ticket) ?? "{}");
    return { mode: draft.mode === "note" ? "note" : "reply", reply: String(draft.reply ?? ""), note: String(draft.note ?? "") };
  } catch {
    return { mode: "reply", reply: "", note: "" };
  }
}

/** @param {string} ticket @param {Draft} draft @returns {boolean} whether it could be kept */
export function keepDraft(ticket, draft) {
  const hasWords = !!(draft.reply.trim() || draft.note.trim());
  if (drafted.value.has(ticket) !== hasWords) {
    const next = new Set(drafted.value);
    if (hasWords) next.add(ticket);
    else next.delete(ticket);
    drafted.value = next;
  }
  if (hasWords) return put(storage, prefix + ticket, JSON.stringify(draft));
  storage.removeItem(prefix + ticket);
  return true;
}

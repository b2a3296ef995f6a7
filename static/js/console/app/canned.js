/**
 * Canned messages of this person, their departments and the workspace.
 * @import {Row, Detail, Canned} from "../store/types.js"
 */
import { api } from "./api.js";
import { boot } from "./boot.js";
import { canned } from "./state.js";

const FRESH_MS = 60_000;
let readAt = 0;

/** Reads them once and again after a minute: they change seldom, and searching is done here. */
export async function loadCanned() {
  if (Date.now() - readAt < FRESH_MS) return;
  readAt = Date.now();
  try {
    canned.value = (await api.canned()).rows;
  } catch {
    readAt = 0;
    canned.value ??= [];
  }
}

/** @param {{shortcut: string, title: string, text: string, scope: string, department?: string|null}} fields */
export async function addCanned(fields) {
  const made = await api.saveCanned(fields);
  canned.value = [...(canned.value ?? []).filter((row) => row.id !== made.id), made];
  return made;
}

/**
 * What the variables of a canned message stand for in this ticket.
 * @param {Row} row
 * @param {Detail|null} detail
 * @returns {Record<string, string|number>}
 */
export function valuesFor(row, detail) {
  return {
    "visitor.name": detail?.visitor?.name ?? "",
    "visitor.email": detail?.visitor?.email || detail?.contact?.email || "",
    "agent.name": boot.public_name,
    "ticket.number": row.number,
    "workspace.name": boot.workspace.name,
  };
}

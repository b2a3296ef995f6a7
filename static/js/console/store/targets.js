/**
 * To whom a conversation can be handed, and in which order they are offered.
 * @import {Member, Named, Row} from "./types.js"
 */
import { fold } from "./fold.js";

const ORDER = { online: 0, away: 1, offline: 2 };

/** @typedef {{kind: "member"|"department", id: string, name: string, member?: Member}} Choice */

/**
 * People who are there come first, those with the most room before others, then departments, then who is not there.
 * @param {{members: Iterable<Member>, departments: Named[], row: Row, me: string, words: string}} known
 * @returns {Choice[]}
 */
export function targetsFor({ members, departments, row, me, words }) {
  const people = [...members].filter((member) => member.id !== me && member.id !== row.assignee?.id).sort(byRoom)
    .map((member) => /** @type {Choice} */ ({ kind: "member", id: member.id, name: member.name, member }));
  const places = departments.filter((one) => one.id !== row.department?.id)
    .map((one) => /** @type {Choice} */ ({ kind: "department", id: one.id, name: one.name }));
  const isHere = (/** @type {Choice} */ one) => one.member?.status === "online";
  const all = [...people.filter(isHere), ...places, ...people.filter((one) => !isHere(one))];
  const parts = fold(words).split(/\s+/).filter(Boolean);
  return all.filter((one) => parts.every((part) => fold(`${one.name} ${one.member?.email ?? ""}`).includes(part)));
}

/** @param {Member} a @param {Member} b */
function byRoom(a, b) {
  return ORDER[a.status] - ORDER[b.status] || Number(!!a.paused) - Number(!!b.paused)
    || roomOf(b) - roomOf(a) || a.name.localeCompare(b.name);
}

/** @param {Member} member */
const roomOf = ({ load = 0, limit }) => (limit == null ? 1000 : limit) - load;


/** Who else works here, and whether they are there. Without it everything but assigning works. */
import { api } from "./api.js";
import { departments, me, members, permissions } from "./state.js";

/** How many chats colleagues have changes all day: whoever is to choose one of them looks anew. */
export async function refreshMembers() {
  const { rows } = await api.members();
  members.value = new Map(rows.map((/** @type {import("../store/types.js").Member} */ member) => [member.id, member]));
}

export async function loadPeople() {
  const [self, , parts] = await Promise.allSettled([api.me(), refreshMembers(), api.departments()]);
  if (parts.status === "fulfilled") departments.value = parts.value.rows;
  if (self.status !== "fulfilled") return;
  me.value = { ...me.value, ...self.value.member };
  permissions.value = self.value.permissions ?? [];
}

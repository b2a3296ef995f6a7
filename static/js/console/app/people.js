/** Who else works here, and whether they are there. Without it everything but assigning works. */
import { api } from "./api.js";
import { departments, me, members, permissions } from "./state.js";

export async function loadPeople() {
  const [self, team, parts] = await Promise.allSettled([api.me(), api.members(), api.departments()]);
  if (team.status === "fulfilled") members.value = new Map(team.value.rows.map((member) => [member.id, member]));
  if (parts.status === "fulfilled") departments.value = parts.value.rows;
  if (self.status !== "fulfilled") return;
  me.value = { ...me.value, ...self.value.member };
  permissions.value = self.value.permissions ?? [];
}

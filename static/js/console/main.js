/** Starts the console: reads the address, draws, connects. */
import { render } from "../../vendor/preact.js";
import { startAlerts } from "./app/alerts.js";
import { api } from "./app/api.js";
import { root } from "./app/boot.js";
import { startClock } from "./app/clock.js";
import { loadList, loadMine } from "./app/inbox.js";
import { startKeys } from "./app/keys.js";
import { startLine } from "./app/line.js";
import { startRoute } from "./app/route.js";
import { startOutbox } from "./app/sending.js";
import { departments, me, members, permissions } from "./app/state.js";
import { catchUpOverHttp, openTicket, startReading } from "./app/tickets.js";
import { html } from "./parts/html.js";
import { Console } from "./screens/console.js";
import { untracked } from "../../vendor/preact-signals.js";

/** @type {number|null|undefined} */
let shown;

startRoute((route) => untracked(() => {
  loadList();
  if (route.number !== shown) openTicket();
  shown = route.number;
}));
startClock();
startAlerts();
startReading();
startKeys();
startLine();
startOutbox(catchUpOverHttp);
render(html`<${Console} />`, root);
loadMine().catch(() => {});
loadPeople();

/** Who else works here: for the menus. Without it everything but assigning works. */
async function loadPeople() {
  const [self, team] = await Promise.allSettled([api.me(), api.members()]);
  if (team.status === "fulfilled") members.value = new Map(team.value.rows.map((member) => [member.id, member]));
  if (self.status !== "fulfilled") return;
  me.value = { ...me.value, ...self.value.member };
  departments.value = self.value.departments ?? [];
  permissions.value = self.value.permissions ?? [];
}

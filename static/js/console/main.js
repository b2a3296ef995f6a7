/** Starts the console: reads the address, draws, connects. */
import { render } from "../../vendor/preact.js";
import { untracked } from "../../vendor/preact-signals.js";
import { tellActivity } from "../lib/activity.js";
import { startAlerts } from "./app/alerts.js";
import { root } from "./app/boot.js";
import { startClock } from "./app/clock.js";
import { startHandovers } from "./app/handovers.js";
import { loadList, loadMine } from "./app/inbox.js";
import { startKeys } from "./app/keys.js";
import { startLayout } from "./app/layout.js";
import { startLeadAlerts } from "./app/lead_alerts.js";
import { startLine } from "./app/line.js";
import { loadPeople } from "./app/people.js";
import { startRings } from "./app/rings.js";
import { startRoute } from "./app/route.js";
import { startOutbox } from "./app/sending.js";
import { socket } from "./app/socket.js";
import { catchUpOverHttp, openTicket, startReading } from "./app/tickets.js";
import { startVisitors } from "./app/visitors.js";
import { startVisitorView } from "./app/visitors_view.js";
import { html } from "./parts/html.js";
import { Console } from "./screens/console.js";

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
startRings();
startHandovers();
startLeadAlerts();
tellActivity(socket);
startLayout();
startLine();
startVisitors();
startVisitorView();
startOutbox(catchUpOverHttp);
render(html`<${Console} />`, root);
loadMine().catch(() => {});
loadPeople();

/**
 * What nobody needs to look and to type: fetched beside the window, so that it opens sooner.
 * @module later
 */

export { Line } from "./line.js";
export { BlockedScreen, SentScreen } from "./views/ends.js";
export { LeaveOffer, LeaveSheet } from "./views/leave.js";
export { EndQuestion, Menu } from "./views/menu.js";

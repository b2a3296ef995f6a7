/**
 * What nobody needs for the first words: fetched while the window is idle, so that it opens sooner.
 * @module later
 */

export { pollWhile } from "./poll.js";
export { Sound } from "./sound.js";
export { BlockedScreen, SentScreen } from "./views/ends.js";
export { EndQuestion, Menu } from "./views/menu.js";

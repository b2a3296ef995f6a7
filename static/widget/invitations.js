/**
 * Invitations on the shop's page. Loaded by `browsing` when the server arms the first one, never before.
 * @module invitations
 */

export { DESIGNS, render } from "./invitations/render.js";

/**
 * What the page was sent with. Read once; words and times follow its language from here on.
 * @import {Member} from "../store/types.js"
 */
import { setCatalog } from "../../lib/i18n.js";
import { openStorage } from "../../lib/storage.js";
import { setLanguage } from "../store/time.js";

/**
 * @typedef {object} Boot
 * @property {string} slug
 * @property {Member} me
 * @property {string} public_name  what visitors call me
 * @property {{id: string, slug: string, name: string}} workspace
 * @property {{slug: string, name: string}[]} workspaces
 * @property {string[]} permissions
 * @property {boolean} follows_visitors  whether any widget does
 * @property {string} csrf
 * @property {{api: string, socket: string, inbox: string, visitors: string, settings: string, widgets: string, setup: string, new_workspace: string, canned: string, profile: string, logout: string}} urls
 * @property {string} language
 * @property {string} dir
 * @property {import("../../lib/i18n.js").Catalog} catalog
 * @property {string} version
 */

/** @type {Boot} */
export const boot = JSON.parse(document.getElementById("boot")?.textContent ?? "{}");
setCatalog(boot.catalog ?? {}, boot.language);
setLanguage(boot.language);

/** Where the page is mounted, and where the icon sprite lies (its name carries a hash in production). */
export const root = /** @type {HTMLElement} */ (document.getElementById("console"));
export const icons = root.dataset.icons ?? "";
export const maps = { world: root.dataset.world ?? "", cities: root.dataset.cities ?? "" };

export const storage = openStorage();

/** Local memory is kept per workspace and person: two people may share a browser. @param {string} name */
export const storageKey = (name) => `helpdesk:${boot.slug}:${boot.me.id}:${name}`;

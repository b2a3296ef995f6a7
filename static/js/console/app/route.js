/** The address bar is the place where one is: /w/<slug>/inbox/<number>?view=mine&q=words, /w/<slug>/visitors?country=GR */
import { effect } from "../../../vendor/preact-signals.js";
import { filterFrom, NO_FILTER, paramsOf } from "../store/visitor_filters.js";
import { boot } from "./boot.js";
import { route } from "./state.js";

/** @typedef {import("./state.js").Route} Route */

/** @type {import("../store/types.js").View[]} */
export const VIEWS = ["all", "mine", "unassigned", "resolved", "spam"];
const HOME = boot.urls.inbox;

/** @param {Location|URL} location @param {any} [memory] @returns {Route} */
function read(location, memory) {
  const match = location.pathname.match(/\/inbox\/(\d{1,9})\/?$/);
  const params = new URLSearchParams(location.search);
  const isVisitors = /\/visitors\/?$/.test(location.pathname);
  const view = /** @type {Route["view"]} */ (params.get("view"));
  return {
    screen: isVisitors ? "visitors" : "inbox",
    filter: isVisitors ? filterFrom(params) : NO_FILTER,
    visitor: (isVisitors && params.get("visitor")) || "",
    view: VIEWS.includes(view) ? view : "all",
    number: match ? Number(match[1]) : null,
    query: isVisitors ? "" : (params.get("q") ?? "").slice(0, 200),
    panel: !!memory?.panel,
  };
}

/** The inbox, unless the change names another screen. @param {Partial<Route>} change @returns {Route} */
function after(change) {
  const next = { ...route.value, panel: false, screen: /** @type {const} */ ("inbox"), ...change };
  return next.screen === "visitors" ? { ...next, number: null } : next;
}

/** @param {Route} at */
function visitorsHref({ filter, visitor }) {
  const params = new URLSearchParams(paramsOf(filter));
  if (visitor) params.set("visitor", visitor);
  return params.size ? `${boot.urls.visitors}?${params}` : boot.urls.visitors;
}

/** @param {Partial<Route>} [change] @returns {string} */
export function href(change = {}) {
  const at = after(change);
  if (at.screen === "visitors") return visitorsHref(at);
  const { view, number, query } = at;
  const params = new URLSearchParams();
  if (view !== "all") params.set("view", view);
  if (query) params.set("q", query);
  const path = number === null ? HOME : `${HOME}inbox/${number}`;
  return params.size ? `${path}?${params}` : path;
}

/**
 * Goes somewhere; `replace` for what the back button should not step through.
 * @param {Partial<Route>} change
 * @param {{replace?: boolean}} [how]
 */
export function go(change, { replace = false } = {}) {
  const next = after(change);
  const memory = { panel: next.panel, inside: !replace || !!history.state?.inside };
  history[replace ? "replaceState" : "pushState"](memory, "", href(next));
  route.value = next;
}

/** One step back inside the page, or to its parent when this page was opened directly. @param {Partial<Route>} parent */
export function goBack(parent) {
  if (history.state?.inside) history.back();
  else go(parent, { replace: true });
}

/** @param {MouseEvent} event  true when the click wants this page, not a new tab */
export function isPlainClick(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/** @param {Partial<Route>} change  props of a link that stays in the page */
export function linkTo(change) {
  return {
    href: href(change),
    onClick: (/** @type {MouseEvent} */ event) => {
      if (!isPlainClick(event)) return;
      event.preventDefault();
      go(change);
    },
  };
}

/** @param {(route: Route) => void} onChange  told now and after every move */
export function startRoute(onChange) {
  route.value = read(location, history.state);
  addEventListener("popstate", (event) => {
    route.value = read(location, event.state);
  });
  effect(() => onChange(route.value));
}

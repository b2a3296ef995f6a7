/** Watching who is on the site: only while somebody looks, since the server tells only those who watch. */
import { effect, untracked } from "../../../vendor/preact-signals.js";
import { peopleOf, takeChange } from "../store/visitors.js";
import { api } from "./api.js";
import { boot } from "./boot.js";
import { putRow } from "./inbox.js";
import { refreshMembers } from "./people.js";
import { commandOr, socket } from "./socket.js";
import { isSignedOut, route } from "./state.js";
import { activeId, NOBODY, paused, site, visitorCount } from "./visitors_state.js";

const MOST = 5000;
const RETRY_MS = 10_000;
const HIDDEN_MS = 60_000;
const COUNT_MS = 60_000;
const MEMBERS_MS = 15_000;

/** Each watch has a number: what was asked for before is no answer any more. */
let watched = 0;
let isWatching = false;
let retryTimer = 0;

export function startVisitors() {
  effect(() => {
    const isHere = route.value.screen === "visitors";
    untracked(() => (isHere ? enter() : leave()));
  });
  document.addEventListener("visibilitychange", onVisibility);
  setInterval(countElsewhere, COUNT_MS);
  countElsewhere();
}

function enter() {
  if (isWatching) return;
  isWatching = true;
  watchVisitors();
  loadQueue();
}

function leave() {
  if (!isWatching) return;
  stopWatching();
  site.value = NOBODY;
  paused.value = null;
  activeId.value = "";
}

function stopWatching() {
  isWatching = false;
  watched += 1;
  clearTimeout(retryTimer);
  socket.send("visitors.unwatch", {});
}

/** Asks anew for everybody: at the beginning, after a break, and when something was missed. */
export async function watchVisitors() {
  if (!isWatching) return;
  clearTimeout(retryTimer);
  watched += 1;
  const mine = watched;
  try {
    const answer = await commandOr("visitors.watch", {}, () => api.visitors({ limit: MOST }));
    if (mine !== watched) return;
    takeEverybody(answer);
    if (!socket.isOnline()) retryTimer = window.setTimeout(watchVisitors, RETRY_MS);
  } catch {
    if (mine === watched) refuse();
  }
}

/** @param {any} answer  of the socket, or of HTTP, which says the same of a list cut short in other words */
function takeEverybody({ visitors, total, truncated, complete }) {
  const isTruncated = truncated ?? complete === false;
  site.value = { status: "ready", people: peopleOf(visitors), total, isTruncated, readAt: Date.now() };
  visitorCount.value = total;
}

/** What was read stays on the screen, marked as old; the server is asked again. */
function refuse() {
  site.value = { ...site.value, status: "away" };
  retryTimer = window.setTimeout(watchVisitors, RETRY_MS);
}

/** Of a crowd the ack brings the first rows and frames the others. @param {any} frame */
export function takeVisitors(frame) {
  if (!isWatching || site.value.status === "loading") return;
  if (frame.readable === false) {
    site.value = { ...site.value, status: "away" };
    return;
  }
  const { people: next, isTorn } = takeChange(site.value.people, frame);
  site.value = { ...site.value, status: "ready", people: next, total: frame.total, readAt: Date.now() };
  visitorCount.value = frame.total;
  if (isTorn || next.size !== frame.total) mend();
}

let mendTimer = 0;

/** While a crowd still comes in parts, changes of those to come are nothing to worry about: later they are. */
function mend() {
  if (mendTimer) return;
  mendTimer = window.setTimeout(() => {
    mendTimer = 0;
    const { people, total, isTruncated } = site.value;
    if (people.size !== total && !isTruncated) watchVisitors();
  }, RETRY_MS);
}

/** Proxies that let no socket through: the list is read again over HTTP. */
export const pollVisitors = () => void (isWatching && watchVisitors());

let hiddenTimer = 0;

/** A tab that nobody sees costs the server nothing after a minute. */
function onVisibility() {
  clearTimeout(hiddenTimer);
  if (document.visibilityState === "hidden") {
    hiddenTimer = window.setTimeout(() => isWatching && stopWatching(), HIDDEN_MS);
  } else if (route.value.screen === "visitors") {
    enter();
  }
}

/** The figure on the rail. */
async function countElsewhere() {
  const isAsked = boot.follows_visitors && document.visibilityState !== "hidden" && !isSignedOut.value;
  if (isWatching || !isAsked) return;
  try {
    visitorCount.value = (await api.visitors({ limit: 1 })).total;
  } catch {
    visitorCount.value = null;
  }
}

/** Who waits may stand far down in the inbox. */
async function loadQueue() {
  const timer = setInterval(() => {
    if (isWatching) refreshMembers().catch(() => {});
    else clearInterval(timer);
  }, MEMBERS_MS);
  try {
    const answer = await api.tickets({ view: "unassigned", limit: 200 });
    for (const row of answer.rows) putRow(row);
  } catch {
    // Live rows bring those who come from now on.
  }
}

/**
 * Steps of the routing in words.
 * @import {Chances, Decision, Named, PastRing, Reason} from "./types.js"
 */
import { gettext, interpolate } from "../../lib/i18n.js";
import { pageLanguage } from "./time.js";

/** @param {Decision} decision */
export function decisionWords(decision) {
  switch (decision.kind) {
    case "ring": return interpolate(ringSentence(decision), { name: namesOf(decision.agents) });
    case "ring_all": return interpolate(gettext("It rang at everyone who was free: %(names)s"), { names: namesOf(decision.agents) });
    case "overflow": return overflowWords(decision.why);
    case "give_up": return decision.why === "all_tried"
      ? gettext("The customer was offered to leave a message: everybody had been asked")
      : gettext("The customer was offered to leave a message: the wait was long");
    default: return waitWords(decision.why);
  }
}

/** @param {Decision} decision */
function ringSentence({ why, strategy, tie_break }) {
  if (why === "sticky") return gettext("It rang at %(name)s, who spoke with this customer last");
  switch (tie_break) {
    case "only_one": return gettext("It rang at %(name)s, who alone was free");
    case "priority": return gettext("It rang at %(name)s, who comes first in the order of the team");
    case "load": return strategy === "max_utilization"
      ? gettext("It rang at %(name)s, who had the most chats and still a place")
      : gettext("It rang at %(name)s, who had the fewest chats");
    case "longest_without": return strategy === "round_robin"
      ? gettext("It rang at %(name)s, whose turn it was")
      : gettext("It rang at %(name)s, who was offered no chat for the longest time");
    case "lot": return gettext("It rang at %(name)s, drawn by lot");
    default: return gettext("It rang at %(name)s: nothing told those who were free apart");
  }
}

/** @param {string} why */
function waitWords(why) {
  switch (why) {
    case "by_hand": return gettext("Nobody was rung: here agents take chats from the queue");
    case "closed": return gettext("Nobody could be rung: it was outside the opening hours");
    case "nobody_online": return gettext("Nobody could be rung: nobody was online");
    case "all_busy": return gettext("Nobody could be rung: all were busy");
    case "holding": return gettext("It waited for the agent whom the customer knows");
    case "language": return gettext("Nobody could be rung: those who were free do not speak the language");
    case "all_tried": return gettext("Nobody could be rung: everybody had been asked");
    default: return gettext("Nobody was rung");
  }
}

/** @param {string} why */
function overflowWords(why) {
  switch (why) {
    case "closed": return gettext("Passed on to another department: it was outside the opening hours");
    case "nobody_online": return gettext("Passed on to another department: nobody was online");
    case "all_tried": return gettext("Passed on to another department: everybody had been asked");
    default: return gettext("Passed on to another department: the wait was long");
  }
}

/** @param {Reason} reason @param {Chances} chances */
function reasonWords(reason, { load, limit }) {
  switch (reason) {
    case "closed": return gettext("outside the opening hours");
    case "not_online": return gettext("not online");
    case "paused": return gettext("new chats paused");
    case "full": return limit === null ? gettext("no free place") : interpolate(gettext("no free place (%(load)s of %(limit)s)"), { load, limit });
    case "resting": return gettext("resting after a chat");
    case "language": return gettext("does not speak the language");
    case "tried": return gettext("was asked already");
    default: return reason;
  }
}

/** All that speaks against somebody. @param {Chances} chances */
export const reasonsWords = (chances) => listed(chances.reasons.map((reason) => reasonWords(reason, chances)));

/**
 * Why it did not ring at the reader; "" when the server does not say.
 * @param {Decision} decision
 * @param {string} me
 */
export function whyNotMe(decision, me) {
  if (decision.agents.some((agent) => agent.id === me)) return gettext("It rang at you.");
  if (!decision.me) return "";
  if (decision.me.reasons.length) {
    return interpolate(gettext("It did not ring at you: %(reasons)s"), { reasons: reasonsWords(decision.me) });
  }
  if (!decision.agents.length) return gettext("You could have been rung.");
  return interpolate(gettext("You could have been rung, but %(name)s came first."), { name: namesOf(decision.agents) });
}

/** @param {PastRing} ring */
export function outcomeWords({ outcome }) {
  switch (outcome) {
    case "accepted": return gettext("accepted");
    case "declined": return gettext("declined");
    case "timeout": return gettext("missed");
    case "cancelled": return gettext("taken back");
    default: return gettext("rings now");
  }
}

/** Whoever has left the team has no name here any more. @param {Named[]} agents */
const namesOf = (agents) => (agents.length ? listed(agents.map((agent) => agent.name)) : gettext("somebody who has left"));

/** @param {string[]} words */
const listed = (words) => new Intl.ListFormat(pageLanguage()).format(words);

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { activityWords } from "../../../static/js/console/store/activity.js";
import { decisionWords, outcomeWords, reasonsWords, whyNotMe } from "../../../static/js/console/store/routing.js";
import { setLanguage } from "../../../static/js/console/store/time.js";
import { decision, ELENI, eleni, event, maya, ME } from "./make.js";

setLanguage("en");
const words = (change) => decisionWords(decision(change));

describe("a step of the routing in words", () => {
  test("says at whom it rang and what told them from the others", () => {
    assert.equal(words({ why: "sticky", tie_break: "only_one" }), "It rang at Eleni, who spoke with this customer last");
    assert.equal(words({}), "It rang at Eleni, who had the fewest chats");
    assert.equal(words({ strategy: "max_utilization" }), "It rang at Eleni, who had the most chats and still a place");
    assert.equal(words({ strategy: "round_robin", tie_break: "longest_without" }), "It rang at Eleni, whose turn it was");
    assert.equal(words({ tie_break: "only_one" }), "It rang at Eleni, who alone was free");
    assert.equal(words({ strategy: "random", tie_break: "lot" }), "It rang at Eleni, drawn by lot");
  });

  test("names everyone at whom it rang at once", () => {
    const agents = [{ id: ELENI, name: "Eleni" }, { id: ME, name: "Maya" }];
    assert.equal(words({ kind: "ring_all", tie_break: null, agents }), "It rang at everyone who was free: Eleni and Maya");
  });

  test("says why nobody was rung", () => {
    assert.equal(words({ kind: "wait", why: "all_busy", agents: [] }), "Nobody could be rung: all were busy");
    assert.equal(words({ kind: "wait", why: "nobody_online", agents: [] }), "Nobody could be rung: nobody was online");
    assert.equal(words({ kind: "overflow", why: "all_tried", agents: [] }), "Passed on to another department: everybody had been asked");
    assert.equal(words({ kind: "give_up", why: "too_long", agents: [] }), "The customer was offered to leave a message: the wait was long");
  });

  test("has words for every reason that the server can give", () => {
    const waits = ["by_hand", "closed", "nobody_online", "all_busy", "holding", "language", "all_tried"];
    assert.equal(new Set(waits.map((why) => words({ kind: "wait", why, agents: [] }))).size, waits.length);
    const reasons = ["closed", "not_online", "paused", "full", "resting", "language", "tried"];
    for (const reason of reasons) assert.notEqual(reasonsWords({ reasons: [reason], load: 0, limit: 4 }), reason);
  });

  test("knows that somebody may have left since", () => {
    assert.equal(words({ agents: [], tie_break: "only_one" }), "It rang at somebody who has left, who alone was free");
  });
});

describe("the question why not me", () => {
  const mine = (change) => whyNotMe(decision(change), ME);

  test("is answered with one's own reasons", () => {
    assert.equal(mine({ me: { reasons: ["full", "resting"], load: 4, limit: 4 } }),
      "It did not ring at you: no free place (4 of 4) and resting after a chat");
  });

  test("is answered when somebody else came first", () => {
    assert.equal(mine({ me: { reasons: [], load: 1, limit: 4 } }), "You could have been rung, but Eleni came first.");
    assert.equal(mine({ agents: [], me: { reasons: [], load: 1, limit: 4 } }), "You could have been rung.");
  });

  test("does not stand when it rang here, or when one is no candidate", () => {
    assert.equal(mine({ agents: [{ id: ME, name: "Maya" }] }), "It rang at you.");
    assert.equal(mine({ me: null }), "");
  });
});

test("every end of a ring has its word", () => {
  const ends = ["", "accepted", "declined", "timeout", "cancelled"];
  assert.equal(new Set(ends.map((outcome) => outcomeWords({ outcome }))).size, ends.length);
});

describe("lines of activity about routing", () => {
  const system = { kind: "system", id: null, name: "" };
  const me = { id: ME, name: "Maya" };
  const her = { id: ELENI, name: "Eleni" };
  const assigned = (why, by, from, to) =>
    activityWords({ ...event(1), name: "ticket.assigned", by, data: { from, to, department: null, why } }, ME);

  test("tell a ring that was accepted from a chat that was taken", () => {
    assert.equal(assigned("ring", maya, null, me), "It rang, and you accepted");
    assert.equal(assigned("ring", eleni, null, her), "It rang, and Eleni accepted");
    assert.equal(assigned("take", maya, null, me), "You took the conversation");
  });

  test("tell who took over from whom", () => {
    assert.equal(assigned("transfer", eleni, me, her), "Eleni took it over from you");
    assert.equal(assigned("transfer", maya, her, me), "You took it over from Eleni");
    assert.equal(assigned("transfer", maya, me, null), "");
  });

  test("tell what is handed to whom, and who said no", () => {
    const said = (name, by, data) => activityWords({ ...event(1), name, by, data }, ME);
    assert.equal(said("transfer.offered", maya, { to: her, note: "" }), "You hand it over to Eleni");
    assert.equal(said("transfer.offered", eleni, { to: me, note: "" }), "Eleni hands it over to you");
    assert.equal(said("transfer.closed", eleni, { to: her, why: "declined" }), "Eleni declined it");
    assert.equal(said("transfer.closed", maya, { to: me, why: "timeout" }), "You did not take it in time");
  });

  test("say that the customer would not wait", () => {
    const visitor = { kind: "visitor", id: "v1", name: "Nour" };
    const left = { ...event(1), name: "chat.ended", by: visitor, data: { why: "message" } };
    assert.equal(activityWords(left, ME), "The customer left a message instead of waiting");
  });

  test("say that it went back because nobody answered", () => {
    assert.equal(assigned("no_reply", system, me, null), "Put back to everyone: you did not answer in time");
    assert.equal(assigned("no_reply", system, her, null), "Put back to everyone: Eleni did not answer in time");
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { activityWords } from "../../../static/js/console/store/activity.js";
import { blocksOf } from "../../../static/js/console/store/blocks.js";

const SYSTEM = { kind: "system", id: null, name: "" };
const accepted = (by, invitation) => ({
  name: "invitation.accepted", seq: 1, at: "2026-12-01T10:00:00.000Z", by,
  data: { body: "May I help?", invitation, variant: null },
});

describe("a conversation that began with an invitation", () => {
  test("says with which, and what it said", () => {
    assert.equal(activityWords(accepted(SYSTEM, { id: "i", name: "Checkout" }), "me"), "They accepted the invitation “Checkout”: May I help?");
    assert.equal(activityWords(accepted({ kind: "agent", id: "me", name: "Maya" }, null), "me"), "They accepted your invitation: May I help?");
    assert.equal(activityWords(accepted({ kind: "agent", id: "m2", name: "Theo" }, null), "me"), "They accepted the invitation of Theo: May I help?");
  });

  test("shows it as a line of its own, not as a message", () => {
    const blocks = blocksOf([accepted(SYSTEM, { id: "i", name: "Checkout" })], [], { me: "me", myName: "Maya" });
    assert.deepEqual(blocks.map((block) => block.kind), ["day", "activity"]);
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { isNeeded, nextNumber, typedIn } from "../../../static/js/pages/condition-names.js";

test("a new row comes after the last, also where one in between was removed", () => {
  assert.equal(nextNumber("audience", []), 0);
  assert.equal(nextNumber("audience", ["audience-0", "audience-4"]), 5);
});

test("rows of a group are numbered by themselves, and those of another tree do not count", () => {
  const taken = ["audience-0", "audience-1", "audience-1-0", "audience-1-7", "trigger-9"];
  assert.equal(nextNumber("audience", taken), 2);
  assert.equal(nextNumber("audience-1", taken), 8);
  assert.equal(nextNumber("audience-0", taken), 0);
});

test("a group with a number that begins alike is another one", () => {
  assert.equal(nextNumber("audience-1", ["audience-10-3", "audience-1-0"]), 1);
});

test("what was typed is kept by the last part of its name, several ticks together", () => {
  const typed = typedIn("trigger-2", [
    ["trigger-2-kind", "hour"],
    ["trigger-2-entries", "9"],
    ["trigger-2-entries", "10"],
    ["trigger-20-text", "of another row"],
  ]);
  assert.deepEqual(typed, new Map([["kind", ["hour"]], ["entries", ["9", "10"]]]));
});

test("a part is shown for the comparisons in its list, one without a list always", () => {
  assert.equal(isNeeded("contains is", "is"), true);
  assert.equal(isNeeded("contains is_not", "is"), false);
  assert.equal(isNeeded(undefined, "yes"), true);
  assert.equal(isNeeded("", "yes"), false);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { awayWords } from "../../../static/widget/away.js";

process.env.TZ = "Europe/Athens";
const NOW = new Date("2026-11-28T12:00:00Z");
const STRINGS = { back_at: "Back %(when)s, your time.", back_soon: "soon", on_day: "%(day)s at %(time)s" };

function words(config, language = "en-GB") {
  const app = {
    language,
    state: { config: { texts: { offline_text: "Nobody is here." }, ...config } },
    text: (name, ...values) => STRINGS[name].replace(/%\(\w+\)s/g, () => values.shift()),
  };
  return awayWords(/** @type {any} */ (app), NOW);
}

test("the opening is said in the visitor's own time: today, tomorrow, a weekday, a date", () => {
  const said = (at) => words({ opens_at: at });
  assert.equal(said("2026-11-28T14:30:00Z"), "Nobody is here. Back today at 16:30, your time.");
  assert.equal(said("2026-11-28T22:30:00Z"), "Nobody is here. Back tomorrow at 0:30, your time.");
  assert.equal(said("2026-11-30T08:00:00Z"), "Nobody is here. Back Monday at 10:00, your time.");
  assert.match(said("2027-01-04T08:00:00Z"), /^Nobody is here\. Back Monday,? 4 January at 10:00, your time\.$/);
});

test("without an opening, or with one that has passed, nothing is promised", () => {
  assert.equal(words({}), "Nobody is here.");
  assert.equal(words({ opens_at: null }), "Nobody is here.");
  assert.equal(words({ opens_at: "2026-11-28T11:59:00Z" }), "Nobody is here.");
});

test("the workspace's own words say where the time stands", () => {
  const texts = { offline_text: "We open {next_opening}. Really: {next_opening}!" };
  assert.equal(
    words({ texts, opens_at: "2026-11-30T08:00:00Z" }),
    "We open Monday at 10:00. Really: Monday at 10:00!",
  );
  assert.equal(words({ texts }), "We open soon. Really: soon!");
});

test("nothing written, nothing said but the opening", () => {
  assert.equal(words({ texts: {} }), "");
  assert.equal(words({ texts: {}, opens_at: "2026-11-30T08:00:00Z" }), "Back Monday at 10:00, your time.");
});

test("digits stay Latin in every language", () => {
  assert.match(words({ opens_at: "2026-11-30T08:00:00Z" }, "ar"), /10:00/);
});

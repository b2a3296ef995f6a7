import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { activityWords } from "../../../static/js/console/store/activity.js";
import { alertWords, arrive, MOST, resume, without } from "../../../static/js/console/store/lead_alerts.js";

const alert = (id, more = {}) => ({
  alert: id, ticket: `t-${id}`, why: "all_tried", at: "2026-12-01T10:00:00.000Z", ...more,
  summary: { visitor: "Clara", hue: 1, initials: "C", number: 7, body: "Hello?", department: null, agent: null, ...more.summary },
});
const ids = (alerts) => [...alerts.keys()];

describe("a chat that finds nobody", () => {
  test("stands behind those that came before, and leaves alone", () => {
    const alerts = arrive(arrive(new Map(), alert("a")), alert("b"));
    assert.deepEqual(ids(alerts), ["a", "b"]);
    assert.deepEqual(ids(without(alerts, "a")), ["b"]);
    assert.equal(without(alerts, "unknown"), alerts);
  });

  test("is shown once, with what was said of it last", () => {
    const alerts = arrive(arrive(new Map(), alert("a")), alert("b", { ticket: "t-a", why: "no_reply" }));
    assert.deepEqual(ids(alerts), ["b"]);
  });

  test("is over when a new connection does not name it", () => {
    assert.deepEqual(ids(resume([alert("b")])), ["b"]);
    assert.deepEqual(ids(resume([])), []);
  });

  test("makes room for the newest in a rush", () => {
    let alerts = new Map();
    for (let count = 0; count <= MOST; count += 1) alerts = arrive(alerts, alert(`a${count}`));
    assert.equal(alerts.size, MOST);
    assert.ok(!alerts.has("a0"));
  });

  test("is said in words", () => {
    assert.equal(alertWords(alert("a")), "Nobody accepted the chat with Clara");
    assert.equal(alertWords(alert("a", { why: "too_long", summary: { visitor: "" } })), "Visitor 7 has waited too long");
    assert.equal(alertWords(alert("a", { why: "no_reply", summary: { agent: { id: "m", name: "Maya" } } })), "Maya has not answered Clara in time");
    assert.equal(alertWords(alert("a", { why: "no_reply" })), "Clara waits for an answer");
  });

  test("is a line of the log that names who was told", () => {
    const said = (why) => activityWords({ name: "alert.raised", by: { kind: "system", id: null, name: "" }, data: { why, to: [{ id: "1", name: "Olga" }, { id: "2", name: "Ada" }] } }, "me");
    assert.match(said("all_tried"), /^Nobody accepted: Olga and Ada alerted$/);
    assert.match(said("too_long"), /^The wait is long: Olga/);
    assert.match(said("no_reply"), /^No answer in time: Olga/);
  });
});

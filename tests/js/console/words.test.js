import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { activityWords } from "../../../static/js/console/store/activity.js";
import { fill, firstMissing, pieces, replaceSlash, searchCanned, slashQuery } from "../../../static/js/console/store/canned.js";
import { scriptLanguage } from "../../../static/js/console/store/language.js";
import { lengthOf, LIMIT } from "../../../static/js/console/store/length.js";
import { pathOf, spansOf } from "../../../static/js/console/store/links.js";
import { age, clock, dayLabel, localTime, secondsSince, setLanguage, waitLevel } from "../../../static/js/console/store/time.js";
import { isChatLive, may } from "../../../static/js/console/store/verbs.js";
import { eleni, event, maya, ME, person, row } from "./make.js";

describe("canned messages", () => {
  const values = { "visitor.name": "Nour", "visitor.email": "", "ticket.number": 12 };

  test("fill what is known, fall back, and keep what is not", () => {
    assert.equal(fill("Hi {{visitor.name|there}}, #{{ticket.number}}", values), "Hi Nour, #12");
    assert.equal(fill("Hi {{ visitor.email | friend }}", values), "Hi friend");
    assert.equal(fill("{{visitor.email}} {{order.total}}", values), "{{visitor.email}} {{order.total}}");
    assert.equal(fill("{{visitor.email|}}!", values), "!");
  });

  test("mark what was filled and what is missing", () => {
    assert.deepEqual(pieces("Hi {{visitor.name}} {{order.total}}", values), [
      { text: "Hi " }, { text: "Nour", filled: true }, { text: " " }, { text: "{{order.total}}", missing: true },
    ]);
    assert.deepEqual(firstMissing("Hi {{order.total}}!"), [3, 18]);
    assert.equal(firstMissing("Hi {there}"), null);
  });

  test("a name that looks like a variable is not filled again", () => {
    assert.equal(fill("{{visitor.name}}", { "visitor.name": "{{agent.name}}", "agent.name": "Maya" }), "{{agent.name}}");
    assert.equal(fill("{{constructor.name}}", {}), "{{constructor.name}}");
  });

  test("open at a slash that begins a line", () => {
    assert.equal(slashQuery("/re", 3), "re");
    assert.equal(slashQuery("Hello\n/re", 9), "re");
    assert.equal(slashQuery("and/or", 6), null);
    assert.equal(slashQuery("/re\nmore", 8), null);
    assert.equal(slashQuery("/", 1), "");
  });

  test("replace the slash and keep what stands around it", () => {
    assert.deepEqual(replaceSlash("Hello\n/re tail", 9, "TEXT"), { text: "Hello\nTEXT tail", caret: 10 });
    assert.deepEqual(replaceSlash("plain", 5, "+"), { text: "plain+", caret: 6 });
  });

  test("are found by shortcut first, then title, then text, in any script", () => {
    const one = (shortcut, title, text) => ({ id: shortcut, shortcut, title, text, scope: "workspace", department: null, mine: false, editable: false });
    const rows = [one("hello", "Refund greeting", "x"), one("refund", "Money", "y"), one("late", "Z", "your refund"), one("ar", "رد المبلغ", "نص")];
    assert.deepEqual(searchCanned(rows, "ref").map((row_) => row_.id), ["refund", "hello", "late"]);
    assert.deepEqual(searchCanned(rows, "المبلغ").map((row_) => row_.id), ["ar"]);
    assert.deepEqual(searchCanned(rows, "refund money").map((row_) => row_.id), ["refund"]);
    assert.equal(searchCanned(rows, "").length, 4);
    assert.equal(searchCanned(rows, "nothing").length, 0);
  });
});

describe("verbs", () => {
  test("fit the state of the ticket", () => {
    const verbs = ["reply", "note", "take", "assign", "resolve", "reopen", "spam"];
    const allowed = (change) => verbs.filter((verb) => may(verb, row(change)));
    assert.deepEqual(allowed({ assignee: null }), ["reply", "note", "take", "assign", "resolve", "spam"]);
    assert.deepEqual(allowed({ assignee: person() }), ["reply", "note", "assign", "resolve", "spam"]);
    assert.deepEqual(allowed({ state: "resolved" }), ["reply", "note", "reopen", "spam"]);
    assert.deepEqual(allowed({ state: "spam" }), ["note", "reopen"]);
  });

  test("ending needs a chat that goes on", () => {
    const ended = { ...event(3), name: "chat.ended", by: maya, data: { why: "agent" } };
    assert.ok(may("end", row(), [event(1)]));
    assert.ok(!may("end", row(), [event(1), ended]));
    assert.ok(!may("end", row({ channel: "offline_form" }), [event(1)]));
    assert.ok(isChatLive([event(1), ended, event(4)]));
    const closed = { ...event(3), name: "ticket.changed", by: maya, data: { state: "resolved", why: "agent" } };
    const opened = { ...event(4), name: "ticket.changed", by: maya, data: { state: "open", why: "agent" } };
    assert.ok(!isChatLive([event(1), closed, opened]));
  });
});

describe("lines of activity", () => {
  const assigned = (by, to) => activityWords({ ...event(1), name: "ticket.assigned", by, data: { from: null, to, department: null, why: "assign" } }, ME);
  const changed = (by, data) => activityWords({ ...event(1), name: "ticket.changed", by, data }, ME);

  const left = (from) => activityWords({ ...event(1), name: "ticket.assigned", by: { kind: "system", id: null, name: "" }, data: { from, to: null, department: null, why: "agent_left" } }, ME);

  test("say who did what", () => {
    assert.equal(assigned(maya, { id: ME, name: "Maya" }), "You took the conversation");
    assert.equal(assigned(eleni, { id: eleni.id, name: "Eleni" }), "Eleni took the conversation");
    assert.equal(assigned(eleni, { id: ME, name: "Maya" }), "Eleni assigned it to you");
    assert.equal(assigned(maya, { id: eleni.id, name: "Eleni" }), "You assigned it to Eleni");
    assert.equal(assigned(maya, null), "You put it back to everyone");
    assert.equal(left(eleni), "Put back to everyone: Eleni was away while the customer waited");
    assert.equal(left({ id: ME, name: "Maya" }), "Put back to everyone: you were away while the customer waited");
    assert.equal(changed(eleni, { state: "resolved" }), "Eleni resolved it");
    assert.equal(changed({ kind: "visitor", id: "v", name: "N" }, { state: "open" }), "Opened again by a new message");
    assert.equal(changed(maya, { department: { id: "d", name: "Sales" } }), "Moved to Sales");
  });

  test("are silent about what the messages show already", () => {
    assert.equal(changed(maya, { state: "answered" }), "");
    assert.equal(changed(maya, {}), "");
  });
});

describe("links", () => {
  const hrefs = (text) => spansOf(text).filter((span) => span.href).map((span) => span.href);

  test("are web and mail addresses only", () => {
    assert.deepEqual(hrefs("see https://a.example/x?y=1, or mail me@b.example."), ["https://a.example/x?y=1", "mailto:me@b.example"]);
    assert.deepEqual(hrefs("javascript:alert(1) data:text/html,x ftp://a.example file:///etc"), []);
  });

  test("leave the sentence its full stop and brackets", () => {
    assert.deepEqual(hrefs("(https://a.example/b)"), ["https://a.example/b"]);
    assert.deepEqual(hrefs("https://a.example/wiki/X_(y)"), ["https://a.example/wiki/X_(y)"]);
    assert.deepEqual(hrefs("https://a.example/!?…"), ["https://a.example/"]);
  });

  test("give the text back unchanged, whatever it is", () => {
    for (const text of ["", "plain", "a https://x.example b", "https://", "@@@", "<b>http://x.example</b>", "نص https://x.example نص"]) {
      assert.equal(spansOf(text).map((span) => span.text).join(""), text);
    }
  });

  test("to pages are named by their path, in the letters that people read", () => {
    assert.equal(pathOf("https://shop.example/kr/%EB%A8%B8%EA%B7%B8?size=4"), "/kr/머그?size=4");
    assert.equal(pathOf("https://shop.example/%zz"), "/%zz");
    assert.equal(pathOf("https://shop.example/%E2%80%AEgnp"), "/%E2%80%AEgnp");
    assert.equal(pathOf("not an address"), "not an address");
  });

  test("are found in time that grows with the length only", () => {
    for (const text of ["a.".repeat(20000), "@".repeat(40000), "https://".repeat(5000), "a@b.".repeat(8000), `https://x.example/${")".repeat(40000)}`, "http:".repeat(9000)]) {
      const start = performance.now();
      spansOf(text);
      assert.ok(performance.now() - start < 1500, text.slice(0, 20));
    }
  });
});

describe("times", () => {
  const now = Date.parse("2026-03-04T12:00:00.000Z");
  const ago = (seconds) => new Date(now - seconds * 1000).toISOString();

  test("waiting warns from 40 s and is late from 2 min", () => {
    assert.deepEqual([0, 39, 40, 119, 120].map(waitLevel), ["", "", "waiting", "waiting", "late"]);
    assert.deepEqual([0, 52, 156, 725].map(clock), ["0:00", "0:52", "2:36", "12:05"]);
  });

  test("are relative while fresh", () => {
    setLanguage("en");
    assert.deepEqual([5, 240, 7200].map((seconds) => age(ago(seconds), now)), ["now", "4 min", "2 hr"]);
    assert.match(age(ago(86400 * 3), now), /^Sun$/);
    assert.match(age(ago(86400 * 30), now), /Feb 2/);
    assert.match(age(ago(86400 * 400), now), /2025/);
    assert.equal(age(null, now), "");
  });

  test("a clock that is ahead never counts below zero", () => {
    assert.equal(secondsSince(ago(-30), now), 0);
  });

  test("keep Latin figures in Arabic", () => {
    setLanguage("ar");
    assert.match(age(ago(240), now), /4/);
    setLanguage("en");
  });

  test("name today and yesterday", () => {
    assert.equal(dayLabel(ago(60), now), "Today");
    assert.equal(dayLabel(ago(86400), now), "Yesterday");
  });

  test("an unknown zone has no local time", () => {
    assert.equal(localTime("Mars/Olympus", now), "");
    assert.equal(localTime("", now), "");
    assert.match(localTime("Asia/Seoul", now), /21:00/);
  });
});

describe("text", () => {
  test("is counted in characters", () => {
    assert.equal(lengthOf("😀".repeat(LIMIT)), LIMIT);
    assert.equal(lengthOf("a".repeat(LIMIT + 1)), LIMIT + 1);
  });

  test("tells its script by its first letter", () => {
    assert.deepEqual(["نور", "박서연", "Αικ", "Hello العربية", "12 م", ""].map(scriptLanguage), ["ar", "ko", "el", undefined, "ar", undefined]);
  });
});

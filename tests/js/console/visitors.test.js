import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fitting, ROOM, template } from "../../../static/js/console/store/columns.js";
import { densest, frameOf, placesOf, pointsOf, radiusOf, scaleOf, shadeOf, spotsOf, stepsOf } from "../../../static/js/console/store/map.js";
import { countryName, money, setLanguage } from "../../../static/js/console/store/time.js";
import { piecesOf, spanInView } from "../../../static/js/console/store/virtual.js";
import { filterFrom, isFiltered, NO_FILTER, NONE, paramsOf, ranked, sift } from "../../../static/js/console/store/visitor_filters.js";
import {
  arrange, COLUMNS, columnsFrom, FIXED, sorted, sortedBy, sortFrom, USUAL, USUAL_SORT, waitOf,
} from "../../../static/js/console/store/visitor_order.js";
import { deviceKind, faceOf, nameOf, pageOf, peopleOf, takeChange } from "../../../static/js/console/store/visitors.js";
import { onSite } from "./make.js";

const ids = (rows) => rows.map((row) => row.id);
const EMPTY = { items: [], gone: new Set(), moved: 0 };

describe("who is on the site", () => {
  test("a part changes its row alone, and only once", () => {
    const before = peopleOf([onSite(), onSite({ id: "b2" })]);
    const { people, isTorn } = takeChange(before, { rows: [{ id: "b1", version: 3, title: "Cart" }] });
    assert.equal(people.get("b1").title, "Cart");
    assert.equal(people.get("b1").url, before.get("b1").url);
    assert.equal(people.get("b2"), before.get("b2"));
    assert.equal(before.get("b1").title, "Tide");
    assert.ok(!isTorn);
    const late = takeChange(people, { rows: [{ id: "b1", version: 2, title: "Old" }, { id: "b1", version: 3, title: "Same" }] });
    assert.equal(late.people.get("b1").title, "Cart");
  });

  test("a whole row of the same version counts: other rights show or hide the chat", () => {
    const known = peopleOf([onSite({ version: 5, ticket: "t1", number: 7 })]);
    const hidden = takeChange(known, { rows: [onSite({ version: 5 })] });
    assert.equal(hidden.people.get("b1").ticket, null);
    assert.equal(takeChange(known, { rows: [onSite({ version: 4 })] }).people.get("b1").ticket, "t1");
  });

  test("who comes arrives whole, who leaves is gone; a part of a stranger means that something was missed", () => {
    const first = takeChange(peopleOf([onSite()]), { rows: [onSite({ id: "b2" })], removed: ["b1", "never"] });
    assert.deepEqual([...first.people.keys()], ["b2"]);
    assert.ok(!first.isTorn);
    const torn = takeChange(first.people, { rows: [{ id: "b9", version: 4, title: "?" }] });
    assert.ok(torn.isTorn);
    assert.ok(!torn.people.has("b9"));
  });

  test("pages are told apart by their path, in letters that people read", () => {
    assert.equal(pageOf(onSite({ url: "https://shop.example/a?utm_source=x#y" })), "/a");
    assert.equal(pageOf(onSite({ url: "https://shop.example/%CE%B3%CE%B7" })), "/γη");
    assert.equal(pageOf(onSite({ url: "https://shop.example" })), "/");
    assert.equal(pageOf(onSite({ url: "" })), "/");
  });

  test("a face is drawn as on the server: CRC-32 of the id, letters of the name's own script", () => {
    // zlib.crc32(b"0190…") % 8 + 1 in Python
    assert.equal(faceOf(onSite({ visitor: "01900000-0000-7000-8000-000000000001" })).hue, 7);
    assert.equal(faceOf(onSite({ visitor: null, id: "01900000-0000-7000-8000-000000000002" })).hue, 5);
    const initials = (name) => faceOf(onSite({ name })).initials;
    assert.deepEqual(["", "ada b. lovelace", "김민준", "(?)", "nour"].map(initials), ["V", "AL", "김민", "?", "N"]);
    assert.equal(nameOf(onSite()), "Visitor");
  });

  test("devices are told apart by what one holds in one's hands", () => {
    const kinds = [["iPhone", "iOS 18"], ["SM-G991B", "Android 15"], ["iPad", "iOS 17"], ["Mac", "Mac OS X 10"], ["Other", "Windows 10"],
      ["Other", "Linux"], ["", ""]].map(([device, os]) => deviceKind(onSite({ device, os })));
    assert.deepEqual(kinds, ["phone", "phone", "tablet", "computer", "computer", "computer", ""]);
  });

  test("countries and money are written for the reader", () => {
    setLanguage("el");
    assert.equal(countryName("GR"), "Ελλάδα");
    setLanguage("en");
    assert.equal(countryName("GR"), "Greece");
    assert.equal(countryName("not a country"), "not a country");
    assert.equal(money(64, "EUR"), "€64.00");
    assert.equal(money(64, "?"), "64");
  });
});

describe("filters", () => {
  const rows = [
    onSite({ id: "a", country: "GR", state: "queued", name: "Νίκος", device: "iPhone", os: "iOS 18" }),
    onSite({ id: "b", country: "GR", city: "Athens", source: "Google" }),
    onSite({ id: "c", country: "", url: "https://shop.example/pay", with: "m1", state: "chatting", department: "d1" }),
  ];
  const ask = (change) => sift(rows, { ...NO_FILTER, ...change });

  test("nothing asked shows all, and everybody is counted once in each way", () => {
    const { rows: shown, counts } = ask({});
    assert.equal(shown.length, 3);
    for (const facet of Object.values(counts)) assert.equal([...facet.values()].reduce((sum, count) => sum + count, 0), 3);
    assert.deepEqual([...counts.country], [["GR", 2], [NONE, 1]]);
    assert.deepEqual([...counts.agent], [[NONE, 2], ["m1", 1]]);
  });

  test("what is unknown can be asked for as well", () => {
    assert.deepEqual(ids(ask({ country: NONE }).rows), ["c"]);
    assert.deepEqual(ids(ask({ department: NONE }).rows), ["a", "b"]);
  });

  test("a list goes on offering what its own filter hides, but not what the others hide", () => {
    const { rows: shown, counts } = ask({ country: "GR", state: "queued" });
    assert.deepEqual(ids(shown), ["a"]);
    assert.deepEqual([...counts.state], [["queued", 1], ["browsing", 1]]);
    assert.deepEqual([...counts.country], [["GR", 1]]);
    assert.deepEqual([...counts.device], [["phone", 1]]);
  });

  test("words are looked for everywhere, each of them, without accents and case", () => {
    assert.deepEqual(ids(ask({ q: "ΝΊΚ" }).rows), ["a"]);
    assert.deepEqual(ids(ask({ q: "goods athens" }).rows), ["b"]);
    assert.deepEqual(ids(ask({ q: "goods nobody" }).rows), []);
  });

  test("they live in the address", () => {
    const filter = { ...NO_FILTER, country: "GR", q: "a b" };
    assert.deepEqual(filterFrom(new URLSearchParams(paramsOf(filter))), filter);
    assert.ok(isFiltered(filter));
    assert.ok(!isFiltered(filterFrom(new URLSearchParams("view=mine"))));
  });

  test("the largest come first and the rest is one line", () => {
    const counts = new Map([["/b", 2], ["/a", 2], ["/c", 7], ["/d", 1]]);
    assert.deepEqual(ranked(counts, 2), { top: [["/c", 7], ["/a", 2]], others: 2, rest: 3 });
  });
});

describe("the order", () => {
  const at = (minute) => `2026-03-04T09:${String(minute).padStart(2, "0")}:00.000Z`;
  const waits = new Map([["t1", at(40)], ["t2", at(30)], ["t3", at(1)]]);

  test("who waits longest comes first, then chats, then by arrival", () => {
    const rows = [
      onSite({ id: "late", since: at(20) }), onSite({ id: "early", since: at(10) }), onSite({ id: "chat", state: "chatting", ticket: "t3" }),
      onSite({ id: "short", state: "queued", ticket: "t1" }), onSite({ id: "long", state: "queued", ticket: "t2" }),
      onSite({ id: "hidden", state: "queued" }),
    ];
    assert.deepEqual(ids(sorted(rows, USUAL_SORT, waits)), ["long", "short", "hidden", "chat", "early", "late"]);
    assert.equal(waitOf(rows[2], waits), "");
  });

  test("each column sorts both ways, and of whom it says nothing comes last either way", () => {
    const rows = [
      onSite({ id: "none", since: at(1), page_since: at(9) }),
      onSite({ id: "small", since: at(2), name: "bo", cart: { value: 9, currency: "EUR", count: 1 }, page_since: at(5) }),
      onSite({ id: "big", since: at(3), name: "Al", cart: { value: 80, currency: "EUR", count: 2 }, page_since: at(7) }),
    ];
    const by = (column, down) => ids(sorted(rows, { by: column, down }, waits, "en"));
    assert.deepEqual(by("cart", false), ["small", "big", "none"]);
    assert.deepEqual(by("cart", true), ["big", "small", "none"]);
    assert.deepEqual(by("who", false), ["big", "small", "none"]);
    assert.deepEqual(by("on_page", false), ["none", "big", "small"]);
    assert.deepEqual(by("on_page", true), ["small", "big", "none"]);
    assert.deepEqual(sortedBy(USUAL_SORT, "cart"), { by: "cart", down: false });
    assert.deepEqual(sortedBy({ by: "cart", down: false }, "cart"), { by: "cart", down: true });
  });

  test("nothing moves while it is held; it says how much would", () => {
    const [a, b, c] = ["a", "b", "c"].map((id, minute) => onSite({ id, since: at(minute) }));
    const before = arrange(EMPTY, [a, b, c], true, peopleOf([a, b, c]));
    assert.deepEqual(ids(before.items), ["a", "b", "c"]);
    const people = peopleOf([{ ...b, title: "New" }, { ...c, state: "queued" }, onSite({ id: "d" })]);
    const fresh = [people.get("c"), people.get("b"), people.get("d")];
    const held = arrange(before, fresh, true, people);
    assert.deepEqual(ids(held.items), ["a", "b", "c"]);
    assert.equal(held.items[1].title, "New");
    assert.deepEqual([...held.gone], ["a"]);
    assert.equal(held.moved, 4); // b and c change places, a left, d came
    assert.deepEqual(arrange(held, fresh, false, people), { items: fresh, gone: new Set(), moved: 0 });
  });

  test("what a browser remembers may be anything", () => {
    assert.deepEqual(columnsFrom(null), USUAL);
    assert.deepEqual(columnsFrom(["cart", "nonsense"]), ["who", "page", "cart", "state"]);
    assert.deepEqual(sortFrom({ by: "nonsense" }), USUAL_SORT);
    assert.deepEqual(sortFrom({ by: "cart", down: 1 }), { by: "cart", down: true });
  });
});

describe("columns", () => {
  const needs = (columns) => columns.reduce((sum, column) => sum + ROOM[column].width, 0);

  test("those that are missed least go first, and who, page and state never", () => {
    assert.deepEqual(fitting(COLUMNS, 5000), COLUMNS);
    for (const width of [1336, 1016, 700, 0]) {
      const left = fitting(COLUMNS, width);
      assert.ok(FIXED.every((column) => left.includes(column)));
      assert.deepEqual(left, COLUMNS.filter((column) => left.includes(column)));
      assert.ok(!width || needs(left) < width, `${width}`);
    }
    assert.deepEqual(fitting(COLUMNS, 0), FIXED);
    assert.ok(!fitting(COLUMNS, 1016).includes("department"));
    assert.ok(fitting(COLUMNS, 1016).includes("on_page"));
  });

  test("each has a track of the grid, and the actions have one more", () => {
    assert.equal(template(["who", "on_page"]), "minmax(168px, 1fr) 60px 68px");
  });
});

describe("a long list", () => {
  const view = { count: 1000, rowHeight: 50, height: 500 };

  test("draws what is in view and a little more", () => {
    assert.deepEqual(spanInView({ ...view, top: -300 }), { from: 0, to: 10 });
    assert.deepEqual(spanInView({ ...view, top: 5000 }), { from: 94, to: 116 });
    assert.deepEqual(spanInView({ ...view, top: 49_900 }), { from: 992, to: 1000 });
    assert.deepEqual(spanInView({ ...view, top: -9000 }), { from: 0, to: 0 });
    assert.deepEqual(spanInView({ ...view, count: 3, top: 4000 }), { from: 3, to: 3 });
  });

  test("keeps the row that has the focus, wherever it is, and every place has its room", () => {
    assert.deepEqual(piecesOf({ from: 2, to: 4 }, 10, -1), [{ gap: 2 }, { at: 2 }, { at: 3 }, { gap: 6 }]);
    assert.deepEqual(piecesOf({ from: 5, to: 6 }, 10, 1), [{ gap: 1 }, { at: 1 }, { gap: 3 }, { at: 5 }, { gap: 4 }]);
    assert.deepEqual(piecesOf({ from: 0, to: 1 }, 10, 9), [{ at: 0 }, { gap: 8 }, { at: 9 }]);
    for (const kept of [-1, 0, 3, 9]) {
      const room = piecesOf({ from: 3, to: 6 }, 10, kept).reduce((sum, piece) => sum + ("gap" in piece ? piece.gap : 1), 0);
      assert.equal(room, 10);
    }
  });
});

describe("the map", () => {
  const world = { size: [100, 50], countries: { GR: [10, 10, "M0,0z"], SG: [90, 30], DE: [5, 5, "M1,1z"] } };
  const places = placesOf({ countries: { GR: { "Thessaloníki": [11, 9] } } });

  test("shades grow by equal ratio and never repeat", () => {
    assert.deepEqual(scaleOf(0), []);
    assert.deepEqual(scaleOf(1), [1]);
    assert.deepEqual(scaleOf(22), [1, 2, 4, 7, 12]);
    assert.deepEqual(scaleOf(22).map((_, at) => stepsOf(scaleOf(22), 22)[at]), [[1, 1], [2, 3], [4, 6], [7, 11], [12, 22]]);
    assert.deepEqual([0, 1, 3, 22, 99].map((count) => shadeOf(count, scaleOf(22))), [0, 1, 2, 5, 5]);
  });

  test("a known city is a point; a country without an outline too; elsewhere only who waits", () => {
    const rows = [
      onSite({ country: "GR", city: "Thessaloniki" }), onSite({ country: "GR", city: "Thessaloniki", state: "queued" }),
      onSite({ country: "SG" }), onSite({ country: "DE", city: "Nowhere" }), onSite({ country: "" }),
    ];
    const [city, small, ...none] = pointsOf(spotsOf(rows, world, places), world);
    assert.deepEqual(city, { key: "GR Thessaloniki", country: "GR", city: "Thessaloniki", x: 11, y: 9, count: 2, waiting: 1 });
    assert.deepEqual([small.key, small.x, small.count], ["SG", 90, 1]);
    assert.deepEqual(none, []);
    const waiting = pointsOf(spotsOf([...rows, onSite({ country: "DE", state: "queued" })], world, places), world);
    assert.deepEqual(waiting.find((point) => point.key === "DE"), { key: "DE", country: "DE", city: "", x: 5, y: 5, count: 2, waiting: 1 });
  });

  test("most people are where the sum is largest, not where the largest point is", () => {
    const spot = (key, x, y, count) => ({ key, country: key, city: "", x, y, count, waiting: 0 });
    const spots = [spot("US", 400, 200, 10), spot("DE", 1000, 120, 6), spot("GR", 1100, 210, 6), spot("NZ", 1950, 700, 1)];
    assert.deepEqual(densest(spots, [2000, 870]).map(({ key }) => key), ["DE", "GR"]);
    assert.deepEqual(densest([], [2000, 870]), []);
  });

  test("it goes near to where people are, in its own proportions and never beyond its edges", () => {
    const size = [2000, 870];
    const isInside = ([x, y, width, height]) => x >= 0 && y >= 0 && x + width <= 2001 && y + height <= 871;
    assert.deepEqual(frameOf([], size), [0, 0, 2000, 870]);
    assert.deepEqual(frameOf([[50, 300], [1950, 300]], size), [0, 0, 2000, 870]);
    const europe = frameOf([[1000, 120], [1118, 210]], size);
    assert.ok(europe[2] < 1000 && isInside(europe), String(europe));
    assert.ok(Math.abs(europe[2] / europe[3] - 2000 / 870) < 0.02);
    const [x, y, width, height] = europe;
    for (const [px, py] of [[1000, 120], [1118, 210]]) assert.ok(px > x && px < x + width && py > y && py < y + height);
    for (const corner of [[0, 0], [2000, 870], [0, 870]]) assert.ok(isInside(frameOf([corner], size)));
  });

  test("a point stays large enough to hit and small enough to see others", () => {
    assert.ok(radiusOf(1, 1) >= 12);
    assert.ok(radiusOf(1, 5000) >= 12);
    assert.equal(radiusOf(5000, 5000), 32);
    assert.ok(radiusOf(500, 5000) < 20);
  });
});

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { currentPage, markTitle } from "../../../static/widget/loader/page.js";

const document = { title: "", hidden: false, referrer: "" };
Object.assign(globalThis, { document, location: { href: "https://shop.example/" } });

const look = (hidden) => {
  document.hidden = hidden;
  markTitle();
};

beforeEach(() => {
  Object.assign(document, { title: "Shop", hidden: false });
  markTitle(0);
});

test("the title counts what is unread while nobody looks, and is itself again afterwards", () => {
  markTitle(1);
  assert.equal(document.title, "Shop", "who looks sees the badge");
  look(true);
  assert.equal(document.title, "(1) Shop");
  markTitle(2);
  assert.equal(document.title, "(2) Shop");
  assert.equal(currentPage().title, "Shop", "the team is told the page's own title");
  look(false);
  assert.equal(document.title, "Shop");
  look(true);
  assert.equal(document.title, "(2) Shop");
  markTitle(0);
  assert.equal(document.title, "Shop", "read in another tab");
});

test("a page that changes its title keeps it", () => {
  look(true);
  markTitle(1);
  document.title = "Basket";
  look(false);
  assert.equal(document.title, "Basket");
  look(true);
  assert.equal(document.title, "(1) Basket");
  document.title = "Till";
  markTitle(0);
  assert.equal(document.title, "Till");
});

test("a page that counts by itself is not helped", () => {
  look(true);
  document.title = "(1) Shop";
  markTitle(1);
  assert.equal(document.title, "(1) Shop");
  document.title = "Shop";
  markTitle(0);
  assert.equal(document.title, "Shop");
});

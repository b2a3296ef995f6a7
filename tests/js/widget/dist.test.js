import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const root = new URL("../../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const weigh = (text) => gzipSync(text, { level: 9 }).length;

/** The words that the page carries, read from their source. */
function words() {
  const pairs = read("widget/texts.py").matchAll(/^ {4}"(\w+)": _\(\s*"((?:[^"\\]|\\.)*)"\s*\)/gm);
  return JSON.stringify(Object.fromEntries(Array.from(pairs, ([, key, text]) => [key, text])));
}

test("before the first click a shop carries at most 6.6 kB", () => {
  assert.ok(weigh(read("static/dist/widget.js")) <= 6600);
});

test("a page that may be followed carries 3.4 kB more, after everything else", () => {
  assert.ok(weigh(read("static/dist/browsing.js")) <= 3400);
});

test("a page on which somebody may be invited carries 14 KiB more", () => {
  assert.ok(weigh(read("static/dist/invitations.js")) <= 14 * 1024);
});

test("all that is needed to type is at most 30 kB, with its words; everything at most 43 kB", () => {
  const page = read("templates/widget/frame.html") + words();
  const first = [read("static/dist/widget.js"), read("static/dist/frame.js"), read("static/dist/frame.css"), page].map(
    weigh,
  );
  const sum = first.reduce((a, b) => a + b);
  assert.ok(words().length > 2000, "the words were found");
  assert.ok(sum <= 30_000, `${sum} bytes`);
  assert.ok(sum + weigh(read("static/dist/later.js")) <= 43_000);
});

test("nothing comes from elsewhere", () => {
  for (const name of readdirSync(new URL("static/dist", root))) {
    const urls = read(`static/dist/${name}`).match(/\b(?:https?|wss?):\/\/[^\s"'`)]+/g) ?? [];
    assert.deepEqual(
      urls.filter((url) => !url.startsWith("http://www.w3.org/")),
      [],
      name,
    );
  }
});

test("no eval, no HTML from strings, no inline style in the built files", () => {
  for (const name of ["widget.js", "frame.js", "later.js", "browsing.js", "invitations.js"]) {
    const text = read(`static/dist/${name}`);
    for (const bad of [
      "innerHTML",
      "insertAdjacentHTML",
      "document.write",
      "eval(",
      "new Function",
      'postMessage("*")',
      ',"*"',
      "document.cookie",
      "onmessage=window",
    ])
      assert.ok(!text.includes(bad), `${name}: ${bad}`);
  }
  assert.doesNotMatch(read("templates/widget/frame.html"), /\sstyle=|\son\w+=|<style/);
});

test("every word that the window says is in its list, and every listed word is used", () => {
  const files = readdirSync(new URL("static/widget", root), { recursive: true }).filter((name) => name.endsWith(".js"));
  const source = files.map((name) => read(`static/widget/${name}`)).join("\n");
  const all = Object.keys(JSON.parse(words()));
  const used = new Set(
    Array.from(source.matchAll(/"([a-z_]+)"|strings\.(\w+)|^\s*(\w+):/gm), (match) => match[1] ?? match[2] ?? match[3]),
  );
  assert.deepEqual(
    all.filter((key) => !used.has(key) && key !== "no_script"),
    [],
  );
  const asked = Array.from(source.matchAll(/(?:app\.text|\bt)\("([a-z_]+)"/g), (match) => match[1]);
  assert.deepEqual(
    asked.filter((key) => !all.includes(key)),
    [],
  );
});

test("static/dist is what the sources give", async (context) => {
  const builder = await import("../../../scripts/build-widget.mjs").catch(() => null);
  if (!builder) {
    console.warn("SKIPPED: static/dist was NOT compared with its sources: esbuild is missing (npm ci)");
    return context.skip("esbuild is not installed");
  }
  for (const { path, text } of await builder.buildInMemory())
    assert.ok(read(`static/dist/${basename(path)}`) === text, `${basename(path)} is stale: npm run build`);
});

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const STATIC = fileURLToPath(new URL("../../../static", import.meta.url));
const files = ["js/console", "js/lib", "vendor"].flatMap((folder) =>
  readdirSync(path.join(STATIC, folder), { recursive: true })
    .filter((name) => String(name).endsWith(".js"))
    .map((name) => path.join(STATIC, folder, String(name))));

/** What a module names, in its comments too: the storage that hashes file names follows both. @param {string} file */
function namedBy(file) {
  const found = readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g);
  return [...found].map((match) => path.resolve(path.dirname(file), match[1]));
}

const graph = new Map(files.map((file) => [file, namedBy(file)]));

test("every import names a file that is there", () => {
  assert.ok(files.length > 50);
  for (const [file, names] of graph) for (const name of names) assert.ok(existsSync(name), `${file} → ${name}`);
});

test("imports never go in a circle, or no file name could be made from its content", () => {
  /** @type {Map<string, "open"|"done">} */
  const state = new Map();
  const visit = (/** @type {string} */ file, /** @type {string[]} */ way) => {
    assert.notEqual(state.get(file), "open", [...way, file].map((name) => path.basename(name)).join(" → "));
    if (state.has(file)) return;
    state.set(file, "open");
    for (const next of graph.get(file) ?? []) visit(next, [...way, file]);
    state.set(file, "done");
  };
  for (const file of files) visit(file, []);
});

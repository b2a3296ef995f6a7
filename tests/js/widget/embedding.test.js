import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = new URL("../../../", import.meta.url);
const TYPES = fileURLToPath(new URL("docs/helpdesk.d.ts", root));
const guide = readFileSync(new URL("docs/embedding.md", root), "utf8");
const examples = Array.from(guide.matchAll(/^```js\n([\s\S]*?)^```/gm), ([, code]) => code);

/** @param {string} code @returns {Promise<string[] | null>} what TypeScript says of it as a shop's code; null: it is not installed */
async function complaints(code) {
  const ts = await import("typescript").then((module) => module.default, () => null);
  if (!ts) return null;
  const name = "/example.ts";
  const options = { noEmit: true, strict: true, types: [], lib: ["lib.es2022.d.ts", "lib.dom.d.ts"] };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === name || fileExists(path);
  host.getSourceFile = (path, language) =>
    path === name ? ts.createSourceFile(path, code, language) : getSourceFile.call(host, path, language);
  const program = ts.createProgram([name, TYPES], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

test("the examples of the guide fit the types that shops copy", async (context) => {
  assert.ok(examples.length >= 4, "they were found");
  for (const code of examples) {
    const said = await complaints(code);
    if (!said) return context.skip("typescript is not installed");
    assert.deepEqual(said, [], code);
  }
});

test("the types refuse what the chat does not know", async (context) => {
  for (const code of [
    'Helpdesk("explode");',
    'Helpdesk("set", { cart: { value: "much", currency: "EUR" } });',
    'Helpdesk("track", 7);',
    'Helpdesk("set", { attributes: { list: [] } });',
    'Helpdesk("convert", { value: 3 });',
    'Helpdesk("convert", { event: "order", id: 7 });',
    'Helpdesk("on", "unread", ({ number }) => number);',
  ]) {
    const said = await complaints(code);
    if (!said) return context.skip("typescript is not installed");
    assert.notDeepEqual(said, [], code);
  }
});

test("every call that the loader takes is in the guide and in the types", () => {
  const loader = readFileSync(new URL("static/widget/loader.js", root), "utf8");
  const verbs = /^const VERBS = \{\n([\s\S]*?)^\};/m.exec(loader)?.[1].matchAll(/^ {2}(\w+)[:,]/gm) ?? [];
  const names = Array.from(verbs, ([, name]) => name);
  assert.ok(names.includes("track") && names.includes("optout"), "they were found");
  const types = readFileSync(TYPES, "utf8");
  for (const name of names) {
    assert.match(guide, new RegExp(`"${name}"`), name);
    assert.match(types, new RegExp(`"${name}"`), name);
  }
});

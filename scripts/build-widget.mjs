/**
 * Builds static/dist from static/widget. The result is committed: nobody needs Node to run Helpdesk.
 *
 *     npm run build
 */

import { build, transform } from "esbuild";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A style sheet imported by a script becomes a short text in it. */
const styleAsText = {
  name: "style-as-text",
  setup: (/** @type {import("esbuild").PluginBuild} */ { onLoad }) =>
    onLoad({ filter: /(launcher|invitation)\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    }),
};

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
  target: ["es2022", "chrome111", "firefox121", "safari16.4"],
};
const parts = [
  {
    ...common,
    entryPoints: ["static/widget/loader.js"],
    outfile: "static/dist/widget.js",
    format: "iife",
    plugins: [styleAsText],
  },
  { ...common, entryPoints: ["static/widget/frame.js"], outfile: "static/dist/frame.js", format: "iife" },
  { ...common, entryPoints: ["static/widget/later.js"], outfile: "static/dist/later.js", format: "esm" },
  { ...common, entryPoints: ["static/widget/browsing.js"], outfile: "static/dist/browsing.js", format: "esm" },
  {
    ...common,
    entryPoints: ["static/widget/invitations.js"],
    outfile: "static/dist/invitations.js",
    format: "esm",
    plugins: [styleAsText],
  },
  { ...common, entryPoints: ["static/widget/css/frame.css"], outfile: "static/dist/frame.css" },
];

/** @returns {Promise<{path: string, text: string}[]>} what the sources give, without writing it */
export async function buildInMemory() {
  const results = await Promise.all(parts.map((part) => build({ ...part, write: false })));
  return results.flatMap(({ outputFiles }) => outputFiles.map(({ path, text }) => ({ path, text })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await Promise.all(parts.map((part) => build(part)));

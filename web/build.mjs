// SPDX-License-Identifier: MIT
// Builds the site into DIR/site.pack, the one file that the program carries: `node build.mjs DIR`.
//
// A pack is a table of contents - one line `NAME TYPE SIZE` per file - an empty line, and the files one after the other.
// Pages come under plain names, all else under names with a hash of the content, so that browsers may keep it for good.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) throw new Error("usage: node build.mjs DIR");

// The second is the page of a running exam: what it may weigh is in tests/e2e/site.test.mjs.
const PAGES = { site: "src/site.tsx", sit: "src/sit/main.tsx" };
const TYPES = { js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", svg: "image/svg+xml" };

const read = (path) => readFileSync(join(here, path), "utf8");

const built = await build({
  absWorkingDir: here,
  entryPoints: [...Object.entries(PAGES).map(([name, path]) => ({ in: path, out: name })), { in: "src/style.css", out: "style" }],
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  outdir: "/out",
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["chrome100", "firefox102", "safari15.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  minify: true,
  metafile: true,
  write: false,
  legalComments: "none",
  logLevel: "warning",
});

const files = built.outputFiles.map(({ path, contents }) => ({ name: basename(path), contents: Buffer.from(contents) }));
const icon = Buffer.from(read("src/icon.svg"));
files.push({ name: `icon-${createHash("sha256").update(icon).digest("hex").slice(0, 8).toUpperCase()}.svg`, contents: icon });

/** The file that was made of this entry, and the parts that it loads at once. */
function made(entry) {
  const [name, { imports }] = Object.entries(built.metafile.outputs).find(([, output]) => output.entryPoint === entry);
  return [name, ...imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path)].map((path) => basename(path));
}

function page(entry) {
  const [script, ...parts] = made(entry);
  const values = {
    icon: files.at(-1).name,
    style: made("src/style.css")[0],
    script,
    parts: parts.map((name) => `<link rel="modulepreload" href="/site/${name}">`).join("\n"),
  };
  return Buffer.from(read("src/page.html").replace(/\{(\w+)\}/g, (_, key) => values[key]));
}

/** The licences of every package of which something is in the pack. */
function licences() {
  const packages = new Set(Object.keys(built.metafile.inputs).map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean));
  return [...packages].sort().map((name) => {
    const { version, license } = JSON.parse(read(`node_modules/${name}/package.json`));
    return `${name} ${version} (${license})\n\n${read(`node_modules/${name}/LICENSE`).trim()}\n`;
  }).join("\n----\n\n");
}

const contents = files.map(({ name, contents }) => ({ name, type: TYPES[name.split(".").at(-1)], contents }));
for (const [name, entry] of Object.entries(PAGES)) {
  contents.push({ name: `${name}.html`, type: "text/html; charset=utf-8", contents: page(entry) });
}
contents.push({ name: "licenses.txt", type: "text/plain; charset=utf-8", contents: Buffer.from(licences()) });

const table = contents.map(({ name, type, contents }) => `${name} ${type.replace(" ", "")} ${contents.length}\n`).join("");
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "site.pack"), Buffer.concat([Buffer.from(`${table}\n`), ...contents.map((file) => file.contents)]));
for (const { name, contents: bytes } of contents) console.log(`${name.padEnd(24)} ${bytes.length} bytes, ${gzipSync(bytes).length} compressed`);

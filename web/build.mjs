// SPDX-License-Identifier: MIT
// Builds the site into DIR/site.pack, the one file that the program carries: `node build.mjs DIR`.
//
// A pack is a table of contents - one line `NAME TYPE SIZE` per file - an empty line, and the files one after the other.
// Pages come under plain names, all else under names with a hash of the content, so that browsers may keep it for good.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) throw new Error("usage: node build.mjs DIR");

// What the page of a running exam, sit, may weigh is in tests/e2e/site.test.mjs.
const PAGES = {
  site: "src/site.tsx", sit: "src/sit/main.tsx", staff: "src/staff/main.tsx", admin: "src/admin/main.tsx", dev: "src/dev/main.tsx",
  components: "src/components/main.tsx",
};
const STYLES = {
  site: "src/style.css", sit: "src/style.css", staff: "src/staff/staff.css", admin: "src/admin/admin.css", dev: "src/dev/dev.css",
  components: "src/staff/staff.css",
};
const NO_SCRIPT = '<p class="bare">These pages need JavaScript, and a browser of 2022 or later.</p>'
  + '<p class="bare" lang="hi">इन पृष्ठों के लिए JavaScript और 2022 या उसके बाद का ब्राउज़र चाहिए।</p>';
// The form of RFC 8058: whoever runs no scripts leaves a newsletter all the same.
const LEAVE = `<form class="bare" method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">
<button class="main">Leave this newsletter <span lang="hi">यह न्यूज़लेटर छोड़ें</span></button></form>`;
const FORMULAS = "src/formulas.css"; // with its fonts: where there is a formula
const TYPES = { js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", svg: "image/svg+xml", woff2: "font/woff2" };

const WORKER = "worker/worker.ts"; // under a plain name: browsers ask for it again by that

const read = (path) => readFileSync(join(here, path), "utf8");

/** Every browser that is served takes WOFF2; the two other forms of each font would only weigh. */
const onlyWoff2 = {
  name: "only-woff2",
  setup: ({ onLoad }) => onLoad({ filter: /katex\.min\.css$/ }, ({ path }) => ({
    contents: readFileSync(path, "utf8").replace(/,url\([^)]+\.(?:woff|ttf)\) format\("\w+"\)/g, ""), loader: "css" })),
};

const make = (options) => build({
  absWorkingDir: here,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  outdir: "/out",
  bundle: true,
  target: ["chrome100", "firefox102", "safari15.4"],
  minify: true,
  metafile: true,
  write: false,
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
  ...options,
});

/** The file that was made of this entry, and the parts that it loads at once. */
function made({ metafile }, entry) {
  const [name, { imports }] = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entry);
  return [name, ...imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path)].map((path) => basename(path));
}

const styles = await make({
  entryPoints: [...new Set([...Object.values(STYLES), FORMULAS])],
  loader: { ".woff2": "file" },
  plugins: [onlyWoff2],
});
const makeScripts = (names) => make({
  entryPoints: names.map((name) => ({ in: PAGES[name], out: name })),
  splitting: true,
  format: "esm",
  loader: { ".md": "text" },
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { FORMULA_STYLE: JSON.stringify(`/site/${made(styles, FORMULAS)[0]}`) }, // for src/shared/formulas.ts
});
// What candidates load depends on nothing that only the staff's pages share with it.
const scripts = {
  site: await makeScripts(["site", "sit"]), staff: await makeScripts(["staff", "admin"]), dev: await makeScripts(["dev"]),
  components: await makeScripts(["components"]),
};
scripts.sit = scripts.site;
scripts.admin = scripts.staff;

const worker = await make({ entryPoints: [WORKER], entryNames: "[name]" });

const builds = [styles, scripts.site, scripts.staff, scripts.dev, scripts.components, worker];
const outputs = new Map(builds.flatMap(({ outputFiles }) => outputFiles).map(({ path, contents }) => [basename(path), Buffer.from(contents)]));
const files = [...outputs].map(([name, contents]) => ({ name, contents }));
const icon = Buffer.from(read("src/icon.svg"));
files.push({ name: `icon-${createHash("sha256").update(icon).digest("hex").slice(0, 8).toUpperCase()}.svg`, contents: icon });

function page(name, withoutScript = NO_SCRIPT) {
  const [script, ...parts] = made(scripts[name], PAGES[name]);
  const values = {
    icon: files.at(-1).name,
    style: made(styles, STYLES[name])[0],
    script,
    withoutScript,
    parts: parts.map((name) => `<link rel="modulepreload" href="/site/${name}">`).join("\n"),
  };
  return Buffer.from(read("src/page.html").replace(/\{(\w+)\}/g, (_, key) => values[key]));
}

/** The licences of every package of which something is in the pack. */
function licences() {
  const inputs = builds.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const packages = new Set(inputs.map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean));
  return [...packages].sort().map((name) => {
    const { version, license } = JSON.parse(read(`node_modules/${name}/package.json`));
    const text = readdirSync(join(here, "node_modules", name)).find((file) => /^licen[cs]e/i.test(file));
    return `${name} ${version} (${license})\n\n${read(`node_modules/${name}/${text}`).trim()}\n`;
  }).join("\n----\n\n");
}

const contents = files.map(({ name, contents }) => ({ name, type: TYPES[name.split(".").at(-1)], contents }));
for (const name of Object.keys(PAGES)) {
  contents.push({ name: `${name}.html`, type: "text/html; charset=utf-8", contents: page(name) });
}
contents.push({ name: "leave.html", type: "text/html; charset=utf-8", contents: page("site", LEAVE) });
contents.push({ name: "licenses.txt", type: "text/plain; charset=utf-8", contents: Buffer.from(licences()) });

const table = contents.map(({ name, type, contents }) => `${name} ${type.replace(" ", "")} ${contents.length}\n`).join("");
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "site.pack"), Buffer.concat([Buffer.from(`${table}\n`), ...contents.map((file) => file.contents)]));
for (const { name, contents: bytes } of contents) console.log(`${name.padEnd(24)} ${bytes.length} bytes, ${gzipSync(bytes).length} compressed`);

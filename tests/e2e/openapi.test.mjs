// SPDX-License-Identifier: MIT
// /openapi.json as others see it: a validator, a generator of clients, and the client it makes.

import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Validator } from "@seriousme/openapi-schema-validator";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import { PASSWORD, startServer } from "./server.mjs";

const HERE = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
// Below node_modules, so that the compiled client finds its packages and nothing is left in the folder.
const WORK = join(HERE, "node_modules", `.generated-${process.pid}`);

const server = await startServer();
after(async () => {
  await server.stop();
  await rm(WORK, { recursive: true, force: true });
});
const description = await (await fetch(`${server.base}/openapi.json`)).json();

const operations = () => Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));

test("the description is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(description));
  assert.ok(valid, JSON.stringify(errors, null, 1));
  assert.equal(validator.version, "3.1");
});

test("Redocly's recommended rules find nothing", async () => {
  const config = await createConfig({ extends: ["recommended"] });
  const found = await lintFromString({ source: JSON.stringify(description), config });
  assert.deepEqual(found.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0].pointer}`), []);
});

test("every operation says what it is, answers something, and is named once", () => {
  const silent = operations().filter(({ operation }) => {
    const answers = Object.keys(operation.responses).filter((status) => status < 400);
    return !operation.summary || !operation.tags[0] || answers.length === 0;
  }).map(({ path, method }) => `${method} ${path}: give its route an Operation with tag, summary and answers`);
  assert.deepEqual(silent, []);
  const names = operations().map(({ operation }) => operation.operationId);
  assert.deepEqual(names.filter((name, at) => names.indexOf(name) !== at), []);
});

test("a client generated from the description compiles and plays the whole story", async () => {
  await mkdir(WORK, { recursive: true });
  await writeFile(join(WORK, "api.d.ts"), astToString(await openapiTS(structuredClone(description))));
  await copyFile(join(HERE, "generated_client.mts"), join(WORK, "generated_client.mts"));
  const options = ["--strict", "--noUncheckedIndexedAccess", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom",
    "--allowImportingTsExtensions", "--rewriteRelativeImportExtensions", "--skipLibCheck", "--types", "node"];
  execFileSync(process.execPath, [join(HERE, "node_modules/typescript/bin/tsc"), ...options, "generated_client.mts"],
    { cwd: WORK, stdio: ["ignore", "inherit", "inherit"] });
  const { walkThrough } = await import(pathToFileURL(join(WORK, "generated_client.mjs")));
  server.addAdmin("staff@example.org");
  await walkThrough(server.base, "staff@example.org", PASSWORD);
});

test("the site compiles against the types of the description", async () => {
  // Where web/tsconfig.json looks for them, and so does an editor afterwards.
  const types = join(HERE, "../../build/web-types");
  await mkdir(types, { recursive: true });
  await writeFile(join(types, "api.d.ts"), astToString(await openapiTS(structuredClone(description))));
  for (const project of ["web", "web/worker"]) {
    execFileSync(process.execPath, [join(HERE, "node_modules/typescript/bin/tsc"), "-p", join(HERE, "../..", project)],
      { stdio: ["ignore", "inherit", "inherit"] });
  }
});

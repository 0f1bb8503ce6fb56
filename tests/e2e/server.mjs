// SPDX-License-Identifier: MIT
// One `tripos serve` with a data folder of its own, on a free port.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** SQLite by the system's Python, since Node 18 has none. */
const QUERY = "import json, sqlite3, sys; print(json.dumps(sqlite3.connect(sys.argv[1]).execute(sys.argv[2], sys.argv[3:]).fetchall()))";

const BINARY = process.env.TRIPOS_BINARY ?? new URL("../../build/release/tripos", import.meta.url).pathname;

export const PASSWORD = "correct horse 7";

/** `settings` of the environment, `flags` of `tripos serve`. */
export async function startServer(settings = {}, flags = []) {
  const folder = await mkdtemp(join(tmpdir(), "tripos-e2e-"));
  const env = { PATH: process.env.PATH, DATA_DIR: join(folder, "data"), PORT: "0", ...settings };
  let running, log = "";
  const end = () => running.kill("SIGTERM");
  process.once("exit", end); // of a test that did not get as far as stop()
  const run = () => new Promise((resolve, reject) => {
    running = spawn(BINARY, ["serve", ...flags], { env });
    const read = (chunk) => {
      log += chunk;
      const said = log.match(/Server running on port (\d+)/);
      if (said) resolve(said[1]);
    };
    running.stdout.on("data", read);
    running.stderr.on("data", read);
    running.on("exit", (code) => reject(new Error(`tripos ended with ${code}:\n${log}`)));
  });
  const isOver = () => new Promise((resolve) => running.once("exit", resolve));
  const port = await run();
  return {
    base: `http://localhost:${port}`,
    /** What its private Redis answers, as text. */
    redis(...command) {
      const done = spawnSync("redis-cli", ["-s", join(env.DATA_DIR, "redis", "redis.sock"), ...command], { encoding: "utf8" });
      assert.equal(done.status, 0, done.stdout + done.stderr);
      return done.stdout.trim();
    },
    /** `tripos ...`, which must succeed. */
    command(...words) {
      const done = spawnSync(BINARY, words, { env, encoding: "utf8" });
      assert.equal(done.status, 0, done.stdout + done.stderr);
      return done.stdout;
    },
    /** What it has printed so far. */
    log: () => log,
    addAdmin(email) {
      const done = spawnSync(BINARY, ["user", "create", "--admin", "--email", email, "--name", "Staff", "--password-stdin"],
        { env, input: `${PASSWORD}\n`, encoding: "utf8" });
      assert.equal(done.status, 0, done.stdout + done.stderr);
    },
    /** The rows of the database that this query finds, each a list. */
    sql(query, ...values) {
      const done = spawnSync("/usr/bin/python3", ["-c", QUERY, join(folder, "data", "tripos.db"), query, ...values], { encoding: "utf8" });
      assert.equal(done.status, 0, done.stderr);
      return JSON.parse(done.stdout);
    },
    /** Ends it as a power cut does. */
    async crash() {
      const ended = isOver();
      running.kill("SIGKILL");
      await ended;
    },
    /** After a crash: again, at the same address and with what it had. */
    async again() {
      log = "";
      env.PORT = port;
      await run();
    },
    async stop() {
      if (running.exitCode === null && running.signalCode === null) {
        const ended = isOver();
        end();
        await ended;
      }
      process.removeListener("exit", end);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

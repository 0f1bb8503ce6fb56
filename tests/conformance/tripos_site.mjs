// SPDX-License-Identifier: MIT
// A real Tripos, a real relay, and what the suites that have them ask for. Everything goes away with `cleanUp`, newest first.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually } from './support.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.TRIPOS_BINARY ?? join(root, 'build/release/tripos');

const cleanups = [];
export const atTheEnd = (clean) => cleanups.push(clean);
export async function cleanUp() {
  for (const clean of cleanups.splice(0).reverse()) await clean();
}

export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `tripos-${name}-`));
  atTheEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function child(command, args, options) {
  const running = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
  const ended = new Promise((resolve) => running.once('exit', resolve));
  atTheEnd(() => {
    running.kill('SIGTERM');
    return ended;
  });
  running.output = '';
  for (const stream of [running.stdout, running.stderr]) stream.on('data', (chunk) => { running.output += chunk; });
  return running;
}

/** tests/support/smtp_server.py; `ask` sends one command. */
export async function startRelay() {
  const relay = child('/usr/bin/python3', [join(root, 'tests/support/smtp_server.py')], {});
  const answers = createInterface({ input: relay.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await answers.next()).value);
  const { port } = await next();
  return {
    url: `smtp://127.0.0.1:${port}`,
    ask(command) {
      relay.stdin.write(`${JSON.stringify(command)}\n`);
      return next();
    },
  };
}

/** A port at which nobody answers. Below those that the kernel gives away, so that no connection takes it before it is used. */
export async function deadPort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    const probe = createServer().listen(port, '127.0.0.1');
    const isFree = await new Promise((resolve) => probe.once('listening', () => resolve(true)).once('error', () => resolve(false)));
    if (isFree) {
      await new Promise((resolve) => probe.close(resolve));
      return port;
    }
  }
}

/** Tripos, and what the tests ask it in its folder. */
export async function startSite(settings) {
  const folder = temporaryFolder('page');
  const env = {
    PATH: process.env.PATH, PORT: '0', OUTBOX_RECONCILE_AFTER: '100', OUTBOX_RECONCILE_INTERVAL: '100', ...settings,
  };
  const server = child(binary, ['serve'], { cwd: folder, env });
  const port = await eventually('the server runs', () => server.output.match(/Server running on port (\d+)/)?.[1], 45_000);
  symlinkSync(join(root, 'tests/conformance/node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    node(program) {
      const done = spawnSync('node', ['--input-type=module', '-e', program], { cwd: folder, encoding: 'utf8' });
      assert.equal(done.status, 0, done.stderr);
      return done.stdout;
    },
    async signUp(email) {
      const body = JSON.stringify({ fullName: 'Asha Rao', email, password: 'correct horse 7' });
      const headers = { 'Content-Type': 'application/json' };
      assert.equal((await fetch(`http://127.0.0.1:${port}/api/auth/signup`, { method: 'POST', headers, body })).status, 201);
    },
    tripos(...words) {
      const done = spawnSync(binary, [...words, '--json'], { cwd: folder, env, encoding: 'utf8' });
      assert.equal(done.status, 0, done.stdout + done.stderr);
      return done.stdout;
    },
    log: () => server.output,
  };
}

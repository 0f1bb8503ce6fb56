// SPDX-License-Identifier: MIT
// A private redis-server, the C++ agent as a child process, and a few ways to wait. Each suite file starts its own server.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Redis from 'ioredis';
import { checkKeys } from './check_keys.mjs';
import { Gate } from './gate.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const agentBinary = process.env.QUEUE_AGENT
  ?? join(here, '../../build/release/tests/conformance/queue_agent');

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls until `check` gives something truthy, at most `limit` ms; fails with `what` otherwise. */
export async function eventually(what, check, limit = 10_000) {
  const deadline = Date.now() + limit;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`);
    await sleep(10);
  }
}

/** Whether no thread of the process runs any more. */
function standsStill(pid) {
  const states = readdirSync(`/proc/${pid}/task`).map((thread) => readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'));
  return states.every((state) => /\) [tTZX] /.test(state));
}

/** SIGSTOP reaches one thread, and the others when that one is scheduled: on a busy machine they work on for a while. */
async function stop(child) {
  child.kill('SIGSTOP');
  await eventually('all threads stand still', () => child.exitCode !== null || child.signalCode !== null || standsStill(child.pid));
}

/** A line-of-JSON conversation with a child process. */
class Peer {
  #child;
  #waiting = new Map();
  #next = 1;
  ended;

  constructor(command, args) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.on('error', () => {});
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (!line.startsWith('{"')) return;
      const answer = JSON.parse(line);
      const { resolve, reject } = this.#waiting.get(answer.id) ?? {};
      this.#waiting.delete(answer.id);
      if (answer.error) reject?.(new Error(answer.error));
      else resolve?.(answer.result);
    });
    this.ended.then(() => this.#waiting.forEach(({ reject }) => reject(new Error('peer ended'))));
  }

  call(call, fields = {}) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ id, call, ...fields })}\n`);
    });
  }

  /** SIGKILL: nothing is handed back. */
  async kill() {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** Until `thaw` it neither runs nor notices time. */
  async freeze() {
    await stop(this.#child);
  }

  thaw() {
    this.#child.kill('SIGCONT');
  }

  async end() {
    this.thaw();
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await this.ended;
    clearTimeout(timer);
  }
}

/** One redis-server with a queue per test, one version of BullMQ; everything opened here is closed by `close`. */
export class Site {
  #directory;
  #server;
  #counter = 0;
  #open = [];

  /** `packageName` and its module: the BullMQ of Node's side. */
  constructor(packageName, bullmq) {
    this.packageName = packageName;
    this.bullmq = bullmq;
  }

  async start() {
    if (!existsSync(agentBinary)) throw new Error(`no agent at ${agentBinary}: build it or set QUEUE_AGENT`);
    this.#directory = mkdtempSync(join(tmpdir(), 'tripos-conformance-'));
    this.socket = this.path('redis.sock');
    this.startServer();
    this.redis = new Redis({ path: this.socket, maxRetriesPerRequest: null, retryStrategy: () => 20 });
    this.redis.on('error', () => {});
    await this.redis.ping();
  }

  /** Every write is in its append-only file before it is answered, as far as the death of the process goes. */
  startServer() {
    const options = ['--port', '0', '--unixsocket', this.socket, '--save', '', '--appendonly', 'yes', '--dir', this.#directory,
      '--enable-debug-command', 'local'];
    this.#server = spawn('redis-server', options, { stdio: 'ignore' });
  }

  /** SIGKILL. */
  async killServer() {
    this.#server.kill('SIGKILL');
    await new Promise((resolve) => this.#server.once('exit', resolve));
  }

  async freezeServer() {
    await stop(this.#server);
  }

  thawServer() {
    this.#server.kill('SIGCONT');
  }

  async stop() {
    this.redis.disconnect();
    await this.killServer();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** A file of this site. */
  path(name) {
    return join(this.#directory, name);
  }

  get connection() {
    return { path: this.socket, maxRetriesPerRequest: null };
  }

  newName() {
    return `q${++this.#counter}`;
  }

  #keep(object, close) {
    object.on?.('error', () => {});
    this.#open.push(() => close(object));
    return object;
  }

  queue(name, options = {}) {
    return this.#keep(new this.bullmq.Queue(name, { connection: this.connection, ...options }), (q) => q.close());
  }

  async worker(name, processor, options = {}) {
    const worker = new this.bullmq.Worker(name, processor, { connection: this.connection, ...options });
    this.#keep(worker, (w) => w.close());
    await worker.waitUntilReady();
    return worker;
  }

  async events(name) {
    const events = new this.bullmq.QueueEvents(name, { connection: this.connection, lastEventId: '0-0' });
    this.#keep(events, (e) => e.close());
    await events.waitUntilReady();
    return events;
  }

  /** `socket`: a gate's, to come between them. */
  agent(name, socket = this.socket) {
    return this.#keep(new Peer(agentBinary, [`unix://${socket}`, name]), (a) => a.end());
  }

  async gate() {
    return this.#keep(await Gate.open(this.path(`gate${++this.#counter}.sock`), this.socket), (g) => g.close());
  }

  /** A Node worker in a process of its own, to be killed. */
  nodeWorkerProcess(name, options, packageName = this.packageName) {
    const script = join(here, 'node_worker.mjs');
    return this.#keep(
      new Peer(process.execPath, [script, packageName, this.socket, name, JSON.stringify(options)]), (a) => a.end());
  }

  /** Closes what the test opened, newest first. */
  async close() {
    for (const close of this.#open.splice(0).reverse()) await close();
  }

  /** What is inconsistent on the server, and then nothing is left there. Requires: close() was called. */
  async problems() {
    try {
      return await checkKeys(this.redis, 'bull');
    } finally {
      await this.redis.flushall();
    }
  }
}

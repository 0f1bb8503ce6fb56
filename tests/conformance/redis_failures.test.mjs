// SPDX-License-Identifier: MIT
// A Redis that dies, freezes, is full, forgets its scripts or is cut off while our workers are busy. Nothing is lost, and a job
// runs twice only when its lock was lost.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import * as bullmq from 'bullmq6';
import { assertAccounts } from './ledger.mjs';
import { Site, eventually, sleep } from './support.mjs';

const site = new Site('bullmq6', bullmq);

/** Two workers of ours that are busy with some jobs for a few seconds, and their accounts. */
class Load {
  constructor({ jobs = 2000, lock = 1000 } = {}) {
    this.name = site.newName();
    this.ledger = site.path(`${this.name}.ledger`);
    this.options = { concurrency: 10, lock, stalled: 400, drain: 300, maxStalled: 100, ledger: this.ledger };
    this.ids = Array.from({ length: jobs }, (_, i) => `job${i}`);
  }

  /** Some jobs take time, some fail once and have a second attempt for that, some have a priority or a delay. */
  job(i) {
    const fails = i % 7 === 0;
    const data = fails ? { do: 'fail', times: 1 } : { do: 'slow', ms: 1 + i % 20 };
    const opts = { jobId: this.ids[i], attempts: fails ? 2 : 1, priority: i % 3, delay: i % 5 === 0 ? 300 : 0 };
    return { name: 'job', data, opts };
  }

  async begin(socket) {
    this.workers = [site.agent(this.name, socket), site.agent(this.name, socket)];
    for (const worker of this.workers) await worker.call('work', this.options);
    this.adding = this.#add(site.agent(this.name, socket));
    await this.reached(this.ids.length / 10);
  }

  /** Adds with ids of one's own are repeated until they are answered. */
  async #add(agent) {
    for (let first = 0; first < this.ids.length; first += 100) {
      const jobs = this.ids.slice(first, first + 100).map((_, i) => this.job(first + i));
      await eventually('the jobs are taken', () => agent.call('addBulk', { jobs }).catch(() => false), 30_000);
    }
  }

  async completed() {
    return site.redis.zcard(`bull:${this.name}:completed`);
  }

  reached(count) {
    return eventually(`${count} jobs are completed`, async () => (await this.completed()) >= count, 60_000);
  }

  async end() {
    await this.adding;
    await this.reached(this.ids.length);
    for (const worker of this.workers) await worker.call('close');
    await assertAccounts(site.redis, this.name, this.ids, this.ledger);
  }
}

describe('failures of Redis', () => {
  before(() => site.start());
  afterEach(async () => {
    await site.close();
    assert.deepEqual(await site.problems(), []);
  });
  after(() => site.stop());

  test('Redis is killed and comes back with its append-only file (C145)', async () => {
    const load = new Load();
    await load.begin();
    for (const share of [0.3, 0.6]) {
      await load.reached(load.ids.length * share);
      await site.killServer();
      site.startServer();
    }
    await load.end();
  });

  test('Redis freezes for longer than the locks last (C145)', async () => {
    const load = new Load();
    await load.begin();
    await site.freezeServer();
    await sleep(1500);
    site.thawServer();
    await load.reached(load.ids.length / 2);
    await site.redis.call('DEBUG', 'SLEEP', '1.5');
    await load.end();
  });

  test('connections break in the middle of replies (C145)', async () => {
    const gate = await site.gate();
    const load = new Load();
    gate.cutsAfter = 40_000;
    await load.begin(gate.path);
    for (let i = 0; i < 20; ++i) {
      await sleep(50);
      gate.cutsAfter = 20_000 + 977 * i;
      gate.cut();
    }
    gate.cutsAfter = Infinity;
    await load.end();
  });

  test('requests are lost in the middle (C145)', async () => {
    const gate = await site.gate();
    const load = new Load();
    await load.begin(gate.path);
    for (let i = 0; i < 10; ++i) {
      await sleep(50);
      gate.holdsRequests = i % 2 === 0;
      gate.holdsReplies = !gate.holdsRequests;
      await sleep(20);
      gate.cut();
      gate.release();
    }
    await load.end();
  });

  test('connections fall silent without ending (C145)', async () => {
    const gate = await site.gate();
    const load = new Load();
    await load.begin(gate.path);
    const before = await load.completed();
    gate.deaden();
    // Not before the time-out of a command; long before anybody would look.
    await eventually('the workers go on', async () => (await load.completed()) > before + 100, 15_000);
    await load.end();
  });

  test('Redis has no memory left and evicts nothing (C145)', async () => {
    const load = new Load();
    await load.begin();
    const agent = site.agent(load.name);
    for (let i = 0; i < 3; ++i) {
      await site.redis.config('SET', 'maxmemory', '1');
      const once = { deduplication: { id: 'D' } };
      const flow = { name: 'parent', queueName: load.name, children: [{ name: 'child', queueName: load.name }] };
      const scheduler = { schedulerId: 's', repeat: { every: 60_000 }, template: { name: 'run' } };
      const adds = { add: {}, addBulk: { jobs: [{ name: 'job' }, { name: 'job', opts: once }] }, addFlow: { flow },
        upsertJobScheduler: scheduler };
      for (const [call, what] of Object.entries(adds)) await assert.rejects(agent.call(call, what), /maxmemory/, call);
      await sleep(300);
      await site.redis.config('SET', 'maxmemory', '0');
      await sleep(100);
    }
    await load.end();
  });

  test('the scripts are forgotten again and again (C144)', async () => {
    const load = new Load();
    await load.begin();
    while ((await load.completed()) < load.ids.length) {
      await site.redis.script('FLUSH');
      await sleep(2);
    }
    await load.end();
  });

  test('the clocks of the workers jump by an hour, forth and back (C145)', async () => {
    const load = new Load();
    await load.begin();
    for (const ms of [3_600_000, -3_600_000, 600_000, 0]) {
      for (const worker of load.workers) await worker.call('shiftClock', { ms });
      await sleep(150);
    }
    await load.end();
  });
});

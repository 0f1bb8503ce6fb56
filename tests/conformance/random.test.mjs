// SPDX-License-Identifier: MIT
// Many jobs, several workers, and a hand that kills and freezes them at random. The seed is printed; RANDOM_SEED repeats it as
// far as the machine's own timing allows.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import * as bullmq from 'bullmq6';
import { assertAccounts } from './ledger.mjs';
import { Site, eventually, sleep } from './support.mjs';

const site = new Site('bullmq6', bullmq);
const seed = Number(process.env.RANDOM_SEED ?? Date.now() % 1_000_000);
const limits = { lock: 1000, stalled: 500, maxStalled: 1000 };

/** A small generator of numbers below `n` (xorshift). */
function generator(state) {
  let x = state | 1;
  return (n) => {
    x ^= x << 13; x ^= x >>> 17; x ^= x << 5;
    return (x >>> 0) % n;
  };
}

class Run {
  /** `slow`: of a hundred jobs, how many take time, up to `ms`: what bounds how fast the run can be over. */
  constructor(jobs, { maxStalled = limits.maxStalled, slow = 3, ms = 50 } = {}) {
    this.maxStalled = maxStalled;
    this.slow = slow;
    this.ms = ms;
    this.random = generator(seed);
    this.name = site.newName();
    this.ledger = site.path(`${this.name}.ledger`);
    this.ids = Array.from({ length: jobs }, (_, i) => `${i + 1}`);
  }

  ours = () => {
    const agent = site.agent(this.name);
    return agent.call('work', { ...limits, maxStalled: this.maxStalled, concurrency: 50, ledger: this.ledger }).then(() => agent);
  };

  nodes = (packageName) => async () => site.nodeWorkerProcess(this.name, {
    concurrency: 20, lockDuration: limits.lock, stalledInterval: limits.stalled, maxStalledCount: this.maxStalled,
    ledger: this.ledger,
  }, packageName);

  /** Mostly nothing to do; some take time, fail, fail for good, wait or come first. */
  job() {
    if (this.random(100) < this.slow) return { data: { do: 'slow', ms: 1 + this.random(this.ms) } };
    const kind = this.random(100);
    if (kind < 3) return { data: { do: 'fail', times: 1 }, opts: { attempts: 2 } };
    if (kind < 8) return { data: { do: 'fail', times: 9 }, opts: { attempts: 2, backoff: 20 } };
    if (kind < 12) return { data: {}, opts: { priority: 1 + this.random(5) } };
    if (kind < 14) return { data: {}, opts: { delay: 1 + this.random(2000) } };
    return { data: {} };
  }

  async add() {
    // Every event is kept: they prove that each job ended once.
    await site.redis.hset(`bull:${this.name}:meta`, 'opts.maxLenEvents', '10000000');
    const agent = site.agent(this.name);
    for (let first = 0; first < this.ids.length; first += 5000) {
      const jobs = this.ids.slice(first, first + 5000).map(() => this.job());
      await agent.call('addBulk', { jobs });
    }
  }

  async ended() {
    const [completed, failed] = await Promise.all(
      ['completed', 'failed'].map((set) => site.redis.zcard(`bull:${this.name}:${set}`)));
    return completed + failed;
  }

  /** Kills one of the workers and starts another, or freezes it for longer than its locks last. */
  async disturb(workers, starters) {
    const at = this.random(workers.length);
    const victim = workers[at];
    if (this.random(4) === 0) {
      await victim.freeze();
      setTimeout(() => victim.thaw(), limits.lock + 200 + this.random(1000));
    } else {
      await victim.kill();
      workers[at] = await starters[at]();
    }
  }

  /** `starters`: what starts each of the workers. Returns how many were disturbed and how many jobs lost a lock. */
  async work(starters, pause) {
    const workers = await Promise.all(starters.map((start) => start()));
    const adding = this.add();
    const deadline = Date.now() + 240_000;
    let disturbed = 0;
    while (await this.ended() < this.ids.length) {
      assert.ok(Date.now() < deadline, `${await this.ended()} of ${this.ids.length} jobs ended`);
      await sleep(pause + this.random(pause));
      // The last jobs are left in peace, or the end would be a matter of luck.
      if (await this.ended() > this.ids.length * 0.95) continue;
      await this.disturb(workers, starters);
      disturbed += 1;
    }
    await adding;
    const recovered = await assertAccounts(site.redis, this.name, this.ids, this.ledger);
    return { disturbed, recovered };
  }
}

describe('random failures', () => {
  before(() => site.start());
  afterEach(async () => {
    await site.close();
    assert.deepEqual(await site.problems(), []);
  });
  after(() => site.stop());

  test('100,000 jobs and four workers of ours that die and freeze end exactly once (C147)', async (t) => {
    const run = new Run(100_000);
    const { disturbed, recovered } = await run.work([run.ours, run.ours, run.ours, run.ours], 200);
    t.diagnostic(`seed ${seed}: ${disturbed} workers killed or frozen, ${recovered} jobs recovered`);
    assert.ok(disturbed >= 5, `only ${disturbed} workers were disturbed`);
  });

  test('5,000 jobs and workers of ours, BullMQ 5 and 6 that die and freeze end exactly once (C147)', async (t) => {
    // By default a job that lost its worker twice fails. 90 slots need about two seconds for the slow ones.
    const run = new Run(5_000, { maxStalled: 1, slow: 60, ms: 120 });
    const starters = [run.ours, run.nodes('bullmq'), run.nodes('bullmq6')];
    const { disturbed, recovered } = await run.work(starters, 120);
    t.diagnostic(`seed ${seed}: ${disturbed} workers killed or frozen, ${recovered} jobs recovered`);
    assert.ok(disturbed >= 2, `only ${disturbed} workers were disturbed`);
  });
});

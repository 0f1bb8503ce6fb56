// SPDX-License-Identifier: MIT
// Workers of ours that die or freeze at any moment of a job. Nothing is lost, and a job runs twice only
// when its lock was lost.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import * as bullmq from 'bullmq6';
import { assertAccounts, readLedger } from './ledger.mjs';
import { Site, eventually, sleep } from './support.mjs';

// Short enough to wait for, long enough for a busy machine.
const quick = { lock: 1000, stalled: 400, drain: 300, maxStalled: 100 };

const site = new Site('bullmq6', bullmq);

/** A worker that dies or freezes with one job of its own, and another that takes over. */
class Takeover {
  async begin(data) {
    this.name = site.newName();
    this.ledger = site.path(`${this.name}.ledger`);
    this.gate = await site.gate();
    this.first = site.agent(this.name, this.gate.path);
    this.queue = site.queue(this.name);
    await this.first.call('work', { ...quick, ledger: this.ledger });
    await eventually('the worker waits', async () => String(await site.redis.client('LIST')).includes('cmd=bzpopmin'));
    this.data = data;
  }

  async add() {
    ({ id: this.id } = await this.queue.add('job', this.data));
  }

  recorded(what) {
    return eventually(`${what} in the ledger`, () => readLedger(this.ledger).get(this.id)?.[what]);
  }

  reached(state) {
    return eventually(state, async () => (await this.queue.getJobState(this.id)) === state);
  }

  /** When the lock expires, in ms: the one time that every renewal moves and nothing else. */
  lockEnd() {
    return site.redis.pexpiretime(`bull:${this.name}:${this.id}:lock`);
  }

  async takeOver() {
    this.second = site.agent(this.name);
    await this.second.call('work', { ...quick, ledger: this.ledger });
    await this.reached('completed');
  }
}

/** How far the first worker comes with its job, and how often the job is started when it ends there. */
const phases = {
  'waits for a job': {
    starts: 1, losesLock: false,
    bring: async () => {},
    afterwards: (it) => it.add(),
  },
  'fetches, before it hears of the job': {
    starts: 1, losesLock: true,
    bring: async (it) => {
      it.gate.holdsReplies = true;
      await it.add();
      await it.reached('active');
    },
  },
  'works': {
    starts: 2, losesLock: true,
    bring: async (it) => {
      await it.add();
      await it.recorded('starts');
    },
  },
  'renews its lock': {
    starts: 2, losesLock: true,
    lasts: 2000,  // beyond the first renewal, whenever that comes
    bring: async (it) => {
      await it.add();
      await it.recorded('starts');
      const before = await it.lockEnd();  // the answer to a renewal that is on its way is held as well: then no other follows
      it.gate.holdsReplies = true;
      await eventually('a renewal', async () => (await it.lockEnd()) > before);
    },
  },
  'finishes, before Redis hears of it': {
    starts: 2, losesLock: true,
    bring: async (it) => {
      await it.add();
      await it.recorded('starts');
      it.gate.holdsRequests = true;
      await it.recorded('ends');
    },
  },
  'finishes, before it hears of it': {
    starts: 1, losesLock: false,
    bring: async (it) => {
      await it.add();
      await it.recorded('starts');
      it.gate.holdsReplies = true;
      await it.reached('completed');
    },
  },
};

describe('failures of workers', () => {
  before(() => site.start());
  afterEach(async () => {
    await site.close();
    assert.deepEqual(await site.problems(), []);
  });
  after(() => site.stop());

  for (const [what, { bring, afterwards, starts, losesLock, lasts = 500 }] of Object.entries(phases)) {
    test(`a worker is killed while it ${what} (C043, C087)`, async () => {
      const it = new Takeover();
      await it.begin({ do: 'slow', ms: lasts });
      await bring(it);
      await it.first.kill();
      it.gate.cut();
      await afterwards?.(it);
      await it.takeOver();
      await assertAccounts(site.redis, it.name, [it.id], it.ledger);
      assert.equal(readLedger(it.ledger).get(it.id).starts, starts);
      assert.equal((await it.queue.getJob(it.id)).stalledCounter, losesLock ? 1 : 0);
    });

    test(`a worker freezes for longer than its lock while it ${what} (C043, C094)`, async () => {
      const it = new Takeover();
      await it.begin({ do: 'slow', ms: lasts });
      await bring(it);
      await it.first.freeze();
      it.gate.release();
      await afterwards?.(it);
      await it.takeOver();
      await it.second.call('close');
      it.first.thaw();
      const next = await it.queue.add('next', {});
      await eventually('the first one works again', async () => (await it.queue.getJobState(next.id)) === 'completed');
      await it.first.call('close');
      await assertAccounts(site.redis, it.name, [it.id, next.id], it.ledger);
      // On a busy machine the second one may lose a lock as well.
      const lostMore = (await it.queue.getJob(it.id)).stalledCounter - (losesLock ? 1 : 0);
      assert.ok(readLedger(it.ledger).get(it.id).starts <= starts + Math.max(lostMore, 0));
    });
  }

  test('a job that crashes its worker fails at its third start, and the others are worked (C089)', async () => {
    const name = site.newName();
    const queue = site.queue(name);
    const poison = await queue.add('poison', { do: 'crash' });
    const others = await queue.addBulk(Array.from({ length: 20 }, () => ({ name: 'good', data: {} })));
    const times = { lock: 500, stalled: 200, drain: 200 };
    let starts = 0;
    for (; (await queue.getJobState(poison.id)) !== 'failed'; ++starts) {
      const agent = site.agent(name);
      await agent.call('work', times);
      await Promise.race([agent.ended, eventually('failed', async () => (await queue.getJobState(poison.id)) === 'failed')]);
    }
    assert.equal((await queue.getJob(poison.id)).failedReason, 'job stalled more than allowable limit');
    assert.ok(starts <= 3, `${starts} workers were needed`);
    await eventually('the others are done', async () => (await queue.getCompletedCount()) === others.length);
  });

  test('a job added while the answer about the last one is on its way starts at once (C024)', async () => {
    const name = site.newName();
    const gate = await site.gate();
    const agent = site.agent(name, gate.path);
    const queue = site.queue(name);
    const ledger = site.path(`${name}.ledger`);
    const completed = (job, limit) =>
      eventually(`${job.name} is completed`, async () => (await queue.getJobState(job.id)) === 'completed', limit);
    await agent.call('work', { concurrency: 50, ledger });
    await completed(await queue.add('warm up', {}));  // the server knows the scripts
    const first = await queue.add('first', { do: 'slow', ms: 300 });
    await eventually('it starts', () => readLedger(ledger).get(first.id)?.starts);
    gate.holdsReplies = true;
    await completed(first);
    const second = await queue.add('second', {});
    await eventually('the marker is taken', async () => (await site.redis.zcard(`bull:${name}:marker`)) === 0);
    gate.release();
    await completed(second, 3000);
    await agent.call('close');
  });
});

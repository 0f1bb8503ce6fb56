// SPDX-License-Identifier: MIT
// How jobs end, come back and take turns when our worker has them, as Node sees it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './support.mjs';

export function finishingScenarios(site) {
  /** The fields of all events of a name, oldest first. */
  async function events(name, kind) {
    const entries = await site.redis.xrange(`bull:${name}:events`, '-', '+');
    return entries.map(([, fields]) => fields).filter((fields) => fields[1] === kind);
  }

  const started = async (name) => (await events(name, 'active')).map((fields) => fields[3]);

  async function ended(queue, count) {
    await eventually(`${count} ended`, async () => {
      const { completed, failed } = await queue.getJobCounts('completed', 'failed');
      return completed + failed === count;
    });
  }

  test('nothing returned reads as null (C019)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const { id } = await queue.add('a', { do: 'nothing' });
    await agent.call('work');
    await ended(queue, 1);
    assert.equal(await site.redis.hget(`bull:${name}:${id}`, 'returnvalue'), 'null');
    assert.equal((await queue.getJob(id)).returnvalue, null);
  });

  test('a job retried at once goes behind the waiting ones, a LIFO job before them (C066)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await queue.add('fails', { do: 'fail', times: 1 }, { attempts: 2, jobId: 'again' });
    await queue.add('b', {}, { jobId: 'b' });
    await queue.add('c', {}, { jobId: 'c' });
    await queue.add('fails', { do: 'fail', times: 1 }, { attempts: 2, jobId: 'lifo', lifo: true });
    await agent.call('work');
    await ended(queue, 4);
    assert.deepEqual(await started(name), ['lifo', 'lifo', 'again', 'b', 'c', 'again']);
  });

  test('a retried prioritized job goes behind its equals (C067)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await queue.add('fails', { do: 'fail', times: 1 }, { attempts: 2, jobId: 'again', priority: 2 });
    await queue.add('b', {}, { jobId: 'b', priority: 2 });
    await queue.add('c', {}, { jobId: 'c', priority: 3 });
    await agent.call('work');
    await ended(queue, 3);
    assert.deepEqual(await started(name), ['again', 'b', 'again', 'c']);
  });

  test('removeOnFail keeps what it says, by job and by worker (C079)', async () => {
    const rules = [
      ['true', true, {}, []],
      ['a number', 2, {}, ['3', '4']],
      ['a count', { count: 1 }, {}, ['4']],
      ['false', false, {}, ['1', '2', '3', '4']],
      ['-1 beats the worker', -1, { removeOnFail: { count: 1 } }, ['1', '2', '3', '4']],
      ['the worker', undefined, { removeOnFail: { count: 3 } }, ['2', '3', '4']],
      ['an age', { age: 3600, count: 2 }, {}, ['3', '4']],
    ];
    for (const [what, removeOnFail, worker, kept] of rules) {
      const name = site.newName();
      const agent = site.agent(name);
      const queue = site.queue(name);
      for (let i = 0; i < 4; ++i) await queue.add('a', { do: 'fatal' }, { removeOnFail });
      await agent.call('work', worker);
      await eventually('all failed', async () => (await events(name, 'failed')).length === 4);
      await agent.call('close');
      assert.deepEqual(await site.redis.zrange(`bull:${name}:failed`, 0, -1), kept, what);
      for (const id of ['1', '2', '3', '4']) {
        assert.equal(await site.redis.exists(`bull:${name}:${id}`), kept.includes(id) ? 1 : 0, `${what}: job ${id}`);
      }
    }
  });

  test('aged failures go with the next one (C077, C079)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await queue.add('old', { do: 'fatal' }, { jobId: 'old', removeOnFail: { age: 60 } });
    await agent.call('work');
    await ended(queue, 1);
    await agent.call('shiftClock', { ms: 61_000 });
    await queue.add('new', { do: 'fatal' }, { jobId: 'new', removeOnFail: { age: 60 } });
    await eventually('the new one failed', async () => (await queue.getJobState('new')) === 'failed');
    assert.deepEqual(await site.redis.zrange(`bull:${name}:failed`, 0, -1), ['new']);
    assert.equal(await site.redis.exists(`bull:${name}:old`), 0);
  });

  test('drained is told after the last job, and not while one is delayed (C080)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await queue.add('a', {});
    await queue.add('later', {}, { delay: 700 });
    await agent.call('work', { concurrency: 2 });
    await ended(queue, 1);
    assert.equal((await events(name, 'drained')).length, 0);
    await ended(queue, 2);
    await eventually('drained', async () => (await events(name, 'drained')).length === 1);
    const last = (await site.redis.xrevrange(`bull:${name}:events`, '+', '-', 'COUNT', 1))[0][1];
    assert.equal(last[1], 'drained');
  });

  test('the end of one job starts the next: completed, then active (C081)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    for (let i = 0; i < 3; ++i) await queue.add('a', {});
    await agent.call('work');
    await ended(queue, 3);
    const lines = (await site.redis.xrange(`bull:${name}:events`, '-', '+')).map(([, fields]) => fields)
      .filter((fields) => ['active', 'completed'].includes(fields[1])).map((fields) => `${fields[1]} ${fields[3]}`);
    assert.deepEqual(lines, ['active 1', 'completed 1', 'active 2', 'completed 2', 'active 3', 'completed 3']);
  });

  test('every worker has tokens of its own (C057)', async () => {
    const name = site.newName();
    const agents = [site.agent(name), site.agent(name)];
    const queue = site.queue(name);
    for (const agent of agents) await agent.call('work', { concurrency: 2 });
    for (let i = 0; i < 4; ++i) await queue.add('a', { do: 'slow', ms: 300 });
    await eventually('all active', async () => (await queue.getActiveCount()) === 4);
    const locks = await Promise.all(['1', '2', '3', '4'].map((id) => site.redis.get(`bull:${name}:${id}:lock`)));
    assert.ok(locks.every((token) => token && token !== '0'), `${locks}`);
    assert.ok(new Set(locks).size >= 2, `${locks}`);
    await ended(queue, 4);
    for (const agent of agents) await agent.call('close');
  });

  test('a rate limit holds for both sides together (C048, C049)', async () => {
    const name = site.newName();
    const queue = site.queue(name);
    const limiter = { max: 4, duration: 400 };
    const jobs = Array.from({ length: 16 }, () => ({ name: 'a', data: {} }));
    await queue.addBulk(jobs);
    await site.agent(name).call('work', { concurrency: 3, limiter });
    await site.worker(name, async () => 'Node', { concurrency: 3, limiter });
    await ended(queue, 16);
    const starts = (await queue.getCompleted(0, -1)).map((job) => job.processedOn).sort((a, b) => a - b);
    // A window begins with its first start; the clock of the server and ours may differ by a tick.
    for (let i = 4; i < 16; i += 4) assert.ok(starts[i] - starts[i - 4] >= 390, `${starts.map((at) => at - starts[0])}`);
  });

  test('one marker for two jobs wakes both sides (C053)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await agent.call('work');
    await site.worker(name, async () => 'Node');
    await eventually('both wait', async () =>
      String(await site.redis.client('LIST')).split('cmd=bzpopmin').length === 3);
    await agent.call('addBulk', { jobs: [1, 2].map(() => ({ data: { do: 'slow', ms: 1500 } })) });
    const begin = Date.now();
    await eventually('both started', async () => (await started(name)).length === 2);
    assert.ok(Date.now() - begin < 500);
    await ended(queue, 2);
  });

  for (const [dies, fails] of [['ours', 'Node'], ['Node', 'ours']]) {
    test(`${fails} fails a job that stalled twice when ${dies} died (C089)`, async () => {
      const name = site.newName();
      const queue = site.queue(name);
      const times = { lock: 300, stalled: 150, drain: 200 };
      const nodeTimes = { lockDuration: times.lock, stalledInterval: times.stalled };
      const job = await queue.add('a', { do: 'slow', ms: 60_000 });
      for (let death = 0; death < 2; ++death) {
        const victim = dies === 'ours' ? site.agent(name) : site.nodeWorkerProcess(name, nodeTimes);
        if (dies === 'ours') await victim.call('work', times);
        await eventually('started', async () => Number(await site.redis.hget(`bull:${name}:${job.id}`, 'ats')) === death + 1);
        await victim.kill();
      }
      let runs = 0;
      if (fails === 'ours') await site.agent(name).call('work', times);
      else await site.worker(name, async () => { ++runs; }, nodeTimes);
      await eventually('failed', async () => (await queue.getJobState(job.id)) === 'failed');
      const failed = await queue.getJob(job.id);
      assert.equal(failed.failedReason, 'job stalled more than allowable limit');
      assert.equal(failed.attemptsMade, 1);
      assert.equal(runs, 0);
      assert.equal(await site.redis.hexists(`bull:${name}:${job.id}`, 'defa'), 0);
    });
  }
}

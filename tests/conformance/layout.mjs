// SPDX-License-Identifier: MIT
// What lies in Redis after an add or a whole life of a job, field by field.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './support.mjs';

/** Every key of a queue with a comparable value; what depends on time or on the side that wrote it is left out. */
async function everyField(redis, name, id) {
  return redis.hgetall(`bull:${name}:${id}`);
}

export function layoutScenarios(site) {
  test('a job without data has an empty object, and ours gets one from Node (C013)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const id = await agent.call('add', { name: 'bare' });
    assert.equal(await site.redis.hget(`bull:${name}:${id}`, 'data'), '{}');
    const { id: theirs } = await site.queue(name).add('bare');
    await agent.call('work');
    await eventually('completed', async () => (await agent.call('getState', { jobId: theirs })) === 'completed');
    assert.deepEqual((await agent.call('getJob', { jobId: theirs })).returnvalue, { by: 'tripos', data: {} });
  });

  test('options travel under their short names, and Node shows the long ones (C015)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const given = {
      plain: { keepLogs: 5, stackTraceLimit: 2, sizeLimit: 1000, attempts: 3, lifo: true, removeOnFail: true,
        removeOnComplete: { age: 3600, count: 100 }, backoff: { type: 'exponential', delay: 1000, jitter: 0.5 } },
      deduplicated: { deduplication: { id: 'D', ttl: 60_000 } },
      fails: { failParentOnFailure: true },
      continues: { continueParentOnFailure: true },
      ignores: { ignoreDependencyOnFailure: true },
      removes: { removeDependencyOnFailure: true },
    };
    const short = { keepLogs: 'kl', deduplication: 'de', failParentOnFailure: 'fpof', continueParentOnFailure: 'cpof',
      ignoreDependencyOnFailure: 'idof', removeDependencyOnFailure: 'rdof' };
    for (const [jobName, opts] of Object.entries(given)) {
      const id = await agent.call('add', { name: jobName, opts });
      const stored = JSON.parse(await site.redis.hget(`bull:${name}:${id}`, 'opts'));
      const job = await queue.getJob(id);
      for (const [option, value] of Object.entries(opts)) {
        assert.deepEqual(job.opts[option], value, option);
        assert.deepEqual(stored[short[option] ?? option], value, option);
      }
    }
  });

  test('the flags of a parent are written only when they are set (C017)', async () => {
    const [name, above] = [site.newName(), site.newName()];
    const agent = site.agent(name);
    await site.queue(above).add('parent', {}, { jobId: 'P' });
    await site.queue(above).pause();
    const parent = { id: 'P', queue: `bull:${above}` };
    const plain = await agent.call('add', { opts: { parent } });
    const flagged = await agent.call('add', { opts: { parent, failParentOnFailure: true } });
    const field = async (id, what) => site.redis.hget(`bull:${name}:${id}`, what);
    assert.deepEqual(JSON.parse(await field(plain, 'parent')), { id: 'P', queueKey: `bull:${above}` });
    assert.deepEqual(JSON.parse(await field(flagged, 'parent')), { id: 'P', queueKey: `bull:${above}`, fpof: true });
    assert.equal(await field(plain, 'parentKey'), `bull:${above}:P`);
  });

  test('a child needs a parent that is there, and keeps it (C035, C036, C041)', async () => {
    const [name, above] = [site.newName(), site.newName()];
    const agent = site.agent(name);
    const parents = site.queue(above);
    for (const jobId of ['P', 'Q']) await parents.add('parent', {}, { jobId });
    const below = (id, more = {}) => ({ opts: { parent: { id, queue: `bull:${above}` }, ...more } });
    await assert.rejects(agent.call('add', below('nobody')));
    assert.deepEqual(await site.redis.keys(`bull:${name}:[^m]*`), []);
    await agent.call('add', below('P', { jobId: 'child' }));
    const before = await site.redis.xlen(`bull:${name}:events`);
    await assert.rejects(agent.call('add', below('Q', { jobId: 'child' })));
    assert.equal(await site.redis.xlen(`bull:${name}:events`), before);
    assert.equal(await site.redis.hget(`bull:${name}:child`, 'parentKey'), `bull:${above}:P`);
    assert.deepEqual(await site.redis.smembers(`bull:${above}:Q:dependencies`), []);
    await parents.drain();
  });

  test('numbers are plain decimals through a whole life (C022)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    await agent.call('add', { data: { do: 'fail', times: 1 }, opts: { attempts: 2, backoff: 20, delay: 10, priority: 7 } });
    await agent.call('add', { data: { do: 'fatal' } });
    await agent.call('work', { name: 'w' });
    await eventually('both ended', async () => {
      const { completed, failed } = await agent.call('counts');
      return completed === 1 && failed === 1;
    });
    await agent.call('close');
    for (const id of ['1', '2']) {
      const fields = await everyField(site.redis, name, id);
      for (const field of ['timestamp', 'delay', 'priority', 'processedOn', 'finishedOn', 'atm', 'ats']) {
        assert.match(fields[field], /^-?[0-9]+$/, field);
      }
    }
    for (const key of ['id', 'pc']) {
      const value = await site.redis.get(`bull:${name}:${key}`);
      if (value !== null) assert.match(value, /^[0-9]+$/);
    }
  });

  test('a thousand of ours in one call are consecutive, announced and drained by Node (C040)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const jobs = Array.from({ length: 1000 }, (_, i) => ({ name: `job ${i}`, data: { i } }));
    assert.deepEqual(await agent.call('addBulk', { jobs }), jobs.map((_, i) => `${i + 1}`));
    const events = await site.redis.xrange(`bull:${name}:events`, '-', '+');
    for (const kind of ['added', 'waiting']) assert.equal(events.filter(([, fields]) => fields[1] === kind).length, 1000);
    const order = [];
    await site.worker(name, async (job) => { order.push(job.data.i); }, { concurrency: 20 });
    await eventually('drained', () => order.length === 1000);
    assert.deepEqual(order, jobs.map((_, i) => i));
  });

  test('the stream of events stays near its limit under our load (C082)', async () => {
    const name = site.newName();
    const queue = site.queue(name, { streams: { events: { maxLen: 100 } } });
    await queue.waitUntilReady();
    const agent = site.agent(name);
    await agent.call('work', { concurrency: 20 });
    let longest = 0;
    for (let round = 0; round < 10; ++round) {
      await agent.call('addBulk', { jobs: Array.from({ length: 200 }, () => ({})) });
      longest = Math.max(longest, await site.redis.xlen(`bull:${name}:events`));
    }
    await eventually('all done', async () => (await queue.getCompletedCount()) === 2000);
    await agent.call('close');
    // Redis cuts whole nodes of 100 entries, and a batch of events comes at once.
    assert.ok(await site.redis.xlen(`bull:${name}:events`) <= 400, `${await site.redis.xlen(`bull:${name}:events`)} events`);
    assert.ok(longest < 2000, `${longest} events`);
  });

  if ('removeOrphanedJobs' in site.bullmq.Queue.prototype) {
    test('Node\'s hunt for orphans takes nothing of ours (C010)', async () => {
      const name = site.newName();
      const agent = site.agent(name);
      const queue = site.queue(name);
      await agent.call('add', { data: { do: 'slow', ms: 400 } });
      await agent.call('add', { opts: { delay: 200 } });
      await agent.call('add', { opts: { priority: 2 } });
      await agent.call('add', { data: { do: 'fatal' } });
      await agent.call('work', { name: 'w', limiter: { max: 100, duration: 1000 } });
      await eventually('active', async () => (await queue.getActiveCount()) === 1);
      const before = (await site.redis.keys(`bull:${name}:*`)).sort();
      assert.equal(await queue.removeOrphanedJobs(), 0);
      assert.deepEqual(before.filter((key) => !/:(events|marker|limiter)$/.test(key)).filter((key) => !before.includes(key)), []);
      await eventually('all end', async () => {
        const { completed, failed } = await agent.call('counts');
        return completed === 3 && failed === 1;
      });
      await agent.call('close');
    });
  }
}

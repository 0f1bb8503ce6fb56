// SPDX-License-Identifier: MIT
// Jobs that no library would write: broken, foreign, corrupt. Each ends with a reason or is worked as well as it can be; it
// disturbs neither the worker nor the jobs beside it.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import * as bullmq from 'bullmq6';
import { Site, eventually } from './support.mjs';

const site = new Site('bullmq6', bullmq);
const whole = { name: 'foreign', data: '{"do":"echo"}', opts: '{"attempts":1}', timestamp: '1700000000000', delay: '0', priority: '0' };
const fails = { ...whole, data: '{"do":"fail"}' };

/**
 * What the job's hash has (null: there is none), what else `spoil` does, the state it ends in (null: gone) and the reason if it
 * fails.
 */
const jobs = {
  'data that is no JSON': { hash: { ...whole, data: '{"do":' }, ends: 'failed', reason: /not valid JSON/ },
  'data that is empty': { hash: { ...whole, data: '' }, ends: 'failed', reason: /not valid JSON/ },
  'data that is not UTF-8': { hash: { ...whole, data: Buffer.from([0x22, 0xff, 0xfe, 0x22]) }, ends: 'failed', reason: /not valid JSON/ },
  'data a thousand levels deep': { hash: { ...whole, data: '['.repeat(1000) + ']'.repeat(1000) }, ends: 'failed', reason: /not valid JSON/ },
  'data of 1 MB': { hash: { ...whole, data: JSON.stringify({ do: 'nothing', text: 'é'.repeat(500_000) }) }, ends: 'completed' },
  'no data': { hash: { name: 'foreign' }, ends: 'completed' },
  'options that are no JSON': { hash: { ...whole, opts: '{"attempts":' }, ends: 'completed' },
  'options of other types': {
    hash: { ...whole, opts: '{"attempts":"many","backoff":[],"removeOnComplete":"x","kl":{},"lifo":3,"stackTraceLimit":"a","parent":7,"de":[]}' },
    ends: 'completed',
  },
  'unknown options and fields': { hash: { ...whole, opts: '{"attempts":1,"future":{"a":[1]}}', version: '99', extra: 'x' }, ends: 'completed' },
  'numbers that are none': {
    hash: { ...whole, timestamp: 'yesterday', delay: 'soon', priority: 'high', atm: 'abc', ats: '-', stc: '?' }, ends: 'completed',
  },
  'numbers beyond all bounds': {
    hash: { ...whole, timestamp: '1e300', delay: '-99999999999999999999', priority: '99999999999999999999', atm: '1e18', ats: '99999999999999999999' },
    ends: 'completed',
  },
  'a retry with a priority that is none': { hash: { ...fails, opts: '{"attempts":2}', priority: 'high' }, ends: 'failed', reason: /as told/ },
  'a retry with a priority beyond all bounds': {
    hash: { ...fails, opts: '{"attempts":2}', priority: '1e300' }, ends: 'failed', reason: /as told/,
  },
  'a backoff nobody knows': { hash: { ...fails, opts: '{"attempts":2,"backoff":{"type":"lunar","delay":1}}' }, ends: 'failed', reason: /as told/ },
  'a stack trace that is none': { hash: { ...fails, stacktrace: '{' }, ends: 'failed', reason: /as told/ },
  'a progress and a value that are no JSON': { hash: { ...whole, progress: '{', returnvalue: '{' }, ends: 'completed' },
  'a parent that is no JSON': {
    hash: { ...whole, parent: '{', parentKey: 'bull:elsewhere:1' }, ends: 'completed',
  },
  'a parent that is no JSON, when it fails': {
    hash: { ...fails, parent: '{', parentKey: 'bull:elsewhere:1' }, ends: 'failed', reason: /as told/,
  },
  'a parent key that is no job key': { hash: { ...whole, parent: '{"id":"1","queueKey":"bull:x"}', parentKey: 'nonsense' }, ends: 'completed' },
  'a parent that is no job': {
    hash: { ...whole, parent: '{"id":"1","queueKey":"bull:other"}', parentKey: 'bull:other:1' }, ends: 'completed',
    spoil: (redis) => redis.multi().set('bull:other:1', 'text').set('bull:other:1:dependencies', 'text').exec(),
  },
  'the run of a scheduler that is gone': { hash: { ...whole, rjk: 'gone', opts: '{"repeat":{"every":"often"}}' }, ends: 'completed' },
  'a deduplication key of another type': {
    hash: { ...whole, deid: 'd' }, ends: 'completed', spoil: (redis, base) => redis.rpush(`${base}de:d`, 'x'),
  },
  'a lock of another type': { hash: whole, ends: 'completed', spoil: (redis, base, id) => redis.rpush(`${base}${id}:lock`, 'x') },
  'logs of another type': {
    hash: { ...whole, data: '{"do":"report","lines":["a"],"progress":1}' }, ends: 'failed', reason: /WRONGTYPE/,
    spoil: (redis, base, id) => redis.set(`${base}${id}:logs`, 'x'),
  },
  'children of another type': {
    hash: whole, ends: 'failed', reason: /stalled more than/, spoil: (redis, base, id) => redis.set(`${base}${id}:dependencies`, 'x'),
  },
  'failed children of another type': {
    hash: whole, ends: 'failed', reason: /stalled more than/, spoil: (redis, base, id) => redis.set(`${base}${id}:unsuccessful`, 'x'),
  },
  'no hash at all': { hash: null, ends: null },
  'a hash without a name': { hash: { data: '{}' }, ends: null },
  'a key that is no hash': { hash: null, ends: null, spoil: (redis, base, id) => redis.set(base + id, 'x') },
};

describe('foreign jobs', () => {
  before(() => site.start());
  // What was broken on purpose is not consistent; the fields of the job say what came of it.
  afterEach(async () => {
    await site.close();
    await site.redis.flushall();
  });
  after(() => site.stop());

  for (const [what, { hash, spoil, ends, reason }] of Object.entries(jobs)) {
    test(`a worker lives with ${what} (C143)`, async () => {
      const name = site.newName();
      const base = `bull:${name}:`;
      const id = 'a "strange" id';
      const queue = site.queue(name);
      const agent = site.agent(name);
      if (hash) await site.redis.hset(base + id, hash);
      await spoil?.(site.redis, base, id);
      const before = await queue.add('before', {});
      await site.redis.lpush(`${base}wait`, id);
      const behind = await queue.add('behind', {});
      await agent.call('work', { concurrency: 3, lock: 500, stalled: 200, drain: 100 });
      for (const job of [before, behind]) {
        await eventually('its neighbours are worked', async () => (await queue.getJobState(job.id)) === 'completed');
      }
      await eventually(`it ends ${ends}`, async () => (await queue.getJobState(id)) === (ends ?? 'unknown'));
      if (reason) assert.match(await site.redis.hget(base + id, 'failedReason'), reason);
      if (hash?.extra) assert.equal(await site.redis.hget(base + id, 'extra'), hash.extra);
      const next = await agent.call('add', {});
      await eventually('the worker lives', async () => (await queue.getJobState(next)) === 'completed');
      await agent.call('close');
      assert.equal(await site.redis.llen(`${base}active`), 0);
      assert.deepEqual(await site.redis.keys(`${base}*:lock`), []);
    });
  }

  test('a stalled job whose counter is no number is put back, and so are the others (C143)', async () => {
    const name = site.newName();
    const base = `bull:${name}:`;
    const queue = site.queue(name);
    for (const id of ['a', 'b', 'c']) {
      await site.redis.multi().hset(base + id, { ...whole, stc: id === 'b' ? 'often' : '0' }).lpush(`${base}active`, id)
        .sadd(`${base}stalled`, id).exec();
    }
    const agent = site.agent(name);
    await agent.call('work', { lock: 1000, stalled: 100, drain: 100 });
    await eventually('all end', async () => (await queue.getCompletedCount()) === 3);
  });

  test('a delayed id without a job leaves nothing behind (C052)', async () => {
    const name = site.newName();
    const queue = site.queue(name);
    await site.redis.zadd(`bull:${name}:delayed`, 1, 'ghost');
    const agent = site.agent(name);
    await agent.call('work', { drain: 100 });
    const job = await queue.add('a', {}, { delay: 1 });
    await eventually('it is worked', async () => (await queue.getJobState(job.id)) === 'completed');
    await agent.call('close');
    assert.equal(await site.redis.exists(`bull:${name}:ghost`), 0);
    assert.deepEqual(await site.problems(), []);
  });

  test('settings that are none are as if they were not there (C143)', async () => {
    for (const length of ['10.5', '-1', 'long', '']) {
      const name = site.newName();
      await site.redis.hset(`bull:${name}:meta`, { concurrency: 'many', max: 'x', duration: 'y', version: '?', 'opts.maxLenEvents': length });
      const agent = site.agent(name);
      await agent.call('work', { drain: 100 });
      const id = await agent.call('add', {});
      await eventually(`it works with ${length} events`, async () => (await agent.call('getState', { jobId: id })) === 'completed');
      await agent.call('close');
    }
  });

  test('collections of another type stop the queue only until they are mended (C143)', async () => {
    for (const key of ['wait', 'active', 'prioritized', 'delayed', 'completed', 'events', 'marker', 'meta', 'stalled', 'limiter', 'pc']) {
      const name = site.newName();
      const agent = site.agent(name);
      await site.redis.set(`bull:${name}:${key}`, 'x');
      await agent.call('work', { lock: 500, stalled: 100, drain: 100 });
      await agent.call('add', {}).catch(() => {});
      await site.redis.del(`bull:${name}:${key}`);
      const id = await agent.call('add', { name: key });
      const queue = site.queue(name);
      await eventually(`it works again after ${key}`, async () => (await queue.getJobState(id)) === 'completed');
      await agent.call('close');
    }
  });
});

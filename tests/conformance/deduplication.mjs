// SPDX-License-Identifier: MIT
// One deduplication id, adds and ends by either side.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './support.mjs';

export function deduplicationScenarios(site) {
  /** Both producers of one queue, asked alike: `add` gives the id. */
  function producers() {
    const name = site.newName();
    const [agent, queue] = [site.agent(name), site.queue(name)];
    const ours = (opts, data = {}) => agent.call('add', { name: 'a', data, opts });
    const theirs = async (opts, data = {}) => (await queue.add('a', data, opts)).id;
    return { name, agent, queue, ours, theirs, owner: () => site.redis.get(`bull:${name}:de:D`) };
  }

  const both = [['we', 'Node'], ['Node', 'we']];
  const pick = (made, who) => (who === 'we' ? made.ours : made.theirs);

  test('simple: the first of either side stands in the way of both (C116)', async () => {
    for (const [first, second] of both) {
      const made = producers();
      const opts = { deduplication: { id: 'D' } };
      const events = await site.events(made.name);
      const heard = new Promise((resolve) => { events.on('deduplicated', resolve); });
      assert.equal(await pick(made, first)(opts), '1');
      assert.equal(await pick(made, second)(opts), '1');
      const { jobId, deduplicationId, deduplicatedJobId } = await heard;
      assert.deepEqual({ jobId, deduplicationId, deduplicatedJobId }, { jobId: '1', deduplicationId: 'D', deduplicatedJobId: '2' });
      assert.equal(await made.queue.getDeduplicationJobId('D'), '1');
      assert.equal(await made.agent.call('getDeduplicationJobId', { deduplicationId: 'D' }), '1');
      await (second === 'we' ? made.agent.call('work') : site.worker(made.name, async () => {}));
      await eventually('released', async () => (await made.owner()) === null);
      assert.equal(await pick(made, second)(opts), '3');
      // A worker that closes between the marker and its fetch takes the marker along.
      await eventually('both completed', async () => (await made.queue.getCompletedCount()) === 2);
    }
  });

  test('throttle: the time goes on after the end (C117)', async () => {
    for (const [first, second] of both) {
      const made = producers();
      const opts = { deduplication: { id: 'D', ttl: 600 } };
      assert.equal(await pick(made, first)(opts), '1');
      await (second === 'we' ? made.agent.call('work') : site.worker(made.name, async () => {}));
      await eventually('completed', async () => (await made.queue.getCompletedCount()) === 1);
      if ((await site.redis.pttl(`bull:${made.name}:de:D`)) > 100) assert.equal(await pick(made, second)(opts), '1');
      await eventually('over', async () => (await made.owner()) === null);
      assert.notEqual(await pick(made, second)(opts), '1');
      await eventually('both completed', async () => (await made.queue.getCompletedCount()) === 2);
    }
  });

  test('extend: either side starts the time again (C118)', async () => {
    for (const [first, second] of both) {
      const made = producers();
      await pick(made, first)({ deduplication: { id: 'D', ttl: 60_000, extend: true } });
      await pick(made, second)({ deduplication: { id: 'D', ttl: 600_000, extend: true } });
      assert.ok((await site.redis.pttl(`bull:${made.name}:de:D`)) > 60_000);
      assert.equal(await made.owner(), '1');
    }
  });

  test('replace: a delayed owner of the other side gives way (C119)', async () => {
    for (const [first, second] of both) {
      for (const [extend, left] of [[false, 60_000], [true, 600_000]]) {
        const made = producers();
        const opts = (ttl) => ({ delay: 60_000, deduplication: { id: 'D', ttl, replace: true, extend } });
        await pick(made, first)(opts(60_000), 'old');
        assert.equal(await pick(made, second)(opts(600_000), 'new'), '2');
        assert.equal(await made.queue.getJob('1'), undefined);
        assert.equal((await made.queue.getJob('2')).data, 'new');
        const ttl = await site.redis.pttl(`bull:${made.name}:de:D`);
        assert.ok(ttl <= left && ttl > left - 30_000, `${ttl} left`);
      }
    }
  });

  test('replace: an owner that is not delayed stays, silently (C120)', async () => {
    for (const [first, second] of both) {
      const made = producers();
      const opts = { deduplication: { id: 'D', replace: true } };
      await pick(made, first)(opts);
      const before = await site.redis.xlen(`bull:${made.name}:events`);
      assert.equal(await pick(made, second)(opts), '1');
      assert.equal(await site.redis.xlen(`bull:${made.name}:events`), before);
    }
  });

  test('the end of a job leaves the key of another owner (C121)', async () => {
    const made = producers();
    const opts = { deduplication: { id: 'D' } };
    await made.theirs(opts, { do: 'slow', ms: 300 });
    await made.agent.call('work');
    await eventually('active', async () => (await made.queue.getJobState('1')) === 'active');
    await made.queue.removeDeduplicationKey('D');
    await made.queue.pause();
    assert.equal(await made.theirs(opts), '2');
    await eventually('completed', async () => (await made.queue.getJobState('1')) === 'completed');
    assert.equal(await made.owner(), '2');
  });

  // BullMQ 5 does not know it.
  if (site.packageName === 'bullmq6') test('keepLastIfActive: the last one of several runs after the owner (C122)', async () => {
    for (const [producer, worker] of [['Node', 'we'], ['we', 'Node'], ['we', 'we']]) {
      const made = producers();
      const opts = { deduplication: { id: 'D', keepLastIfActive: true } };
      const add = pick(made, producer);
      let release;
      const held = new Promise((resolve) => { release = resolve; });
      await add(opts, { do: 'slow', ms: 400, n: 1 });
      await (worker === 'we' ? made.agent.call('work')
        : site.worker(made.name, async (job) => { if (job.data.n === 1) await held; return { data: job.data }; }));
      await eventually('active', async () => (await made.queue.getJobState('1')) === 'active');
      assert.equal(await add(opts, { n: 2 }), '1');
      assert.equal(await add(opts, { n: 3 }), '1');
      release();
      await eventually('both completed', async () => (await made.queue.getCompletedCount()) === 2);
      assert.deepEqual((await made.queue.getJob('3')).data, { n: 3 });
      assert.equal(await made.queue.getJob('2'), undefined);
      assert.equal(await made.owner(), null);
      assert.equal(await site.redis.exists(`bull:${made.name}:dn:D`), 0);
    }
  });

  test('we replace an owner that is gone (C123)', async () => {
    const made = producers();
    const opts = { deduplication: { id: 'D' } };
    await made.theirs(opts);
    await site.redis.del(`bull:${made.name}:1`, `bull:${made.name}:wait`);
    assert.equal(await made.ours(opts), '2');
    assert.equal(await made.owner(), '2');
  });
}

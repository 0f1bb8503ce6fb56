// SPDX-License-Identifier: MIT
// Jobs added by one side, read and worked by the other.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './support.mjs';

export function jobScenarios(site) {
  const data = { a: 'é/"\n', n: null, x: [1, 2.5], deep: { list: [[]] } };

  test('Node reads our job field by field (C003, C011, C012, C016)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await queue.add('first', {});
    const timestamp = 1_700_000_000_000;
    const opts = { attempts: 3, backoff: 700, removeOnComplete: 5, timestamp };
    assert.equal(await agent.call('add', { name: 'mail', data, opts }), '2');
    assert.equal((await queue.add('third', {})).id, '3');

    const job = await queue.getJob('2');
    assert.equal(job.name, 'mail');
    assert.deepEqual(job.data, data);
    assert.equal(job.timestamp, timestamp);
    assert.equal(job.delay, 0);
    assert.equal(job.priority, 0);
    assert.equal(job.opts.attempts, 3);
    assert.deepEqual(job.opts.backoff, { type: 'fixed', delay: 700 });
    assert.equal(job.opts.removeOnComplete, 5);
    assert.equal(await job.getState(), 'waiting');
    assert.deepEqual((await queue.getWaiting()).map((j) => j.id), ['1', '2', '3']);
  });

  test('Node lists our jobs by state (C111, C112)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await agent.call('add', { name: 'w' });
    await agent.call('add', { name: 'p', opts: { priority: 7 } });
    await agent.call('add', { name: 'd', opts: { delay: 60_000 } });
    await agent.call('add', { name: 'c', opts: { jobId: 'custom' } });
    const expected = { 1: 'waiting', 2: 'prioritized', 3: 'delayed', custom: 'waiting' };
    for (const [id, state] of Object.entries(expected)) {
      assert.equal(await queue.getJobState(id), state);
      assert.equal((await agent.call('getJob', { jobId: id })).state, state);
    }
    const counts = await queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active');
    assert.equal(counts.waiting, 2);
    assert.equal(counts.prioritized, 1);
    assert.equal(counts.delayed, 1);
    assert.equal((await queue.getPrioritized())[0].priority, 7);
    assert.equal((await queue.getDelayed())[0].delay, 60_000);
  });

  test('we read what Node wrote (C014, C112)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await queue.add('mail', data, { attempts: 4, priority: 3, jobId: 'from-node',
      removeOnFail: { age: 3600, count: 10 }, backoff: { type: 'exponential', delay: 5 } });
    await queue.add('later', 'text', { delay: 60_000 });
    const job = await agent.call('getJob', { jobId: 'from-node' });
    assert.equal(job.name, 'mail');
    assert.deepEqual(job.data, data);
    assert.equal(job.attempts, 4);
    assert.equal(job.priority, 3);
    assert.equal(job.state, 'prioritized');
    const counts = await agent.call('counts');
    assert.equal(counts.prioritized, 1);
    assert.equal(counts.delayed, 1);
  });

  test('an idle Node worker starts our job at once (C024)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    let begin;
    const took = new Promise((resolve) => {
      site.worker(name, async () => resolve(Date.now() - begin)).then(async () => {
        await eventually('the worker waits', async () =>
          String(await site.redis.client('LIST')).includes('cmd=bzpopmin'));
        begin = Date.now();
        await agent.call('add', {});
      });
    });
    assert.ok((await took) < 500);
  });

  test('Node works our jobs in our order (C025, C027, C028)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const order = [];
    await agent.call('add', { name: 'p0' });
    await queue.add('p5 Node', {}, { priority: 5 });
    await agent.call('add', { name: 'p5 ours', opts: { priority: 5 } });
    await queue.add('p5 Node again', {}, { priority: 5 });
    await agent.call('add', { name: 'p1', opts: { priority: 1 } });
    await agent.call('add', { name: 'lifo', opts: { lifo: true } });
    await site.worker(name, async (job) => { order.push(job.name); });
    await eventually('all done', () => order.length === 6);
    assert.deepEqual(order, ['lifo', 'p0', 'p1', 'p5 Node', 'p5 ours', 'p5 Node again']);
  });

  test('Node runs our delayed jobs in time and in order (C030, C031)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const timestamp = Date.now();
    const opts = { delay: 400, timestamp };
    await agent.call('add', { name: 'a', opts });
    await queue.add('b', {}, opts);
    await agent.call('add', { name: 'c', opts });
    await queue.add('d', {}, opts);
    const seen = [];
    await site.worker(name, async (job) => { seen.push([job.name, Date.now() - timestamp]); });
    await eventually('all done', () => seen.length === 4);
    assert.deepEqual(seen.map(([n]) => n), ['a', 'b', 'c', 'd']);
    assert.ok(seen.every(([, at]) => at >= 400 && at < 900), JSON.stringify(seen));
  });

  test('Node retries our job with our backoff (C016, C068)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const starts = [];
    await site.worker(name, async () => { starts.push(Date.now()); throw new Error('no'); });
    const id = await agent.call('add', { opts: { attempts: 3, backoff: 200 } });
    await eventually('failed', async () => (await queue.getJobState(id)) === 'failed');
    assert.equal(starts.length, 3);
    assert.ok(starts[1] - starts[0] >= 200 && starts[2] - starts[1] >= 200);
    const job = await agent.call('getJob', { jobId: id });
    assert.equal(job.failedReason, 'no');
    assert.equal(job.attemptsMade, 3);
    assert.equal(job.stacktrace, 3);
  });

  test('our worker gets the data Node added and Node reads its result (C012, C058)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await agent.call('work', { name: 'w-one' });
    const { id } = await queue.add('mail', data);
    await eventually('completed', async () => (await queue.getJobState(id)) === 'completed');
    const job = await queue.getJob(id);
    assert.deepEqual(job.returnvalue, { by: 'tripos', data });
    assert.equal(job.processedBy, 'w-one');
    assert.equal(job.attemptsMade, 1);
    assert.equal(job.attemptsStarted, 1);
    assert.ok(job.finishedOn >= job.processedOn);
    assert.ok(Math.abs(job.processedOn - job.timestamp) < 2000);
  });

  test('our worker fails and retries as Node would (C018, C064, C065, C071)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await agent.call('work', { concurrency: 4 });
    const reason = 'boom "é"\nline';
    const finally_ = await queue.add('a', { do: 'fail', reason }, { attempts: 3, backoff: 50 });
    const recovers = await queue.add('b', { do: 'fail', times: 2 }, { attempts: 3 });
    const fatal = await queue.add('c', { do: 'fatal' }, { attempts: 3 });
    await eventually('all settled', async () => {
      const counts = await queue.getJobCounts('completed', 'failed');
      return counts.completed === 1 && counts.failed === 2;
    });
    const failed = await queue.getJob(finally_.id);
    assert.equal(failed.failedReason, reason);
    assert.equal(failed.stacktrace.length, 3);
    assert.equal(failed.attemptsMade, 3);
    assert.equal((await queue.getJob(recovers.id)).attemptsMade, 3);
    assert.equal((await queue.getJob(fatal.id)).attemptsMade, 1);
  });

  test('our worker obeys priorities, delays and removeOnComplete of Node (C027, C055, C075)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await queue.add('p0', {});
    await queue.add('p5', {}, { priority: 5 });
    await queue.add('p1', {}, { priority: 1 });
    const later = await queue.add('later', {}, { delay: 300 });
    const gone = await queue.add('gone', {}, { removeOnComplete: true });
    await agent.call('work');
    await eventually('all done', async () => (await queue.getCompletedCount()) === 4);
    const started = (await site.redis.xrange(`bull:${name}:events`, '-', '+'))
      .map(([, fields]) => fields).filter((fields) => fields[1] === 'active').map((fields) => fields[3]);
    assert.deepEqual(started, ['1', gone.id, '3', '2', later.id]);
    assert.equal(await queue.getJob(gone.id), undefined);
    assert.ok((await queue.getJob(later.id)).processedOn - later.timestamp >= 300);
  });

  test('our worker keeps the newest by Node\'s number (C076)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    for (let i = 0; i < 8; ++i) await queue.add('a', {}, { removeOnComplete: { count: 3 } });
    await agent.call('work');
    await eventually('all done', async () =>
      (await queue.getCompletedCount()) === 3 && !(await site.redis.exists(`bull:${name}:5`)));
    assert.deepEqual(await site.redis.zrange(`bull:${name}:completed`, 0, -1), ['6', '7', '8']);
  });

  test('each side promotes, retries and removes jobs of the other (C099, C104, C105)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const delayed = await queue.add('a', { do: 'fatal' }, { delay: 60_000 });
    assert.equal(await agent.call('promote', { jobId: delayed.id }), true);
    await agent.call('work');
    await eventually('failed', async () => (await queue.getJobState(delayed.id)) === 'failed');
    await agent.call('close');
    assert.equal(await agent.call('retry', { jobId: delayed.id }), true);
    assert.equal(await queue.getJobState(delayed.id), 'waiting');
    assert.equal(await agent.call('remove', { jobId: delayed.id }), true);
    assert.equal(await queue.getJob(delayed.id), undefined);
    const ours = await agent.call('add', { opts: { delay: 60_000 } });
    await (await queue.getJob(ours)).promote();
    assert.equal((await agent.call('getJob', { jobId: ours })).state, 'waiting');
    await (await queue.getJob(ours)).remove();
    assert.equal(await agent.call('getJob', { jobId: ours }), null);
  });
}

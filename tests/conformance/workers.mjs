// SPDX-License-Identifier: MIT
// Workers of both sides on one queue: events, pausing, sharing, and one side's death.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, sleep } from './support.mjs';

export function workerScenarios(site) {
  test('Node\'s event listener sees what we do (C060, C114)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const events = await site.events(name);
    const seen = [];
    const kinds = ['added', 'waiting', 'delayed', 'active', 'completed', 'failed', 'retries-exhausted',
      'duplicated', 'paused', 'resumed', 'drained'];
    for (const kind of kinds) events.on(kind, (fields) => seen.push([kind, fields]));
    const find = (kind, jobId) => seen.find(([k, f]) => k === kind && f.jobId === jobId)?.[1];

    await agent.call('pause');
    await agent.call('add', { name: 'good', data: { do: 'echo' }, opts: { jobId: 'good' } });
    await agent.call('add', { name: 'good', opts: { jobId: 'good' } });
    await agent.call('add', { name: 'bad', data: { do: 'fatal' }, opts: { jobId: 'bad' } });
    const due = Date.now() + 200;
    await agent.call('add', { name: 'late', opts: { jobId: 'late', delay: 200 } });
    await agent.call('resume');
    await agent.call('work');
    await eventually('the late one completed', () => find('completed', 'late'));
    await eventually('the failure', () => find('retries-exhausted', 'bad'));

    assert.equal(find('added', 'good').name, 'good');
    assert.ok(find('waiting', 'good'));
    assert.ok(find('duplicated', 'good'));
    assert.equal(find('active', 'good').prev, 'waiting');
    assert.deepEqual(find('completed', 'good').returnvalue, { by: 'tripos', data: { do: 'echo' } });
    assert.equal(find('completed', 'good').prev, 'active');
    assert.equal(find('failed', 'bad').failedReason, 'fatal as told');
    assert.ok(Math.abs(Number(find('delayed', 'late').delay) - due) < 200);
    assert.ok(seen.some(([kind, f]) => kind === 'waiting' && f.jobId === 'late' && f.prev === 'delayed'));
    assert.ok(seen.some(([kind]) => kind === 'paused') && seen.some(([kind]) => kind === 'resumed'));
    await eventually('drained', () => seen.some(([kind]) => kind === 'drained'));
  });

  test('waitUntilFinished in Node follows our worker (C059)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const events = await site.events(name);
    await agent.call('work');
    const good = await queue.add('a', { do: 'echo' });
    assert.deepEqual(await good.waitUntilFinished(events, 5000), { by: 'tripos', data: { do: 'echo' } });
    const bad = await queue.add('a', { do: 'fail', reason: 'nope' });
    await assert.rejects(bad.waitUntilFinished(events, 5000), /nope/);
  });

  test('Node lists our worker (C009)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await agent.call('work', { name: 'w-one' });
    const workers = await eventually('a worker is listed', async () => {
      const all = await queue.getWorkers();
      return all.length > 0 && all;
    });
    assert.equal(workers[0].rawname, `bull:${Buffer.from(name).toString('base64')}:w:w-one`);
  });

  test('our pause stops Node and our resume wakes it (C095, C096)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    let done = 0;
    await site.worker(name, async () => { ++done; });
    await agent.call('pause');
    assert.equal(await queue.isPaused(), true);
    await agent.call('add', {});
    await queue.add('a', {});
    await sleep(300);
    assert.equal(done, 0);
    const begin = Date.now();
    await agent.call('resume');
    await eventually('both done', () => done === 2);
    assert.ok(Date.now() - begin < 500);
  });

  test('Node\'s pause stops us and its resume wakes us (C095)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await agent.call('work');
    await queue.pause();
    await agent.call('add', {});
    await queue.add('a', {});
    await sleep(300);
    assert.equal(await queue.getCompletedCount(), 0);
    await queue.resume();
    await eventually('both done', async () => (await queue.getCompletedCount()) === 2);
  });

  test('500 jobs shared by both sides run exactly once each', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const byNode = [];
    const jobs = [];
    for (let i = 0; i < 250; ++i) {
      const opts = { priority: i % 3, delay: i % 10 === 0 ? 50 : 0 };
      jobs.push({ name: 'ours', data: { do: 'slow', ms: 3 }, opts });
      await queue.add('Node', { do: 'slow', ms: 3 }, opts);
    }
    await agent.call('addBulk', { jobs });
    await agent.call('work', { concurrency: 4 });
    await site.worker(name, async (job) => { byNode.push(job.id); await sleep(3); }, { concurrency: 4 });
    await eventually('all done', async () => (await queue.getCompletedCount()) === 500, 30_000);
    const done = await queue.getCompleted(0, -1);
    assert.equal(new Set(byNode).size, byNode.length);
    assert.ok(byNode.length > 0 && byNode.length < 500, `Node did ${byNode.length}`);
    assert.equal(done.filter((job) => job.returnvalue?.by === 'tripos').length, 500 - byNode.length);
    assert.ok(done.every((job) => job.attemptsStarted === 1 && job.attemptsMade === 1));
  });

  test('global concurrency holds for both sides together (C047)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await queue.setGlobalConcurrency(3);
    for (let i = 0; i < 40; ++i) await queue.add('a', { do: 'slow', ms: 10 });
    await agent.call('work', { concurrency: 4 });
    await site.worker(name, () => sleep(10), { concurrency: 4 });
    let most = 0;
    await eventually('all done', async () => {
      most = Math.max(most, await queue.getActiveCount());
      return (await queue.getCompletedCount()) === 40;
    }, 20_000);
    assert.ok(most >= 1 && most <= 3, `${most} were active`);
  });

  test('we take over from a killed Node worker (C088)', async () => {
    const name = site.newName();
    const queue = site.queue(name);
    const quick = { lockDuration: 500, stalledInterval: 300 };
    const node = site.nodeWorkerProcess(name, quick);
    const job = await queue.add('a', { do: 'slow', ms: 60_000 });
    await eventually('active', async () => (await queue.getJobState(job.id)) === 'active');
    await node.kill();
    const agent = site.agent(name);
    await job.updateData({});
    await agent.call('work', { lock: 500, stalled: 300 });
    await eventually('completed', async () => (await queue.getJobState(job.id)) === 'completed');
    const done = await agent.call('getJob', { jobId: job.id });
    assert.equal(done.stalledCounter, 1);
    assert.equal(done.attemptsStarted, 2);
    assert.equal(done.attemptsMade, 1);
  });

  test('Node takes over when we are killed (C087)', async () => {
    const name = site.newName();
    const queue = site.queue(name);
    const agent = site.agent(name);
    await agent.call('work', { lock: 500, stalled: 300 });
    const job = await queue.add('a', { do: 'slow', ms: 60_000 });
    await eventually('active', async () => (await queue.getJobState(job.id)) === 'active');
    await agent.kill();
    await site.worker(name, async () => 'done', { lockDuration: 500, stalledInterval: 300 });
    await eventually('completed', async () => (await queue.getJobState(job.id)) === 'completed');
    const done = await queue.getJob(job.id);
    assert.equal(done.stalledCounter, 1);
    assert.equal(done.returnvalue, 'done');
  });

  test('our running job is never taken by Node, however long it runs (C084)', async () => {
    const name = site.newName();
    const queue = site.queue(name);
    const agent = site.agent(name);
    await agent.call('work', { lock: 400, stalled: 60_000 });
    const job = await queue.add('a', { do: 'slow', ms: 1500 });
    await eventually('active', async () => (await queue.getJobState(job.id)) === 'active');
    await site.worker(name, async () => 'stolen', { lockDuration: 400, stalledInterval: 200 });
    await eventually('completed', async () => (await queue.getJobState(job.id)) === 'completed');
    const done = await queue.getJob(job.id);
    assert.equal(done.returnvalue.by, 'tripos');
    assert.equal(done.stalledCounter, 0);
  });

  test('our busy worker leaves new jobs to an idle Node worker (C056)', async () => {
    const name = site.newName();
    const queue = site.queue(name);
    const agent = site.agent(name);
    await agent.call('work');
    const long = await queue.add('a', { do: 'slow', ms: 3000 });
    await eventually('active', async () => (await queue.getJobState(long.id)) === 'active');
    await site.worker(name, async () => 'Node');
    await eventually('the Node worker waits', async () =>
      String(await site.redis.client('LIST')).includes('cmd=bzpopmin'));
    const begin = Date.now();
    const job = await queue.add('b', {});
    await eventually('completed', async () => (await queue.getJobState(job.id)) === 'completed');
    assert.ok(Date.now() - begin < 500);
    assert.equal((await queue.getJob(job.id)).returnvalue, 'Node');
  });

  test('closing waits for our running job and leaves nothing behind (C146)', async () => {
    const name = site.newName();
    const queue = site.queue(name);
    const agent = site.agent(name);
    await agent.call('work', { concurrency: 3 });
    for (let i = 0; i < 20; ++i) await queue.add('a', { do: 'slow', ms: 50 });
    await eventually('active', async () => (await queue.getActiveCount()) === 3);
    await agent.call('close');
    assert.equal(await queue.getActiveCount(), 0);
    assert.deepEqual(await site.redis.keys(`bull:${name}:*:lock`), []);
    assert.equal((await queue.getCompletedCount()) + (await queue.getWaitingCount()), 20);
  });
}

// SPDX-License-Identifier: MIT
// The order of events and the state of every job, as Node's own worker leaves them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './support.mjs';

/** The events stream in short: "event id field=value ...", without the values that depend on time. */
async function trace(site, name) {
  const entries = await site.redis.xrange(`bull:${name}:events`, '-', '+');
  return entries.map(([, flat]) => {
    const fields = new Map();
    for (let i = 0; i < flat.length; i += 2) fields.set(flat[i], flat[i + 1]);
    const [event, id] = [fields.get('event'), fields.get('jobId')];
    const rest = [...fields].filter(([field]) => !['event', 'jobId', 'returnvalue'].includes(field))
      .map(([field, value]) => `${field}=${field === 'delay' ? '*' : value}`);
    return [event, id, ...rest].filter((part) => part !== undefined).join(' ');
  });
}

/** The same jobs for either worker: retried at once, retried after a backoff, fatal, delayed, fine. */
async function addTypical(queue) {
  const reason = 'boom é';
  await queue.add('retry0', { do: 'fail', reason }, { attempts: 2 });
  await queue.add('backoff', { do: 'fail', reason, times: 1 }, { attempts: 2, backoff: 100 });
  await queue.add('fatal', { do: 'fatal', reason }, { attempts: 3 });
  await queue.add('good', { do: 'echo' });
  await queue.add('urgent', { do: 'echo' }, { priority: 1 });
}

export function eventScenarios(site) {
  async function settled(queue) {
    await eventually('all settled', async () => {
      const counts = await queue.getJobCounts('completed', 'failed');
      return counts.completed === 3 && counts.failed === 2;
    });
  }

  test('our worker writes the events of a retried job in Node\'s order (C060, C064, C065)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await queue.add('retry0', { do: 'fail', reason: 'boom é' }, { attempts: 2 });
    await agent.call('work');
    await eventually('failed', async () => (await queue.getFailedCount()) === 1);
    await agent.call('close');
    const events = await trace(site, name);
    assert.deepEqual(events.filter((line) => line !== 'drained'), [
      'added 1 name=retry0', 'waiting 1', 'active 1 prev=waiting', 'waiting 1 prev=active', 'active 1 prev=waiting',
      'failed 1 failedReason=boom é prev=active', 'retries-exhausted 1 attemptsMade=2',
    ]);
  });

  test('one job at a time, both workers write the same events (C060, C114)', async () => {
    const byUs = site.newName();
    const agent = site.agent(byUs);
    const ours = site.queue(byUs);
    await addTypical(ours);
    await agent.call('work');
    await settled(ours);
    await agent.call('close');

    const byNode = site.newName();
    const theirs = site.queue(byNode);
    await addTypical(theirs);
    const { UnrecoverableError } = site.bullmq;
    const worker = await site.worker(byNode, async (job) => {
      const { do: action, reason, times = Infinity } = job.data;
      if (action === 'fail' && job.attemptsMade < times) throw new Error(reason);
      if (action === 'fatal') throw new UnrecoverableError(reason);
      return { by: 'tripos', data: job.data };
    });
    await settled(theirs);
    await worker.close();

    // When the queue is drained depends on when the backoff ends; everything else does not.
    const of = async (queueName, id) => (await trace(site, queueName)).filter((line) => line.split(' ')[1] === id);
    for (const id of ['1', '2', '3', '4', '5']) assert.deepEqual(await of(byUs, id), await of(byNode, id));
    const strip = (job) => {
      const { returnvalue, failedReason, attemptsMade, attemptsStarted, stalledCounter, delay, priority, progress } = job;
      return { returnvalue, failedReason, attemptsMade, attemptsStarted, stalledCounter, delay, priority, progress };
    };
    for (const id of ['1', '2', '3', '4', '5']) {
      assert.deepEqual(strip(await ours.getJob(id)), strip(await theirs.getJob(id)), `job ${id}`);
    }
  });

  test('Node and we count the same in every state (C111, C112)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await queue.add('good', { do: 'echo' });
    await queue.add('bad', { do: 'fatal' });
    await agent.call('work');
    await eventually('both settled', async () => {
      const counts = await queue.getJobCounts('completed', 'failed');
      return counts.completed === 1 && counts.failed === 1;
    });
    await agent.call('close');
    await agent.call('add', { name: 'w' });
    await queue.add('w', {}, { lifo: true });
    await agent.call('add', { name: 'p', opts: { priority: 2 } });
    await queue.add('p', {}, { priority: 1 });
    await agent.call('add', { name: 'd', opts: { delay: 60_000 } });
    await queue.add('d', {}, { delay: 30_000 });
    const states = ['waiting', 'active', 'delayed', 'prioritized', 'completed', 'failed', 'waiting-children'];
    const theirs = await queue.getJobCounts(...states);
    const ours = await agent.call('counts');
    for (const state of states) assert.equal(ours[state] ?? 0, theirs[state], state);
    for (const state of states) {
      for (const job of await queue.getJobs([state])) {
        const seen = await agent.call('getJob', { jobId: job.id });
        assert.equal(seen.state, state);
        assert.equal(await job.getState(), state);
        assert.deepEqual([seen.name, seen.data, seen.timestamp, seen.delay, seen.priority, seen.attemptsMade],
          [job.name, job.data, job.timestamp, job.delay, job.priority, job.attemptsMade]);
      }
    }
  });
}

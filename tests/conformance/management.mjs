// SPDX-License-Identifier: MIT
// Each side changes, lists and listens to what the other side did.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './support.mjs';

export function managementScenarios(site) {
  /** The stream as our listener shows it. */
  async function stream(name) {
    const entries = await site.redis.xrange(`bull:${name}:events`, '-', '+');
    return entries.map(([id, flat]) => {
      const event = { id, jobId: '' };
      for (let i = 0; i < flat.length; i += 2) event[flat[i]] = flat[i + 1];
      return event;
    });
  }

  test('priority, delay, data, progress and logs changed by one side are seen by the other (C107, C108, C109, C110)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const ours = await agent.call('add', { data: { a: 1 } });
    const theirs = (await queue.add('a', { a: 1 })).id;

    const job = await queue.getJob(ours);
    await job.changePriority({ priority: 5 });
    await job.updateData({ b: 'é' });
    await job.updateProgress({ percent: 40 });
    for (const line of ['one', 'two', 'three']) await queue.addJobLog(ours, line, 2);
    const seen = await agent.call('getJob', { jobId: ours });
    assert.deepEqual([seen.state, seen.priority, seen.data, seen.progress], ['prioritized', 5, { b: 'é' }, { percent: 40 }]);
    assert.deepEqual(await agent.call('getLogs', { jobId: ours }), ['two', 'three']);

    await agent.call('changePriority', { jobId: theirs, priority: 3 });
    await agent.call('updateData', { jobId: theirs, data: { c: [null] } });
    await agent.call('updateProgress', { jobId: theirs, progress: 'half' });
    const counts = [];
    for (const line of ['one', 'two', 'three', 'four']) counts.push(await agent.call('addLog', { jobId: theirs, line, keep: 3 }));
    assert.deepEqual(counts, [1, 2, 3, 3]);
    const changed = await queue.getJob(theirs);
    assert.deepEqual([await changed.getState(), changed.priority, changed.data, changed.progress], ['prioritized', 3, { c: [null] }, 'half']);
    assert.deepEqual(await queue.getJobLogs(theirs), { logs: ['two', 'three', 'four'], count: 3 });

    const later = (await queue.add('later', {}, { delay: 60_000 })).id;
    await agent.call('changeDelay', { jobId: later, delay: 120_000 });
    assert.equal((await queue.getJob(later)).delay, 120_000);
    await agent.call('changePriority', { jobId: later, priority: 9 });
    assert.equal(await queue.getJobState(later), 'delayed');
    await (await queue.getJob(later)).changeDelay(1);
    await agent.call('work');
    await eventually('all done', async () => (await queue.getCompletedCount()) === 3);

    for (const call of ['updateData', 'updateProgress', 'changePriority', 'changeDelay', 'addLog', 'retry', 'promote']) {
      await assert.rejects(agent.call(call, { jobId: 'nobody', data: {}, progress: 1, priority: 1, delay: 1, line: 'x' }), call);
    }
    await assert.rejects(agent.call('changeDelay', { jobId: ours, delay: 1 }));
  });

  test('our worker\'s logs and progress are Node\'s (C109, C110)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const { id } = await queue.add('a', { do: 'report', lines: ['a', 'b', 'c'], progress: { at: 3 } }, { keepLogs: 2 });
    await agent.call('work');
    await eventually('completed', async () => (await queue.getJobState(id)) === 'completed');
    assert.deepEqual(await queue.getJobLogs(id), { logs: ['b', 'c'], count: 2 });
    assert.deepEqual((await queue.getJob(id)).progress, { at: 3 });
  });

  test('a job that moves itself to later or slows the worker down uses no attempt (C072, C073)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const later = await queue.add('a', { do: 'delay', ms: 150 }, { attempts: 2 });
    const slow = await queue.add('b', { do: 'slowDown', ms: 150 }, { attempts: 2, priority: 4 });
    await agent.call('work');
    await eventually('both done', async () => (await queue.getCompletedCount()) === 2);
    for (const { id } of [later, slow]) {
      const job = await queue.getJob(id);
      assert.deepEqual([job.attemptsStarted, job.attemptsMade], [2, 1]);
    }
  });

  test('our drain, clean and obliterate leave what Node expects (C101, C102, C103)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const states = ['waiting', 'prioritized', 'delayed', 'completed', 'failed', 'active'];
    const counts = async () => {
      const all = await queue.getJobCounts(...states);
      return states.map((state) => all[state]);
    };
    await queue.add('good', {});
    await queue.add('bad', { do: 'fatal' });
    await agent.call('work');
    await eventually('both ended', async () => String((await counts()).slice(3)) === '1,1,0');
    await agent.call('close');
    await queue.addBulk(Array.from({ length: 5 }, () => ({ name: 'w', data: {} })));
    await queue.add('p', {}, { priority: 1 });
    await queue.add('d', {}, { delay: 60_000 });
    assert.deepEqual(await agent.call('clean', { state: 'waiting', limit: 2 }), ['3', '4']);
    assert.deepEqual(await counts(), [3, 1, 1, 1, 1, 0]);
    await agent.call('drain');
    assert.deepEqual(await counts(), [0, 0, 1, 1, 1, 0]);
    await agent.call('drain', { delayed: true });
    assert.deepEqual(await counts(), [0, 0, 0, 1, 1, 0]);
    assert.deepEqual(await agent.call('clean', { state: 'failed' }), ['2']);
    await agent.call('obliterate');
    assert.deepEqual(await site.redis.keys(`bull:${name}:*`), []);
  });

  test('both sides agree on the state of a job wherever it is (C111)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const flow = new site.bullmq.FlowProducer({ connection: site.connection });
    await flow.add({ name: 'parent', queueName: name, opts: { jobId: 'is-waiting-children' },
      children: [{ name: 'child', queueName: name, opts: { jobId: 'child', delay: 60_000 } }] });
    await flow.close();
    await queue.add('a', {}, { jobId: 'is-completed' });
    await queue.add('a', { do: 'fatal' }, { jobId: 'is-failed' });
    await agent.call('work');
    await eventually('both ended', async () => (await queue.getFailedCount()) === 1 && (await queue.getCompletedCount()) === 1);
    await agent.call('close');
    await agent.call('add', { opts: { jobId: 'is-delayed', delay: 60_000 } });
    const busy = site.agent(name);
    await agent.call('add', { data: { do: 'slow', ms: 700 }, opts: { jobId: 'is-active' } });
    await busy.call('work');
    await eventually('active', async () => (await queue.getActiveCount()) === 1);
    await queue.add('a', {}, { jobId: 'is-waiting' });
    await agent.call('add', { opts: { jobId: 'is-prioritized', priority: 1 } });
    for (const state of ['completed', 'failed', 'delayed', 'active', 'waiting', 'prioritized', 'waiting-children', 'unknown']) {
      assert.equal(await queue.getJobState(`is-${state}`), state);
      assert.equal(await agent.call('getState', { jobId: `is-${state}` }), state);
    }
    await queue.pause();
    assert.equal(await queue.getJobState('is-waiting'), 'waiting');
    assert.equal(await agent.call('getState', { jobId: 'is-waiting' }), 'waiting');
    await queue.resume();
    await busy.call('close');
  });

  test('both sides list the same windows in both directions (C112)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    const jobs = Array.from({ length: 6 }, (_, i) => i);
    for (const i of jobs) {
      await queue.add('w', {});
      await agent.call('add', { opts: { priority: 6 - i } });
      await queue.add('d', {}, { delay: 60_000 - 1000 * i });
    }
    for (const state of ['waiting', 'prioritized', 'delayed']) {
      for (const [start, end] of [[0, -1], [0, 2], [2, 4], [4, 20], [1, 1]]) {
        for (const ascending of [true, false]) {
          const theirs = (await queue.getJobs([state], start, end, ascending)).map((job) => job.id);
          const ours = await agent.call('getJobs', { state, start, end, ...(ascending && { ascending }) });
          assert.deepEqual(ours, theirs, `${state} ${start}..${end} ${ascending ? 'up' : 'down'}`);
        }
      }
    }
  });

  test('our listener hears all that Node does, and goes on where it stopped (C113)', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const queue = site.queue(name);
    await agent.call('listen', { from: '0' });
    await queue.pause();
    await queue.add('plain', {}, { jobId: 'plain' });
    await queue.add('plain', {}, { jobId: 'plain' });
    await queue.add('urgent', {}, { priority: 1, jobId: 'urgent' });
    await queue.add('later', {}, { delay: 50, jobId: 'later' });
    await queue.add('fails', {}, { attempts: 2, backoff: 20, jobId: 'fails' });
    const removed = await queue.add('removed', {});
    await removed.remove();
    await queue.resume();
    await site.worker(name, async (job) => {
      await job.updateProgress({ 'ü': 1 });
      if (job.name === 'fails') throw new Error('line\nbreak "é"');
      return { text: 'é"\n' };
    });
    await eventually('all ended', async () => {
      const counts = await queue.getJobCounts('completed', 'failed');
      return counts.completed === 3 && counts.failed === 1;
    });
    await eventually('the first part is heard', async () => (await agent.call('heard')).length === (await stream(name)).length);
    const last = await agent.call('stopListening');
    await queue.clean(0, 1, 'completed');
    await (await queue.getJob('fails')).retry();
    await eventually('it failed again', async () => (await queue.getFailedCount()) === 1);
    await agent.call('listen', { from: last });
    await eventually('all is heard', async () => (await agent.call('heard')).length === (await stream(name)).length);
    const heard = await agent.call('heard');
    assert.deepEqual(heard, await stream(name));
    const kinds = new Set(heard.map(({ event }) => event));
    for (const kind of ['added', 'waiting', 'delayed', 'active', 'progress', 'completed', 'failed', 'retries-exhausted', 'duplicated',
      'removed', 'cleaned', 'paused', 'resumed', 'drained']) {
      assert.ok(kinds.has(kind), `${kind} was heard`);
    }
    await agent.call('stopListening');
  });

  test('Node\'s listener hears progress, stalls, removals, cleaning and retries of ours (C114)', async () => {
    const name = site.newName();
    const events = await site.events(name);
    const seen = [];
    for (const kind of ['progress', 'stalled', 'removed', 'cleaned', 'waiting', 'deduplicated']) {
      events.on(kind, (fields) => seen.push({ kind, ...fields }));
    }
    const heard = (kind, check) => eventually(`${kind} is heard`, () => seen.find((event) => event.kind === kind && check(event)));
    const times = { lock: 300, stalled: 150, drain: 200 };
    const dies = site.agent(name);
    await dies.call('add', { data: { do: 'slow', ms: 60_000 }, opts: { jobId: 'stalls' } });
    await dies.call('work', times);
    await eventually('active', async () => (await dies.call('counts')).active === 1);
    await dies.kill();
    const agent = site.agent(name);
    await agent.call('updateData', { jobId: 'stalls', data: {} });
    await agent.call('updateProgress', { jobId: 'stalls', progress: [1, 'é'] });
    await agent.call('work', times);
    await heard('stalled', ({ jobId }) => jobId === 'stalls');
    assert.deepEqual((await heard('progress', ({ jobId }) => jobId === 'stalls')).data, [1, 'é']);
    await agent.call('add', { data: { do: 'fatal' }, opts: { jobId: 'fails' } });
    await eventually('both ended', async () => {
      const { completed, failed } = await agent.call('counts');
      return completed === 1 && failed === 1;
    });
    await agent.call('close');
    await agent.call('retry', { jobId: 'fails' });
    await heard('waiting', ({ jobId, prev }) => jobId === 'fails' && prev === 'failed');
    await agent.call('remove', { jobId: 'fails' });
    assert.equal((await heard('removed', ({ jobId }) => jobId === 'fails')).prev, 'wait');
    await agent.call('clean', { state: 'completed' });
    await heard('cleaned', ({ count }) => String(count) === '1');
    await agent.call('add', { opts: { deduplication: { id: 'D' }, delay: 60_000, jobId: 'first' } });
    await agent.call('add', { opts: { deduplication: { id: 'D' }, jobId: 'second' } });
    const rejected = await heard('deduplicated', ({ jobId }) => jobId === 'first');
    assert.deepEqual([rejected.deduplicationId, rejected.deduplicatedJobId], ['D', 'second']);
  });
}

// SPDX-License-Identifier: MIT
// Job schedulers made by one side and run by the other, or by both while workers die.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, sleep } from './support.mjs';

export function schedulerScenarios(site) {
  const template = { name: 'tick', data: { x: 1 }, opts: { attempts: 2 } };

  /** A queue with a scheduler "s" to be made by either side. */
  function made() {
    const name = site.newName();
    const [agent, queue] = [site.agent(name), site.queue(name)];
    const byUs = (repeat, job = template) => agent.call('upsertJobScheduler', { schedulerId: 's', repeat, template: job });
    const byNode = async (repeat, job = template) => (await queue.upsertJobScheduler('s', repeat, job)).id;
    const work = async (who) => (who === 'we' ? agent.call('work') : site.worker(name, async () => {}));
    return { name, agent, queue, upsert: { we: byUs, Node: byNode }, work };
  }

  /** The times of the runs in `state`, in order. */
  async function slots(name, state = 'completed') {
    const ids = await site.redis.zrange(`bull:${name}:${state}`, 0, -1);
    return ids.map((id) => Number(id.split(':').at(-1))).sort((a, b) => a - b);
  }

  const both = [['we', 'Node'], ['Node', 'we']];

  /** No slot twice, none off the grid. */
  function assertGrid(found, every) {
    assert.equal(new Set(found).size, found.length);
    for (const slot of found) assert.equal((slot - found[0]) % every, 0, `${slot} is not on the grid of ${found[0]}`);
  }

  test('an interval goes on with workers of the other side, on its grid (C124)', async () => {
    for (const [maker, worker] of both) {
      const { name, queue, upsert, work } = made();
      await upsert[maker]({ every: 200 });
      await work(worker);
      await eventually('ten runs', async () => (await queue.getCompletedCount()) >= 10);
      await queue.removeJobScheduler('s');
      const runs = await queue.getCompleted(0, -1);
      assertGrid(await slots(name), 200);
      const late = runs.map((job) => job.processedOn - Number(job.id.split(':').at(-1))).sort((a, b) => a - b);
      assert.ok(late[late.length >> 1] < 50, `late by ${late}`);
      assert.ok(runs.every((job) => job.data.x === 1 && job.opts.attempts === 2 && job.repeatJobKey === 's'));
    }
  });

  test('each run counts one (C124)', async () => {
    const { name, queue, upsert, agent } = made();
    await upsert.Node({ every: 100 });
    const counts = [];
    await agent.call('work');
    await eventually('five runs', async () => {
      counts.push(Number(await site.redis.hget(`bull:${name}:repeat:s`, 'ic')));
      return (await queue.getCompletedCount()) >= 5;
    });
    await agent.call('close');
    const runs = (await queue.getCompletedCount()) + 1;
    assert.equal(Number(await site.redis.hget(`bull:${name}:repeat:s`, 'ic')), runs);
    assert.ok(counts.every((count, at) => at === 0 || count - counts[at - 1] <= 1));
  });

  test('a pattern goes on with workers of the other side, each lists it (C125)', async () => {
    for (const [maker, worker] of both) {
      const { name, agent, queue, upsert, work } = made();
      await upsert[maker]({ pattern: '* * * * * *', tz: 'Europe/Paris', limit: 100 });
      const [theirs] = await queue.getJobSchedulers();
      assert.equal(theirs.key, 's');
      assert.equal(theirs.name, 'tick');
      assert.equal(theirs.pattern, '* * * * * *');
      assert.equal(theirs.tz, 'Europe/Paris');
      assert.deepEqual(theirs.template.data, { x: 1 });
      assert.equal(theirs.template.opts.attempts, 2);
      const [ours] = await agent.call('getJobSchedulers');
      assert.equal(ours.next, theirs.next);
      assert.deepEqual([ours.key, ours.name, ours.pattern, ours.tz, ours.data, ours.attempts],
        ['s', 'tick', '* * * * * *', 'Europe/Paris', { x: 1 }, 2]);
      await work(worker);
      await eventually('three runs', async () => (await queue.getCompletedCount()) >= 3);
      await agent.call('removeJobScheduler', { schedulerId: 's' });
      assertGrid(await slots(name), 1000);
      assert.ok((await slots(name)).every((slot) => slot % 1000 === 0));
    }
  });

  test('a limit and an end stop it (C126)', async () => {
    for (const [maker, worker] of both) {
      const limited = made();
      await limited.upsert[maker]({ every: 100, limit: 3 });
      await limited.work(worker);
      const ending = made();
      const endDate = Date.now() + 500;
      await ending.upsert[maker]({ every: 100, endDate });
      await ending.work(worker);
      const idle = async ({ queue }) => {
        const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'completed');
        return counts.completed > 1 && counts.waiting + counts.active + counts.delayed === 0;
      };
      await eventually('both ended', async () => (await idle(limited)) && (await idle(ending)));
      assert.equal(await limited.queue.getCompletedCount(), 3);
      // Node may run one interval beyond it.
      assert.ok((await slots(ending.name)).at(-1) <= endDate + (worker === 'Node' ? 100 : 0));
    }
  });

  test('a retried run has one successor (C127)', async () => {
    const { name, queue, upsert, agent } = made();
    await upsert.Node({ every: 100 }, { ...template, data: { do: 'fail', times: 1 } });
    await agent.call('work');
    await eventually('five runs', async () => (await queue.getCompletedCount()) >= 5);
    await queue.removeJobScheduler('s');
    assertGrid(await slots(name), 100);
    assert.ok((await queue.getCompleted()).every((job) => job.attemptsStarted === 2));
  });

  test('an upsert by the other side keeps the slot or starts anew (C128)', async () => {
    for (const [first, second] of both) {
      const { queue, upsert } = made();
      await upsert[first]({ every: 3_600_000, startDate: Date.now() + 600_000 });
      const { next } = await queue.getJobScheduler('s');
      await upsert[second]({ every: 3_600_000 }, { ...template, data: { x: 2 } });
      assert.equal((await queue.getJobScheduler('s')).next, next);
      const [delayed, ...others] = await queue.getDelayed();
      assert.deepEqual([delayed.data, others.length], [{ x: 2 }, 0]);
      await upsert[second]({ every: 7_200_000 });
      assert.ok((await queue.getJobScheduler('s')).next <= Date.now());
      assert.equal(await queue.getDelayedCount(), 0);
      assert.equal(await queue.getWaitingCount(), 1);
    }
  });

  test('each side removes the scheduler of the other (C129)', async () => {
    const startDate = Date.now() + 60_000;
    for (const [maker, remover] of both) {
      const { name, agent, queue, upsert } = made();
      await upsert[maker]({ every: 1000, startDate });
      assert.equal(await agent.call('getJobSchedulersCount'), 1);
      const remove = () => (remover === 'we' ? agent.call('removeJobScheduler', { schedulerId: 's' }) : queue.removeJobScheduler('s'));
      assert.equal(await remove(), true);
      assert.equal(await remove(), false);
      assert.equal(await queue.getDelayedCount(), 0);
      assert.deepEqual(await site.redis.keys(`bull:${name}:repeat*`), []);
    }
  });

  test('after a time without workers one run, then the grid (C130)', async () => {
    const { name, queue, upsert, agent } = made();
    await upsert.Node({ every: 100 });
    await sleep(1000);
    const begin = Date.now();
    await agent.call('work');
    await eventually('five runs', async () => (await queue.getCompletedCount()) >= 5);
    await queue.removeJobScheduler('s');
    const found = await slots(name);
    assertGrid(found, 100);
    assert.equal(found.filter((slot) => slot < begin).length, 1);
  });

  test('no run is lost or doubled while workers of both sides die (C124, C127)', async () => {
    const { name, queue, upsert } = made();
    await upsert.we({ every: 100 });
    const quick = { lock: 300, stalled: 100 };
    const end = Date.now() + 3000;
    while (Date.now() < end) {
      const ours = site.agent(name);
      await ours.call('work', { ...quick, concurrency: 4 });
      await sleep(20 + Math.random() * 180);
      await ours.kill();
    }
    const last = site.agent(name);
    await last.call('work', { ...quick, concurrency: 4 });
    await site.worker(name, async () => {}, { lockDuration: 300, stalledInterval: 100 });
    const before = await queue.getCompletedCount();
    await eventually('it goes on', async () => (await queue.getCompletedCount()) >= before + 5);
    await queue.removeJobScheduler('s');
    await eventually('nothing is left', async () => {
      const counts = await queue.getJobCounts('waiting', 'active', 'delayed');
      return counts.waiting + counts.active + counts.delayed === 0;
    });
    const added = (await site.redis.xrange(`bull:${name}:events`, '-', '+'))
      .map(([, fields]) => fields).filter((fields) => fields[1] === 'added').map((fields) => fields[3]);
    assert.equal(new Set(added).size, added.length);
    const found = await slots(name);
    assertGrid(found, 100);
    const removed = added.filter((id) => !found.includes(Number(id.split(':').at(-1))));
    assert.ok(removed.length <= 1, `lost: ${removed}`);
  });
}

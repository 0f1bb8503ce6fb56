// SPDX-License-Identifier: MIT
// Trees of jobs whose parents and children are worked by different sides.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './support.mjs';

export function flowScenarios(site) {
  /** A parent's queue and its children's, each with an agent of ours. */
  function pair() {
    const [above, below] = [site.newName(), site.newName()];
    return {
      above, below, parents: site.queue(above), children: site.queue(below),
      aboveAgent: site.agent(above), belowAgent: site.agent(below),
    };
  }

  async function addByNode(flow) {
    const producer = new site.bullmq.FlowProducer({ connection: site.connection });
    try {
      return await producer.add(flow);
    } finally {
      await producer.close();
    }
  }

  const flowOf = ({ above, below }, kids, opts = {}) => ({
    name: 'mother', queueName: above, opts: { jobId: 'mother', ...opts },
    children: kids.map((kid, at) => ({ name: 'kid', queueName: below, opts: { jobId: `kid${at}`, ...kid.opts }, data: kid.data ?? {} })),
  });

  const state = (queue, id, expected) =>
    eventually(`${id} is ${expected}`, async () => (await queue.getJobState(id)) === expected);

  test('our flow, its children worked by Node, its parent by us (C132)', async () => {
    const sites = pair();
    const { above, below, parents, aboveAgent } = sites;
    const added = await aboveAgent.call('addFlow', { flow: flowOf(sites, [{ data: { n: 1 } }, { data: { n: 2 } }]) });
    assert.deepEqual(added.children.map(({ id }) => id), ['kid0', 'kid1']);
    assert.equal(await parents.getJobState('mother'), 'waiting-children');
    const mother = await parents.getJob('mother');
    const { unprocessed } = await mother.getDependencies();
    assert.deepEqual(unprocessed.sort(), [`bull:${below}:kid0`, `bull:${below}:kid1`]);
    await aboveAgent.call('work');
    await site.worker(below, async (job) => ({ doubled: job.data.n * 2 }));
    await state(parents, 'mother', 'completed');
    const values = { [`bull:${below}:kid0`]: { doubled: 2 }, [`bull:${below}:kid1`]: { doubled: 4 } };
    assert.deepEqual(await mother.getChildrenValues(), values);
    assert.deepEqual((await aboveAgent.call('children', { jobId: 'mother' })).values, values);
    const tree = await aboveAgent.call('getFlow', { jobId: 'mother' });
    assert.deepEqual(tree.children.map((child) => [child.id, child.queueName]), [['kid0', below], ['kid1', below]]);
    assert.equal(tree.queueName, above);
  });

  test('Node\'s flow, its children worked by us (C133)', async () => {
    const sites = pair();
    const { above, parents, belowAgent } = sites;
    await parents.add('other', {});
    await addByNode(flowOf(sites, [{}, { data: { do: 'slow', ms: 50 } }]));
    await site.redis.del(`bull:${above}:marker`);
    await belowAgent.call('work', { concurrency: 2 });
    await state(parents, 'mother', 'waiting');
    assert.equal((await site.redis.lrange(`bull:${above}:wait`, -1, -1))[0], 'mother');
    assert.equal(await site.redis.zscore(`bull:${above}:marker`, '0'), '0');
    const events = await site.redis.xrange(`bull:${above}:events`, '-', '+');
    assert.ok(events.some(([, f]) => f.includes('waiting-children') && f.includes('prev') && f.includes('mother')));
    assert.equal(Object.keys(await (await parents.getJob('mother')).getChildrenValues()).length, 2);
  });

  test('our failing child fails the parent that Node works (C134)', async () => {
    const sites = pair();
    const { above, below, parents, belowAgent } = sites;
    await addByNode(flowOf(sites, [{ data: { do: 'fatal' }, opts: { failParentOnFailure: true } }, {}]));
    await belowAgent.call('work');
    await state(parents, 'mother', 'waiting');
    assert.equal((await site.redis.hget(`bull:${above}:mother`, 'defa')), `child bull:${below}:kid0 failed`);
    await site.worker(above, async () => 'must not run');
    await state(parents, 'mother', 'failed');
    assert.equal((await parents.getJob('mother')).failedReason, `child bull:${below}:kid0 failed`);
    assert.ok(await site.redis.zscore(`bull:${above}:mother:unsuccessful`, `bull:${below}:kid0`));
  });

  test('Node\'s failing child fails our parent (C134)', async () => {
    const sites = pair();
    const { below, parents, aboveAgent } = sites;
    await aboveAgent.call('addFlow', { flow: flowOf(sites, [{ opts: { failParentOnFailure: true } }]) });
    await aboveAgent.call('work');
    await site.worker(below, async () => { throw new Error('no'); });
    await state(parents, 'mother', 'failed');
    assert.deepEqual((await aboveAgent.call('children', { jobId: 'mother' })).failed, [`bull:${below}:kid0`]);
    assert.equal((await aboveAgent.call('getJob', { jobId: 'mother' })).failedReason, `child bull:${below}:kid0 failed`);
  });

  for (const [flag, item] of [['continueParentOnFailure', 'C135'], ['ignoreDependencyOnFailure', 'C136']]) {
    test(`${flag} between both sides (${item})`, async () => {
      const sites = pair();
      const { below, parents, aboveAgent, belowAgent } = sites;
      const kids = [{ data: { do: 'fatal', reason: 'no "é"' }, opts: { [flag]: true } }, { opts: { delay: 60_000 } }];
      await addByNode(flowOf(sites, kids));
      const job = await parents.getJob('mother');
      await belowAgent.call('work');
      const key = `bull:${below}:kid0`;
      await eventually('the reason is kept', async () => (await job.getIgnoredChildrenFailures())[key] === 'no "é"');
      if (item === 'C136') {
        assert.equal(await parents.getJobState('mother'), 'waiting-children');
        await belowAgent.call('promote', { jobId: 'kid1' });
      }
      await state(parents, 'mother', 'waiting');
      assert.deepEqual((await aboveAgent.call('children', { jobId: 'mother' })).ignored, { [key]: 'no "é"' });
      if (item === 'C135') {
        assert.equal(await aboveAgent.call('removeUnprocessedChildren', { jobId: 'mother' }), 1);
        await aboveAgent.call('work');
        await state(parents, 'mother', 'completed');
      }
    });
  }

  test('removeDependencyOnFailure, no flag, and removal on failure (C136, C137, C138)', async () => {
    for (const [opts, released] of [[{ removeDependencyOnFailure: true }, true], [{}, false], [{ removeOnFail: true }, true]]) {
      const sites = pair();
      const { parents, children, aboveAgent, belowAgent } = sites;
      await aboveAgent.call('addFlow', { flow: flowOf(sites, [{ data: { do: 'fatal' }, opts }]) });
      await belowAgent.call('work');
      await eventually('the child ended', async () =>
        ['failed', 'unknown'].includes(await children.getJobState('kid0')));
      assert.equal(await parents.getJobState('mother'), released ? 'waiting' : 'waiting-children', JSON.stringify(opts));
    }
  });

  test('our processor waits for children that Node gave it (C139)', async () => {
    const sites = pair();
    const { above, below, parents, children, aboveAgent } = sites;
    await aboveAgent.call('work');
    await parents.add('step', { do: 'waitForChildren', ms: 300 }, { jobId: 'mother' });
    await state(parents, 'mother', 'active');
    await children.add('kid', {}, { parent: { id: 'mother', queue: `bull:${above}` } });
    await state(parents, 'mother', 'waiting-children');
    await site.worker(below, async () => 'from Node');
    await state(parents, 'mother', 'completed');
    const mother = await parents.getJob('mother');
    assert.deepEqual(mother.returnvalue, { [`bull:${below}:1`]: 'from Node' });
    assert.equal(mother.attemptsStarted, 2);
    assert.equal(mother.attemptsMade, 1);
  });

  test('Node\'s processor waits for children that we work (C139)', async () => {
    const sites = pair();
    const { above, below, parents, children, belowAgent } = sites;
    await belowAgent.call('work');
    await site.worker(above, async (job, token) => {
      if (job.attemptsStarted === 1) {
        await children.add('kid', {}, { parent: { id: job.id, queue: job.queueQualifiedName } });
        if (await job.moveToWaitingChildren(token)) throw new site.bullmq.WaitingChildrenError();
      }
      return job.getChildrenValues();
    });
    await parents.add('step', {}, { jobId: 'mother' });
    await state(parents, 'mother', 'completed');
    assert.equal((await parents.getJob('mother')).returnvalue[`bull:${below}:1`].by, 'tripos');
  });

  test('three levels, worked by both sides, complete from below (C140)', async () => {
    const names = [site.newName(), site.newName(), site.newName()];
    const leaf = (at) => ({ name: 'leaf', queueName: names[2], opts: { jobId: `leaf${at}` } });
    const branch = (at) => ({
      name: 'branch', queueName: names[1], opts: { jobId: `branch${at}` }, children: [leaf(2 * at), leaf(2 * at + 1)],
    });
    const [top, , bottom] = names.map((name) => site.agent(name));
    const order = [];
    await top.call('addFlow', { flow: { name: 'root', queueName: names[0], opts: { jobId: 'root' }, children: [branch(0), branch(1)] } });
    await site.worker(names[2], async (job) => { order.push(job.id); });
    await bottom.call('work');
    await site.worker(names[1], async (job) => { order.push(job.id); return Object.keys(await job.getChildrenValues()).length; });
    await top.call('work');
    await state(site.queue(names[0]), 'root', 'completed');
    const { values } = await top.call('children', { jobId: 'root' });
    assert.deepEqual(values, { [`bull:${names[1]}:branch0`]: 2, [`bull:${names[1]}:branch1`]: 2 });
    assert.ok(order.includes('branch0') && order.includes('branch1'));
  });

  test('each side removes a parent with its children, unless one is locked (C141)', async () => {
    for (const remover of ['we', 'Node']) {
      const sites = pair();
      const { parents, children, below, aboveAgent } = sites;
      const flow = flowOf(sites, [{}, {}]);
      await (remover === 'we' ? addByNode(flow) : aboveAgent.call('addFlow', { flow }));
      const remove = async () => (remover === 'we' ? aboveAgent.call('remove', { jobId: 'mother' })
        : (await parents.getJob('mother')).remove());
      await site.redis.set(`bull:${below}:kid1:lock`, 'somebody');
      await assert.rejects(remove());
      assert.ok(await children.getJob('kid0') && await parents.getJob('mother'));
      await site.redis.del(`bull:${below}:kid1:lock`);
      await remove();
      assert.equal(await parents.getJob('mother'), undefined);
      assert.equal(await children.getWaitingCount(), 0);
      assert.deepEqual(await site.redis.keys('bull:*:kid*'), []);
    }
  });

  test('a parent is released into its priority or its delay (C142)', async () => {
    for (const [opts, expected] of [[{ priority: 3 }, 'prioritized'], [{ delay: 60_000 }, 'delayed']]) {
      const sites = pair();
      await sites.aboveAgent.call('addFlow', { flow: flowOf(sites, [{}], opts) });
      await site.worker(sites.below, async () => {});
      await state(sites.parents, 'mother', expected);
      const theirs = pair();
      await addByNode(flowOf(theirs, [{}], opts));
      await theirs.belowAgent.call('work');
      await state(theirs.parents, 'mother', expected);
    }
  });
}

// SPDX-License-Identifier: MIT
// Bull Board reads queues that we fill and work: its API's handlers are called as its web server would.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { eventually } from './support.mjs';

const require = createRequire(import.meta.url);
const { createBullBoard } = require('@bull-board/api');
const { BullMQAdapter } = require('@bull-board/api/bullMQAdapter');

/** A web server that only keeps the routes it is given. */
class Routes {
  setQueues(queues) { this.queues = queues; return this; }
  setApiRoutes(routes) { this.routes = routes; return this; }
  setStaticPath() { return this; }
  setViewsPath() { return this; }
  setErrorHandler() { return this; }
  setEntryRoute() { return this; }
  setUIConfig() { return this; }

  async call(method, route, { params = {}, query = {}, body = {} } = {}) {
    const found = this.routes.find((one) =>
      [one.method].flat().includes(method) && [one.route].flat().includes(route));
    assert.ok(found, `no route ${method} ${route}`);
    const answer = await found.handler({ queues: this.queues, params, query, body, headers: {} });
    return { status: answer.status ?? 200, body: answer.body };
  }
}

export function boardScenarios(site) {
  function board(queue) {
    const serverAdapter = new Routes();
    createBullBoard({ queues: [new BullMQAdapter(queue)], serverAdapter, options: { uiBasePath: '.' } });
    return serverAdapter;
  }

  test('Bull Board shows our jobs in their states', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    await agent.call('add', { name: 'good', data: { do: 'echo', n: 1 } });
    await agent.call('add', { name: 'bad', data: { do: 'fatal', reason: 'because' } });
    await agent.call('work', { name: 'w-one' });
    await eventually('both settled', async () => {
      const counts = await agent.call('counts');
      return counts.completed === 1 && counts.failed === 1;
    });
    await agent.call('close');
    await agent.call('add', { name: 'waits' });
    await agent.call('add', { name: 'later', opts: { delay: 60_000 } });
    await agent.call('add', { name: 'first', opts: { priority: 3 } });

    const api = board(site.queue(name));
    const list = async (status) => {
      const { status: code, body } = await api.call('get', '/api/queues',
        { query: { activeQueue: name, status, page: '1', jobsPerPage: '10' } });
      assert.equal(code, 200);
      return body.queues.find((queue) => queue.name === name);
    };
    const { counts } = await list('latest');
    assert.deepEqual([counts.completed, counts.failed, counts.waiting, counts.delayed, counts.prioritized, counts.active],
      [1, 1, 1, 1, 1, 0]);
    const [good] = (await list('completed')).jobs;
    assert.equal(good.name, 'good');
    assert.deepEqual(good.data, { do: 'echo', n: 1 });
    assert.deepEqual(good.returnValue, { by: 'tripos', data: { do: 'echo', n: 1 } });
    const [bad] = (await list('failed')).jobs;
    assert.equal(bad.failedReason, 'because');
    assert.equal(bad.isFailed, true);
    assert.deepEqual((await list('delayed')).jobs.map((job) => [job.name, job.delay]), [['later', 60_000]]);
    assert.deepEqual((await list('prioritized')).jobs.map((job) => job.name), ['first']);
  });

  test('Bull Board retries and promotes our jobs, and we work them', async () => {
    const name = site.newName();
    const agent = site.agent(name);
    const id = await agent.call('add', { name: 'twice', data: { do: 'fail', times: 1 } });
    const later = await agent.call('add', { name: 'later', opts: { delay: 60_000 } });
    await agent.call('work');
    await eventually('failed', async () => (await agent.call('counts')).failed === 1);
    const api = board(site.queue(name));
    await api.call('put', '/api/queues/:queueName/:jobId/retry',
      { params: { queueName: name, jobId: id, queueStatus: 'failed' } });
    await api.call('put', '/api/queues/:queueName/:jobId/promote', { params: { queueName: name, jobId: later } });
    await eventually('both completed', async () => (await agent.call('counts')).completed === 2);
    await agent.call('close');
  });
}

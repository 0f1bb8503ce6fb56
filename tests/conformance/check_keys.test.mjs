// SPDX-License-Identifier: MIT
// The checker finds what it is there to find.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import * as bullmq from 'bullmq';
import { Site } from './support.mjs';

const site = new Site('bullmq', bullmq);

before(() => site.start());
afterEach(() => site.close());
after(() => site.stop());

const breakages = {
  'a job in two states': (redis) => redis.zadd('bull:q:completed', 1, '1'),
  'a job in no state': (redis) => redis.lrem('bull:q:wait', 1, '1'),
  'an id without a job': (redis) => redis.lpush('bull:q:wait', '99'),
  'a lock without an active job': (redis) => redis.set('bull:q:1:lock', 'token'),
  'an active job without a lock': (redis) => redis.rpoplpush('bull:q:wait', 'bull:q:active'),
  'a stalled id that is not active': (redis) => redis.sadd('bull:q:stalled', '1'),
  'a missing marker': (redis) => redis.del('bull:q:marker'),
  'a key of no known kind': (redis) => redis.set('bull:q:failed:x', '1'),
  'a parent that waits for nobody': (redis) => redis.multi().zadd('bull:q:waiting-children', 1, '1').lrem('bull:q:wait', 1, '1').exec(),
  'logs without a job': (redis) => redis.rpush('bull:q:77:logs', 'line'),
};

for (const [what, spoil] of Object.entries(breakages)) {
  test(`the checker reports ${what}`, async () => {
    const queue = site.queue('q');
    await queue.add('a', {});
    await queue.add('b', {}, { delay: 60_000 });
    await queue.add('c', {}, { priority: 2 });
    await spoil(site.redis);
    assert.equal((await site.problems()).length > 0, true);
  });
}

test('the checker accepts a healthy queue', async () => {
  const queue = site.queue('q');
  await queue.add('a', {});
  await queue.add('b', {}, { delay: 60_000 });
  assert.deepEqual(await site.problems(), []);
});

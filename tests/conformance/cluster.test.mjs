// SPDX-License-Identifier: MIT
// BullMQ's workers and queues on Node beside a real Tripos, on a real Redis Cluster: one prefix with a hash tag for both.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import * as bullmq5 from 'bullmq';
import * as bullmq6 from 'bullmq6';
import { createTransport } from 'nodemailer';
import { checkKeys } from './check_keys.mjs';
import { startCluster } from './redis_cluster.mjs';
import { eventually } from './support.mjs';
import { atTheEnd, cleanUp, startRelay, startSite } from './tripos_site.mjs';

const prefix = '{bull}';
const versions = { 5: bullmq5, 6: bullmq6 };

afterEach(cleanUp);

function kept(object) {
  object.on('error', () => {});
  atTheEnd(() => object.close());
  return object;
}

/** Tripos and a relay on the Cluster; `work` is Node's part of the queue of mails, which tells in `sent` whom it wrote to. */
async function start(cluster) {
  const relay = await startRelay();
  const site = await startSite({
    REDIS_URL: cluster.url, QUEUE_PREFIX: prefix, SMTP_URL: relay.url, EMAIL_SEAL: 'off', MAIL_REQUEST_LIMIT_ADDRESS: '100000',
  });
  const post = createTransport(relay.url);
  atTheEnd(() => post.close());
  const sent = [];
  return {
    ...site,
    sent,
    async work({ Worker }) {
      const send = async ({ id, data: { to, subject, html } }) => {
        await post.sendMail({ from: 'no-reply@exams.example.org', to, subject, html, messageId: `<${id}@exams.example.org>` });
        sent.push(to);
      };
      await kept(new Worker('email', send, { connection: cluster.connect(), prefix, concurrency: 5 })).waitUntilReady();
    },
    /** Whom the relay has mails for, one entry a mail. */
    async receivers() {
      const { messages } = await relay.ask({ command: 'messages' });
      return messages.flatMap(({ to }) => to);
    },
  };
}

/** People sign up until `isEnough`; their addresses. */
async function signUpUntil(site, name, isEnough) {
  const people = [];
  await eventually(`enough of ${name}`, async () => {
    people.push(`${name}${people.length}@example.org`);
    await site.signUp(people.at(-1));
    return isEnough(people);
  }, 40_000);
  return people;
}

const rowOf = (site, address) => JSON.parse(site.tripos('mail', 'log', address)).data[0];

for (const [version, bullmq] of Object.entries(versions)) {
  test(`BullMQ ${version} and Tripos work one queue of a Cluster`, { timeout: 120_000 }, async () => {
    const cluster = await startCluster();
    const site = await start(cluster);
    await site.work(bullmq);
    const people = await signUpUntil(site, 'asha', async (all) => site.sent.length > 2 && (await site.receivers()).length > site.sent.length + 2
      && all.length > 10);
    await eventually('everybody has a mail', async () => (await site.receivers()).length >= people.length, 20_000);
    assert.deepEqual((await site.receivers()).sort(), [...people].sort());
    await eventually('the row of a mail that Node sent is SENT', () => rowOf(site, site.sent[0]).status === 'SENT', 20_000);

    // A queue that Tripos has no workers of, only commands.
    const connection = cluster.connect();
    const queue = kept(new bullmq.Queue('reports', { connection, prefix }));
    const heard = [];
    const events = kept(new bullmq.QueueEvents('reports', { connection: cluster.connect(), prefix, lastEventId: '0-0' }));
    events.on('completed', ({ jobId }) => heard.push(jobId));
    const worker = kept(new bullmq.Worker('reports', async ({ data }) => data.number * 2, { connection: cluster.connect(), prefix }));
    await worker.waitUntilReady();
    site.tripos('queue', 'add', 'reports', 'build', '--id', 'ours', '--data', '{"number": 21}');
    await eventually('Node has worked the job of Tripos', () => heard.includes('ours'));
    assert.equal((await queue.getJob('ours')).returnvalue, 42);
    await queue.add('build', { number: 1 }, { jobId: 'later', delay: 3_600_000 });
    site.tripos('queue', 'promote', 'reports', 'later');
    await eventually('what Tripos made due was worked', () => heard.includes('later'));
    site.tripos('queue', 'pause', 'reports');
    assert.equal(await queue.isPaused(), true);
    await queue.resume();
    assert.equal(JSON.parse(site.tripos('queue', 'stats', 'reports')).data.counts.completed, 2);
    await eventually('no mail is being worked on', async () => {
      const counts = await kept(new bullmq.Queue('email', { connection, prefix })).getJobCounts('active', 'wait');
      return counts.active + counts.wait === 0;
    });
    assert.deepEqual(await cluster.ownerOf(`${prefix}:x`).ask((redis) => checkKeys(redis, prefix, ['email', 'reports'])), []);
  });
}

test('both go on when the master of the queue is killed', { timeout: 120_000 }, async () => {
  const cluster = await startCluster(1);
  const site = await start(cluster);
  await site.work(bullmq6);
  const before = await signUpUntil(site, 'before', () => site.sent.length > 0);
  const master = cluster.ownerOf(`${prefix}:x`);
  const sentBefore = site.sent.length;
  master.kill();
  const after = await signUpUntil(site, 'after', async (all) => site.sent.length > sentBefore + 2
    && (await site.receivers()).some((address) => all.includes(address) && !site.sent.includes(address)));
  await eventually('everybody has a mail', async () => {
    const found = new Set(await site.receivers());
    return [...before, ...after].every((address) => found.has(address));
  }, 40_000);
});

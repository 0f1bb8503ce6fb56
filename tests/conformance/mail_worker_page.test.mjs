// SPDX-License-Identifier: MIT
// The worker of docs/mail-delivery.md, as the page has it, beside a real server: it takes what Tripos' own relay does not, leaves
// sealed mails alone, and its outcomes become the rows'. What docs/queue-protocol.md counts with, too. And what a mail that Tripos'
// own relay defers is to BullMQ.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { eventually } from './support.mjs';
import { child, cleanUp, deadPort, root, startRelay, startSite } from './tripos_site.mjs';

/** The blocks of a page that are marked as run here, by language. */
function blocksOf(page) {
  const marked = /<!-- runs in tests\/conformance\/mail_worker_page\.test\.mjs -->\n```(\w+)\n(.*?)```/gs;
  const text = readFileSync(join(root, page), 'utf8');
  return Object.fromEntries([...text.matchAll(marked)].map(([, language, block]) => [language, block]));
}

afterEach(cleanUp);

/** Tripos whose own relay is away, and the page's worker with one that works. */
async function start(settings) {
  const site = await startSite({ SMTP_URL: `smtp://127.0.0.1:${await deadPort()}`, ...settings });
  const { js, sh } = blocksOf('docs/mail-delivery.md');
  writeFileSync(join(site.folder, 'worker.mjs'), js);
  const relay = await startRelay();
  const command = sh.replace(/SMTP_URL=\S+/, `SMTP_URL=${relay.url}`).replace(' node ', ' exec node ');
  const worker = child('bash', ['-c', command], { cwd: site.folder });
  await eventually('the worker runs', () => worker.output.includes('working'));
  return { relay, ...site };
}

// Tripos works the queue too, and puts back what it cannot send: of several mails Node gets some at once.
const people = ['asha', 'bela', 'chitra', 'divya', 'esha', 'farah', 'gita', 'hema'].map((name) => `${name}@example.org`);
const signUpAll = async (site) => {
  for (const address of people) await site.signUp(address);
};

test('the worker of the page sends a mail, and the row is settled', { timeout: 90_000 }, async () => {
  const site = await start({ EMAIL_SEAL: 'off' });
  await signUpAll(site);
  const { messages } = await site.relay.ask({ command: 'wait', count: 1, seconds: 40 });
  const [address] = messages[0].to;
  assert.ok(people.includes(address), address);
  assert.match(messages[0].html, /verify-email\?token=/);
  const row = () => JSON.parse(site.tripos('mail', 'log', address)).data[0];
  await eventually('the row is SENT', () => row().status === 'SENT', 20_000);
  const id = new Map(messages[0].headers).get('Message-ID');
  assert.equal(id, `<${row().id}@exams.example.org>`);
  assert.match(site.node(blocksOf('docs/queue-protocol.md').js), /completed: [1-8],/);
});

test('a refusal for good becomes the reason of a failed row', { timeout: 90_000 }, async () => {
  const site = await start({ EMAIL_SEAL: 'off' });
  await site.relay.ask({ command: 'rules', rules: [{ stage: 'RCPT', reply: '550 5.7.1 not here' }] });
  await signUpAll(site);
  const failed = await eventually('a row is FAILED', () => people
    .map((address) => JSON.parse(site.tripos('mail', 'log', address)).data[0])
    .find((row) => row?.status === 'FAILED'), 40_000);
  assert.match(failed.reason, /550 5\.7\.1 not here/);
});

test('a sealed mail stays with Tripos', { timeout: 90_000 }, async () => {
  const site = await start({ EMAIL_SEAL: 'on' });
  await site.signUp('chitra@example.org');
  // Tripos puts a mail without a relay back to wait; only the worker delays it.
  await eventually('the worker has put it back', () => site.tripos('queue', 'events', 'email').includes('"event":"delayed"'), 40_000);
  assert.deepEqual((await site.relay.ask({ command: 'messages' })).messages, []);
  const [job] = JSON.parse(site.tripos('queue', 'jobs', 'email')).data;
  assert.equal(job.attemptsMade, 0);
});

test('a mail that the relay defers is a delayed job to BullMQ, which can run it now', { timeout: 90_000 }, async () => {
  const relay = await startRelay();
  await relay.ask({ command: 'rules', rules: [{ stage: 'RCPT', reply: '450 4.2.0 greylisted' }] });
  const site = await startSite({ SMTP_URL: relay.url });
  await site.signUp('divya@example.org');
  const row = () => JSON.parse(site.tripos('mail', 'log', 'divya@example.org')).data[0];
  const { id } = await eventually('the row is DEFERRED', () => row()?.status === 'DEFERRED' && row(), 40_000);
  const ask = (what) => JSON.parse(site.node(`
    import { Queue } from "bullmq";
    const queue = new Queue("email", { connection: { path: "data/redis/redis.sock" } });
    const job = await queue.getJob("${id}");
    ${what}
    await queue.close();`));
  const seen = await eventually('the job is delayed', () => {
    const found = ask('console.log(JSON.stringify({ state: await job.getState(), made: job.attemptsMade, delay: job.delay, all: await queue.getDelayedCount() }));');
    return found.state === 'delayed' && found;
  }, 20_000);
  assert.deepEqual([seen.made, seen.all], [2, 1]);
  assert.ok(seen.delay >= 7_000 && seen.delay <= 1_800_000, `${seen.delay} ms`);
  await relay.ask({ command: 'rules', rules: [] });
  ask('await job.promote().catch(() => {}); console.log("0");');
  await eventually('the row is SENT', () => row().status === 'SENT', 30_000);
  assert.equal(ask('console.log(JSON.stringify(await job.getState()));'), 'completed');
});

// SPDX-License-Identifier: MIT
// Traces over the queue, with BullMQ's own telemetry on Node: a job that Node adds in a trace is worked on by Tripos in the same one, and what
// Tripos keeps with a job is what Node goes on with.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as bullmq5 from 'bullmq';
import * as bullmq6 from 'bullmq6';
import { eventually } from './support.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.TRIPOS_BINARY ?? join(root, 'build/release/tripos');

const cleanups = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** Collects the spans that are posted to /v1/traces. */
async function startCollector() {
  const spans = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    if (request.url === '/v1/traces') {
      for (const { scopeSpans } of JSON.parse(body).resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
    }
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${server.address().port}`, spans };
}

/** Tripos with traces, mails into its dev inbox, and the socket of its Redis. */
async function startSite(collector) {
  const folder = mkdtempSync(join(tmpdir(), 'tripos-traces-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const env = {
    PATH: process.env.PATH, PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER: 'parentbased_always_off',
    OTEL_BSP_SCHEDULE_DELAY: '50', EMAIL_SEAL: 'off',
  };
  const server = spawn(binary, ['serve'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  cleanups.push(() => {
    server.kill('SIGTERM');
    return ended;
  });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => { output += chunk; });
  const port = await eventually('the server runs', () => output.match(/Server running on port (\d+)/)?.[1], 45_000);
  return { port, connection: { path: join(folder, 'data/redis/redis.sock') } };
}

/** BullMQ's Telemetry as its OpenTelemetry package does it: a context is the text that goes with the job. */
function telemetryIn(traceparent) {
  const span = { setSpanOnContext: (context) => context, setAttribute() {}, setAttributes() {}, addEvent() {}, recordException() {}, end() {} };
  const metadata = JSON.stringify({ traceparent });
  return {
    tracer: { startSpan: () => span },
    contextManager: {
      with: (_context, work) => work(),
      active: () => metadata,
      getMetadata: () => metadata,
      fromMetadata: (_active, text) => text,
    },
  };
}

const newTrace = (flag) => {
  const [trace, parent] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { trace, parent, traceparent: `00-${trace}-${parent}-${flag}` };
};

for (const [name, bullmq] of [['BullMQ 5', bullmq5], ['BullMQ 6', bullmq6]]) {
  test(`a job that ${name} adds in a trace is worked on in the same one`, { timeout: 90_000 }, async () => {
    const collector = await startCollector();
    const site = await startSite(collector);
    const add = async (place, to) => {
      const queue = new bullmq.Queue('email', { connection: site.connection, telemetry: telemetryIn(place.traceparent) });
      cleanups.push(() => queue.close());
      await queue.add('send-email', { to, subject: 'Hello', html: '<p>Hello</p>' });
    };
    const [unsampled, sampled] = [newTrace('00'), newTrace('01')];
    await add(unsampled, 'asha@example.org');
    await add(sampled, 'bela@example.org');
    const ofTrace = () => collector.spans.filter((span) => span.traceId === sampled.trace);
    const sent = await eventually('the mail is told', () => ofTrace().find((span) => span.name === 'send mail'), 20_000);
    const worked = await eventually('the job is told', () => ofTrace().find((span) => span.name === 'process email'), 20_000);
    assert.equal(worked.parentSpanId, sampled.parent);
    assert.equal(worked.kind, 5);
    assert.equal(sent.parentSpanId, worked.spanId);
    assert.deepEqual(collector.spans.filter((span) => span.traceId !== sampled.trace), []);
    assert.doesNotMatch(JSON.stringify(collector.spans), /example\.org|Hello/);
  });
}

test('what Tripos keeps with a job is what Node goes on with', { timeout: 90_000 }, async () => {
  const collector = await startCollector();
  const site = await startSite(collector);
  const queue = new bullmq5.Queue('email', { connection: site.connection });
  cleanups.push(() => queue.close());
  await queue.pause();
  const { trace, traceparent } = newTrace('01');
  const body = JSON.stringify({ fullName: 'Asha Rao', email: 'asha@example.org', password: 'correct horse 7' });
  const headers = { 'Content-Type': 'application/json', traceparent };
  assert.equal((await fetch(`http://127.0.0.1:${site.port}/api/auth/signup`, { method: 'POST', headers, body })).status, 201);
  const job = await eventually('the mail is a job', async () => (await queue.getJobs(['paused', 'prioritized', 'waiting']))[0], 20_000);
  const kept = JSON.parse(job.opts.telemetry.metadata).traceparent;
  assert.match(kept, new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
  const request = await eventually('the request is told', () => collector.spans.find((span) => span.kind === 2), 20_000);
  assert.equal(request.traceId, trace);
});

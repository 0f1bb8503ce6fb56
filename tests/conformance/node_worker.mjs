// SPDX-License-Identifier: MIT
// A BullMQ worker in a process of its own, so that a suite can kill it: node_worker.mjs <package> <socket> <queue> <options>.
// It does what a job's data says ("do": fail, slow) and keeps a ledger in options.ledger, as the C++ agent does.

import { appendFileSync } from 'node:fs';

const [packageName, socket, name, given] = process.argv.slice(2);
const { ledger, ...options } = JSON.parse(given);
const { Worker } = await import(packageName);
const record = (line) => ledger && appendFileSync(ledger, `${line}\n`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function obey(job) {
  record(`S ${job.id}`);
  const { do: action, ms, times } = job.data;
  if (action === 'fail' && job.attemptsMade < times) throw new Error('failed as told');
  if (action === 'slow') await sleep(ms);
  record(`E ${job.id}`);
  return { by: 'Node' };
}

const worker = new Worker(name, obey, { connection: { path: socket, maxRetriesPerRequest: null }, ...options });
worker.on('error', () => {});
process.stdin.on('end', () => process.exit(0));
process.stdin.resume();

// SPDX-License-Identifier: MIT
// queue_bench.mjs <mode> <socket> <queue> ...: Node's side of `./dev bench queue`; modes and output as of queue_bench.cpp.

import { Queue, Worker } from 'bullmq';

const [mode, socket, name, count, ...rest] = process.argv.slice(2);
const total = Number(count);
const connection = { path: socket, maxRetriesPerRequest: null };
const data = { to: 'somebody@mail.example', text: 'sixty bytes of data.' };
const inFlight = 100, bulk = 1000, concurrency = 50, warmUp = 2000, priorities = 10;
const workerOptions = { connection, removeOnComplete: { count: 1000 } };

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function stopwatch() {
  const began = performance.now(), cpu = process.cpuUsage();
  return (jobs) => {
    const used = process.cpuUsage(cpu);
    return {
      jobs,
      seconds: (performance.now() - began) / 1000,
      cpu: (used.user + used.system) / 1e6,
      rss: Math.round(process.memoryUsage().rss / 1024),
    };
  };
}

const options = (number, prioritized) => (prioritized ? { priority: 1 + (number % priorities) } : {});

async function add(kind, order) {
  const queue = new Queue(name, { connection });
  await queue.waitUntilReady();
  const prioritized = order === 'prioritized';
  const result = stopwatch();
  if (kind === 'bulk') {
    for (let first = 0; first < total; first += bulk) {
      await queue.addBulk(Array.from({ length: bulk }, (_, i) => ({ name: 'job', data, opts: options(i, prioritized) })));
    }
  } else {
    let next = 0;
    await Promise.all(Array.from({ length: inFlight }, async () => {
      while (next < total) await queue.add('job', data, options(next++, prioritized));
    }));
  }
  const measured = result(total);
  await queue.close();
  return measured;
}

async function work() {
  let done = 0, result, end;
  const ended = new Promise((resolve) => { end = resolve; });
  const worker = new Worker(name, async () => {
    if (++done === warmUp) result = stopwatch();
    if (done === total + warmUp) end(result(total));
  }, { ...workerOptions, concurrency });
  const measured = await ended;
  await worker.close();
  return measured;
}

async function latency() {
  const queue = new Queue(name, { connection });
  let started;
  const worker = new Worker(name, async () => { started(performance.now()); }, workerOptions);
  await worker.waitUntilReady();
  await sleep(200);
  const ms = [];
  for (let i = 0; i < total; ++i) {
    await sleep(4);
    const start = new Promise((resolve) => { started = resolve; });
    const began = performance.now();
    await queue.add('job', data);
    ms.push((await start) - began);
  }
  await worker.close();
  await queue.close();
  return { ms };
}

async function idle(queues) {
  const workers = Array.from({ length: Number(queues) }, (_, i) =>
    new Worker(`${name}${i}`, async () => {}, { ...workerOptions, concurrency }));
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  await sleep(1000);
  console.log('ready');
  const result = stopwatch();
  await sleep(total * 1000);
  const measured = result(0);
  await Promise.all(workers.map((worker) => worker.close()));
  return measured;
}

const modes = { add, work, latency, idle };
console.log(JSON.stringify(await modes[mode](...rest)));
process.exit(0);

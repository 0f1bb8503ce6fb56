// SPDX-License-Identifier: MIT
// cache_bench.mjs <mode> <socket> ...: Node's side of `./dev bench cache`; modes and output as of cache_bench.cpp.

import { createClient } from 'redis';

const [mode, socket, countText] = process.argv.slice(2);
const count = Number(countText);
const keys = 1000, inFlight = 100, together = 128;
const value = JSON.stringify({
  id: 42, title: 'An exam', description: 'x'.repeat(400),
  questions: Array.from({ length: 8 }, (_, id) => ({ id, statement: 'a statement of a usual length', marks: 4 })),
});

function measure(operations, began, cpu) {
  const used = process.cpuUsage(cpu);
  return { operations, seconds: (performance.now() - began) / 1000, cpu: (used.user + used.system) / 1e6 };
}

/** A Map: what an in-process cache in Node is at best. */
function hit() {
  const map = new Map(Array.from({ length: keys }, (_, i) => [`bench:${i}:value`, JSON.parse(value)]));
  const began = performance.now(), cpu = process.cpuUsage();
  let found = 0;
  for (let i = 0; i < count; ++i) found += map.get(`bench:${(i * 7919) % keys}:value`).id;
  if (found !== 42 * count) throw new Error('lost a value');
  return measure(count, began, cpu);
}

async function connected() {
  const client = await createClient({ socket: { path: socket } }).connect();
  for (let i = 0; i < keys; ++i) await client.set(`bench:${i}:value`, value);
  return client;
}

/** GET and JSON.parse, 100 in flight. */
async function redis() {
  const client = await connected();
  const began = performance.now(), cpu = process.cpuUsage();
  let next = 0;
  await Promise.all(Array.from({ length: inFlight }, async () => {
    while (next < count) {
      const found = JSON.parse(await client.get(`bench:${(next++ * 7919) % keys}:value`));
      if (found.id !== 42) throw new Error('lost a value');
    }
  }));
  const result = measure(count, began, cpu);
  await client.close();
  return result;
}

/** MGET of 128 and JSON.parse of each. */
async function many() {
  const client = await connected();
  const names = Array.from({ length: together }, (_, i) => `bench:${i}:value`);
  const began = performance.now(), cpu = process.cpuUsage();
  for (let i = 0; i < count; ++i) (await client.mGet(names)).forEach((text) => JSON.parse(text));
  const result = measure(count, began, cpu);
  await client.close();
  return result;
}

console.log(JSON.stringify(await { hit, redis, many }[mode]()));

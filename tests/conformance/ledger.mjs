// SPDX-License-Identifier: MIT
// What the processors say they did ("S <id>" when a job starts, "E <id>" when it ends, see agent_processor.hpp), held against
// what Redis says.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

/** id -> { starts, ends } */
export function readLedger(path) {
  const jobs = new Map();
  if (!existsSync(path)) return jobs;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (!line) continue;
    const id = line.slice(2);
    const job = jobs.get(id) ?? { starts: 0, ends: 0 };
    job[line[0] === 'S' ? 'starts' : 'ends'] += 1;
    jobs.set(id, job);
  }
  return jobs;
}

async function finalEvents(redis, base) {
  const ends = new Map();
  let from = '-';
  for (;;) {
    const entries = await redis.xrange(`${base}events`, from, '+', 'COUNT', 20_000);
    if (entries.length === 0) return ends;
    for (const [, fields] of entries) {
      if (fields[1] === 'completed' || fields[1] === 'failed') ends.set(fields[3], (ends.get(fields[3]) ?? 0) + 1);
    }
    from = `(${entries.at(-1)[0]}`;
  }
}

/**
 * Every one of `ids` is in exactly one final state, which was announced exactly once, and its processor ran no more often than
 * attempts were counted plus locks were lost. Returns how many lost one. Requires: the events were not trimmed.
 */
export async function assertAccounts(redis, queue, ids, ledgerPath) {
  const base = `bull:${queue}:`;
  const ledger = readLedger(ledgerPath);
  const [completed, failed] = await Promise.all(['completed', 'failed'].map((set) => redis.zrange(base + set, 0, -1)));
  const places = new Map();
  for (const id of [...completed, ...failed]) places.set(id, (places.get(id) ?? 0) + 1);
  const ends = await finalEvents(redis, base);
  const problems = [];
  let recovered = 0;
  for (let first = 0; first < ids.length; first += 10_000) {
    const slice = ids.slice(first, first + 10_000);
    const reader = redis.pipeline();
    for (const id of slice) reader.hmget(base + id, 'atm', 'stc');
    const counters = await reader.exec();
    slice.forEach((id, i) => {
      const [made, stalled] = counters[i][1].map(Number);
      const { starts } = ledger.get(id) ?? { starts: 0 };
      if (stalled > 0) recovered += 1;
      if (places.get(id) !== 1) problems.push(`${id} is in ${places.get(id) ?? 0} final states`);
      if (ends.get(id) !== 1) problems.push(`${id} ended ${ends.get(id) ?? 0} times`);
      if (starts > made + stalled) problems.push(`${id} ran ${starts} times: ${made} attempts, ${stalled} lost locks`);
    });
  }
  if (places.size !== ids.length) problems.push(`${places.size} jobs ended, not ${ids.length}`);
  assert.deepEqual(problems.slice(0, 10), [], `${problems.length} problems`);
  return recovered;
}

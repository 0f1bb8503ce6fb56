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

/** A job that lost its workers too often is failed by the next one, which counts an attempt without running it. */
function attemptsWithoutRun(reason) {
  return reason === 'job stalled more than allowable limit' ? 1 : 0;
}

/**
 * Every one of `ids` is in exactly one final state, which was announced exactly once. Its processor ran no more often than attempts
 * were counted plus locks were lost, and no less often than attempts were counted; of a job that completed it ended at least once.
 * Returns how many lost a lock. Requires: the events were not trimmed.
 */
export async function assertAccounts(redis, queue, ids, ledgerPath) {
  const base = `bull:${queue}:`;
  const ledger = readLedger(ledgerPath);
  const [completed, failed] = await Promise.all(['completed', 'failed'].map((set) => redis.zrange(base + set, 0, -1)));
  const succeeded = new Set(completed);
  const places = new Map();
  for (const id of [...completed, ...failed]) places.set(id, (places.get(id) ?? 0) + 1);
  const announced = await finalEvents(redis, base);
  const problems = [];
  let recovered = 0;
  for (let first = 0; first < ids.length; first += 10_000) {
    const slice = ids.slice(first, first + 10_000);
    const reader = redis.pipeline();
    for (const id of slice) reader.hmget(base + id, 'atm', 'stc', 'failedReason');
    const counters = await reader.exec();
    slice.forEach((id, i) => {
      const [made, stalled] = counters[i][1].slice(0, 2).map(Number);
      const unrun = attemptsWithoutRun(counters[i][1][2]);
      const { starts, ends } = ledger.get(id) ?? { starts: 0, ends: 0 };
      if (stalled > 0) recovered += 1;
      if (places.get(id) !== 1) problems.push(`${id} is in ${places.get(id) ?? 0} final states`);
      if (announced.get(id) !== 1) problems.push(`${id} ended ${announced.get(id) ?? 0} times`);
      if (starts < made - unrun) problems.push(`${id} ran ${starts} times: ${made} attempts, ${counters[i][1][2]}`);
      if (succeeded.has(id) && ends === 0) problems.push(`${id} is completed and never ended`);
      if (starts > made + stalled) problems.push(`${id} ran ${starts} times: ${made} attempts, ${stalled} lost locks`);
    });
  }
  if (places.size !== ids.length) problems.push(`${places.size} jobs ended, not ${ids.length}`);
  assert.deepEqual(problems.slice(0, 10), [], `${problems.length} problems`);
  return recovered;
}

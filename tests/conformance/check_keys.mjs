// SPDX-License-Identifier: MIT
// Walks every key of every queue and says what does not fit: a job in two states or in none, an id without a job, a lock
// without an active job or an active job without a lock, a key of the wrong type or of no known kind, a marker that is missing.

const lists = ['wait', 'paused', 'active'];
const sets = ['delayed', 'prioritized', 'completed', 'failed', 'waiting-children'];
const types = {
  ...Object.fromEntries(lists.map((name) => [name, 'list'])),
  ...Object.fromEntries(sets.map((name) => [name, 'zset'])),
  id: 'string', pc: 'string', meta: 'hash', marker: 'zset', events: 'stream', stalled: 'set',
  'stalled-check': 'string', limiter: 'string',
};
const jobTypes = { lock: 'string', logs: 'list' };

async function typeProblems(redis, base, suffixes, jobs) {
  const found = [];
  for (const suffix of suffixes) {
    const at = suffix.lastIndexOf(':');
    const expected = types[suffix] ?? (jobs.has(suffix) ? 'hash' : jobs.has(suffix.slice(0, at)) && jobTypes[suffix.slice(at + 1)]);
    const type = await redis.type(base + suffix);
    if (type === 'none') continue;
    if (!expected) found.push(`${base}${suffix} is of no known kind`);
    else if (type !== expected) found.push(`${base}${suffix} is a ${type}, not a ${expected}`);
  }
  return found;
}

/** What is wrong with one queue; `base` ends with a colon. Nothing may be at work on it. */
async function queueProblems(redis, base, suffixes) {
  const places = new Map();
  for (const name of [...lists, ...sets]) {
    const ids = lists.includes(name) ? await redis.lrange(base + name, 0, -1) : await redis.zrange(base + name, 0, -1);
    for (const id of ids) places.set(id, [...(places.get(id) ?? []), name]);
  }
  const found = [];
  const jobs = new Set();
  for (const suffix of suffixes) {
    if (!types[suffix] && (await redis.type(base + suffix)) === 'hash') jobs.add(suffix);
  }
  for (const id of jobs) {
    const held = places.get(id) ?? [];
    if (held.length !== 1) found.push(`job ${base}${id} is in [${held}]`);
  }
  for (const [id, names] of places) {
    if (!jobs.has(id)) found.push(`${id} in ${base}${names} is no job`);
    const locked = suffixes.includes(`${id}:lock`);
    if (locked !== names.includes('active')) found.push(`job ${base}${id} in ${names} is ${locked ? '' : 'not '}locked`);
  }
  for (const id of await redis.smembers(`${base}stalled`)) {
    if (places.get(id)?.[0] !== 'active') found.push(`${id} in ${base}stalled is not active`);
  }
  const [paused, concurrency] = await redis.hmget(`${base}meta`, 'paused', 'concurrency');
  const active = await redis.llen(`${base}active`);
  const runnable = [...places.values()].filter((names) => names.some((name) => name === 'wait' || name === 'prioritized'));
  const blocked = paused !== null || (concurrency !== null && active >= Number(concurrency));
  if (runnable.length > 0 && !blocked && !(await redis.zscore(`${base}marker`, '0'))) {
    found.push(`${base} has ${runnable.length} jobs to run and no marker`);
  }
  return [...found, ...await typeProblems(redis, base, suffixes, jobs)];
}

/** The problems of all queues below the prefix, as texts. */
export async function checkKeys(redis, prefix) {
  const keys = await redis.keys(`${prefix}:*`);
  const bases = new Map();
  for (const key of keys) {
    const name = key.split(':')[1];
    const base = `${prefix}:${name}:`;
    bases.set(base, [...(bases.get(base) ?? []), key.slice(base.length)]);
  }
  const found = [];
  for (const [base, suffixes] of bases) found.push(...await queueProblems(redis, base, suffixes));
  return found;
}

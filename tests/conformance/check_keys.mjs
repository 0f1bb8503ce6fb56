// SPDX-License-Identifier: MIT
// Walks every key of every queue and says what does not fit: a job in two states or in none, an id without a job, a lock
// without an active job or an active job without a lock, a key of the wrong type or of no known kind, a marker that is missing, a
// parent that waits for nobody or for a job that is gone or has completed.

const lists = ['wait', 'paused', 'active'];
const sets = ['delayed', 'prioritized', 'completed', 'failed', 'waiting-children'];
const types = {
  ...Object.fromEntries(lists.map((name) => [name, 'list'])),
  ...Object.fromEntries(sets.map((name) => [name, 'zset'])),
  id: 'string', pc: 'string', meta: 'hash', marker: 'zset', events: 'stream', stalled: 'set',
  'stalled-check': 'string', limiter: 'string', repeat: 'zset',
  ...Object.fromEntries(['completed', 'failed'].flatMap((end) => [[`metrics:${end}`, 'hash'], [`metrics:${end}:data`, 'list']])),
};
const jobTypes = { lock: 'string', logs: 'list', dependencies: 'set', processed: 'hash', failed: 'hash', unsuccessful: 'zset' };
// Of a deduplication id its owner and the job kept for its end, of a job scheduler its definition.
const ownTypes = { de: 'string', dn: 'hash', repeat: 'hash' };

/** The type a key must have by its name; nothing: no such key is known. */
function expectedType(suffix, jobs) {
  if (types[suffix]) return types[suffix];
  if (jobs.has(suffix)) return 'hash';
  const [kind] = suffix.split(':', 1);
  if (suffix.length > kind.length && ownTypes[kind]) return ownTypes[kind];
  const at = suffix.lastIndexOf(':');
  return jobs.has(suffix.slice(0, at)) ? jobTypes[suffix.slice(at + 1)] : undefined;
}

/** Whether a hash is a job: not one of a job's own, nor of a scheduler. */
function isJobKey(suffix, schedulers) {
  return !types[suffix] && !/:(processed|failed)$/.test(suffix) && !suffix.startsWith('dn:')
    && !(suffix.startsWith('repeat:') && schedulers.has(suffix.slice('repeat:'.length)));
}

/** What is wrong with what parents wait for. */
async function parentProblems(redis, base, waiting) {
  const found = [];
  for (const id of waiting) {
    const children = await redis.smembers(`${base}${id}:dependencies`);
    if (children.length === 0) found.push(`${base}${id} waits for nobody`);
    for (const child of children) {
      const at = child.lastIndexOf(':') + 1;
      if (!(await redis.exists(child))) found.push(`${base}${id} waits for ${child}, which is gone`);
      else if (await redis.zscore(`${child.slice(0, at)}completed`, child.slice(at))) found.push(`${base}${id} waits for ${child}, which has completed`);
    }
  }
  return found;
}

/** The type of each key, by what follows the base. */
async function typesOf(redis, base, suffixes) {
  const kinds = new Map();
  for (let first = 0; first < suffixes.length; first += 10_000) {
    const slice = suffixes.slice(first, first + 10_000);
    const reader = redis.pipeline();
    for (const suffix of slice) reader.type(base + suffix);
    (await reader.exec()).forEach(([, kind], i) => kinds.set(slice[i], kind));
  }
  return kinds;
}

function typeProblems(base, kinds, jobs) {
  const found = [];
  for (const [suffix, type] of kinds) {
    const expected = expectedType(suffix, jobs);
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
  const schedulers = new Set(await redis.zrange(`${base}repeat`, 0, -1));
  const kinds = await typesOf(redis, base, suffixes);
  for (const [suffix, type] of kinds) {
    if (type === 'hash' && isJobKey(suffix, schedulers)) jobs.add(suffix);
  }
  for (const id of jobs) {
    const held = places.get(id) ?? [];
    if (held.length !== 1) found.push(`job ${base}${id} is in [${held}]`);
  }
  for (const [id, names] of places) {
    if (!jobs.has(id)) found.push(`${id} in ${base}${names} is no job`);
    const locked = kinds.has(`${id}:lock`);
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
  const waiting = [...places].filter(([, names]) => names.includes('waiting-children')).map(([id]) => id);
  return [...found, ...await parentProblems(redis, base, waiting), ...typeProblems(base, kinds, jobs)];
}

/** The problems of all queues below the prefix, or of those with these names, as texts. */
export async function checkKeys(redis, prefix, names) {
  const keys = await redis.keys(`${prefix}:*`);
  const bases = new Map();
  for (const key of keys) {
    const name = key.split(':')[1];
    if (names && !names.includes(name)) continue;
    const base = `${prefix}:${name}:`;
    if (!bases.has(base)) bases.set(base, []);
    bases.get(base).push(key.slice(base.length));
  }
  const found = [];
  for (const [base, suffixes] of bases) found.push(...await queueProblems(redis, base, suffixes));
  return found;
}

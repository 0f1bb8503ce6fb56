// SPDX-License-Identifier: MIT
// Our cron patterns against the parsers that BullMQ uses: cron-parser 4.9 (bullmq 5.66.4) and 5.10 (6.7.0). Random patterns in
// zones of all kinds, with the search starting around clock changes of 2024 and 2025.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const agent = process.env.QUEUE_AGENT
  ? join(dirname(process.env.QUEUE_AGENT), 'cron_agent')
  : join(here, '../../build/release/tests/conformance/cron_agent');

const require = createRequire(import.meta.url);
const { parseExpression } = require('cron-parser');
const { CronExpressionParser } = createRequire(require.resolve('bullmq6'))('cron-parser');

// The instants (UTC) of changes whose gap is one hour and neither begins nor ends a day.
const changes = {
  'Europe/Berlin': ['2024-03-31T01:00Z', '2024-10-27T01:00Z', '2025-03-30T01:00Z', '2025-10-26T01:00Z'],
  'Europe/London': ['2024-03-31T01:00Z', '2024-10-27T01:00Z'],
  'America/New_York': ['2024-03-10T07:00Z', '2024-11-03T06:00Z', '2025-03-09T07:00Z'],
  'America/St_Johns': ['2024-03-10T05:30Z', '2024-11-03T04:30Z'],
  'Australia/Sydney': ['2024-04-06T16:00Z', '2024-10-05T16:00Z'],
  'Pacific/Auckland': ['2024-04-06T14:00Z', '2024-09-28T14:00Z'],
  'Asia/Kolkata': ['2024-01-31T00:00Z', '2024-02-28T18:30Z'],
  UTC: ['2024-02-29T00:00Z', '2024-12-31T23:59Z'],
};

/** mulberry32: small, seeded, good enough to pick patterns. */
function random(seed) {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  };
}

function field(pick, low, high) {
  const value = () => low + pick(high - low + 1);
  const part = () => {
    const a = value();
    const b = value();
    return [`${a}`, `${Math.min(a, b)}-${Math.max(a, b)}`, `*/${1 + pick(12)}`,
      `${Math.min(a, b)}-${Math.max(a, b)}/${1 + pick(5)}`, `${a}/${1 + pick(9)}`][pick(5)];
  };
  // Lists of single values only: cron-parser 5 refuses a list that names a value twice.
  const list = () => [...new Set([value(), value(), value()])].join(',');
  return [() => '*', part, part, list][pick(4)]();
}

// Days and weekdays: those whose restriction both parsers see alike (4.9 takes a full range for `*`).
function pattern(pick) {
  const dates = [['*', '*'], ['*', '*'], [`${1 + pick(28)}`, '*'], ['*', `${pick(8)}`], ['*', '1-5'], ['L', '*'],
    [`${1 + pick(28)}`, `${pick(7)}`], ['*', `${pick(7)}L`], ['*', `${pick(7)}#${1 + pick(4)}`], ['1-7', 'MON'], ['15,L', 'sun'],
    ['*/3', '*'], ['?', '2']];
  const [day, weekday] = dates[pick(dates.length)];
  const month = ['*', '*', '*', 'mar-nov', '*/2', '3,10'][pick(6)];
  const fields = [field(pick, 0, 59), field(pick, 0, 23), day, month, weekday];
  if (pick(4) === 0) fields.unshift(field(pick, 0, 59));
  return fields.join(' ');
}

function times(iterator, count) {
  return Array.from({ length: count }, () => iterator.next().getTime()).join(' ');
}

/** Ours for a whole table in one process. */
function ours(rows) {
  const lines = rows.map(({ text, zone, from, count }) => [text, zone, from, count].join('\t'));
  const run = spawnSync(agent, { input: `${lines.join('\n')}\n`, encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.equal(run.status, 0, `cron_agent: ${run.error ?? run.stderr}`);
  return run.stdout.trimEnd().split('\n');
}

test('C131 random patterns fire when cron-parser 4.9 and 5.10 say, across clock changes of eight zones', () => {
  const seed = Number(process.env.CRON_SEED ?? 20260101);
  const pick = random(seed);
  const rows = Object.entries(changes).flatMap(([zone, instants]) => Array.from({ length: 40 }, () => {
    const change = Date.parse(instants[pick(instants.length)]);
    return { text: pattern(pick), zone, from: change - pick(30 * 3600) * 1000 + pick(1000), count: 6 };
  }));
  const found = ours(rows);
  rows.forEach((row, i) => {
    const options = { currentDate: new Date(row.from), tz: row.zone };
    const message = `seed ${seed}: ${row.text} in ${row.zone} from ${new Date(row.from).toISOString()}`;
    assert.equal(found[i], times(parseExpression(row.text, options), row.count), `${message}, cron-parser 4.9`);
    assert.equal(found[i], times(CronExpressionParser.parse(row.text, options), row.count), `${message}, cron-parser 5.10`);
  });
});

test('C131 what cron-parser 5.10 refuses we refuse', () => {
  const bad = ['60 * * * *', '* 24 * * *', '* * 0 * *', '* * 32 * *', '* * * 13 *', '* * * * 8', '5-1 * * * *', '*/0 * * * *',
    '1,,2 * * * *', 'a * * * *', '* * * * * * *', '0 0 15W * *', '0 0 * * L', '0 0 * * 1#6', '0 0 * * 1#2,3#1', '-5 * * * *',
    '1.5 * * * *', '0 0 * * FRI-SUN', '0 0 L-2 * *', '@reboot'];
  const found = ours(bad.map((text) => ({ text, zone: 'UTC', from: 0, count: 1 })));
  bad.forEach((text, i) => {
    assert.throws(() => CronExpressionParser.parse(text, { tz: 'UTC' }).next(), `cron-parser takes ${text}`);
    assert.match(found[i], /^error: /, `we take ${text}`);
  });
});

// SPDX-License-Identifier: MIT
// All scenarios, with one version of BullMQ on Node's side; after each of them the keys it left must be consistent.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, afterEach, before, describe } from 'node:test';
import { boardScenarios } from './board.mjs';
import { deduplicationScenarios } from './deduplication.mjs';
import { eventScenarios } from './events.mjs';
import { finishingScenarios } from './finishing.mjs';
import { flowScenarios } from './flows.mjs';
import { jobScenarios } from './jobs.mjs';
import { layoutScenarios } from './layout.mjs';
import { managementScenarios } from './management.mjs';
import { schedulerScenarios } from './schedulers.mjs';
import { Site } from './support.mjs';
import { workerScenarios } from './workers.mjs';

const require = createRequire(import.meta.url);

/** `name` is the package: the suites never compare two versions, they run whole with each. */
export async function runSuites(name) {
  const site = new Site(name, await import(name));
  const { version } = require(`${name}/package.json`);
  describe(`BullMQ ${version}`, () => {
    before(() => site.start());
    afterEach(async () => {
      await site.close();
      assert.deepEqual(await site.problems(), []);
    });
    after(() => site.stop());
    for (const scenarios of [jobScenarios, layoutScenarios, workerScenarios, finishingScenarios, managementScenarios,
      eventScenarios, flowScenarios, deduplicationScenarios, schedulerScenarios, boardScenarios]) scenarios(site);
  });
}

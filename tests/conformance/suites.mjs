// SPDX-License-Identifier: MIT
// All scenarios, with one version of BullMQ on Node's side; after each of them the keys it left must be consistent.

import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { boardScenarios } from './board.mjs';
import { eventScenarios } from './events.mjs';
import { jobScenarios } from './jobs.mjs';
import { Site } from './support.mjs';
import { workerScenarios } from './workers.mjs';

/** `name` is the package: the suites never compare two versions, they run whole with each. */
export async function runSuites(name) {
  const site = new Site(name, await import(name));
  before(() => site.start());
  afterEach(async () => {
    await site.close();
    assert.deepEqual(await site.problems(), []);
  });
  after(() => site.stop());
  jobScenarios(site);
  workerScenarios(site);
  eventScenarios(site);
  boardScenarios(site);
}

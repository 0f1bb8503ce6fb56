// SPDX-License-Identifier: MIT
// Every scenario with BullMQ 6 on Node's side.

import { runSuites } from './suites.mjs';

await runSuites('bullmq6');

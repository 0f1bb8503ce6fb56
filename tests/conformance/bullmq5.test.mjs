// SPDX-License-Identifier: MIT
// Every scenario with BullMQ 5 on Node's side.

import { runSuites } from './suites.mjs';

await runSuites('bullmq');

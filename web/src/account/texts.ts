// SPDX-License-Identifier: MIT
// The texts of the pages around an account, and of the front door. Another language is another catalogue.

import { wording } from "../shared/texts";
import { en } from "./texts.en";

export type Key = keyof typeof en;

export const { t: d, counted: several } = wording<Key>(en, { hi: async () => (await import("./texts.hi")).hi });

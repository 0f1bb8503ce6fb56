// SPDX-License-Identifier: MIT
// The texts of the staff's pages, which those of candidates do not carry.

import { wording } from "../shared/texts";
import { en } from "./texts.en";

export const { t: s, counted: many } = wording<keyof typeof en>(en, { hi: async () => (await import("./texts.hi")).hi });

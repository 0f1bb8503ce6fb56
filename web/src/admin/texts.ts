// SPDX-License-Identifier: MIT
// The texts of the pages for those who run the site. Another language is another catalogue.

import { wording } from "../shared/texts";
import { en } from "./texts.en";

export const { t: a, counted: several } = wording<keyof typeof en>(en, { hi: async () => (await import("./texts.hi")).hi });

// SPDX-License-Identifier: MIT
// The texts of the pages for developers. What the API says of itself is English, as are logs and commands.

import { wording } from "../shared/texts";
import { en } from "./texts.en";

export const { t: d, counted: some } = wording<keyof typeof en>(en, { hi: async () => (await import("./texts.hi")).hi });

// SPDX-License-Identifier: MIT
// The texts of the pages for developers. What the API says of itself is English, as are logs and commands, and so is all of the
// cache's page.

import { wording } from "../shared/texts";
import { en } from "./texts.en";

type Key = keyof typeof en;
/** Those that every language has. */
export type Own = Exclude<Key, `cache.${string}`>;

export const { t: d, counted: some } = wording<Key>(en, { hi: async () => ({ ...en, ...(await import("./texts.hi")).hi }) });

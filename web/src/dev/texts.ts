// SPDX-License-Identifier: MIT
// The texts of the pages for developers: English alone, as are logs, commands and docs, and the page says so.

import { wording } from "../shared/texts";
import { en } from "./texts.en";

export const { t: d, counted: some } = wording<keyof typeof en>(en, { hi: () => Promise.reject(new Error("English alone")) });

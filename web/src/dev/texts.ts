// SPDX-License-Identifier: MIT
// The texts of the pages for developers. Another language is another catalogue.

import { wording } from "../shared/texts";
import { en } from "./texts.en";

export const { t: d, counted: some } = wording(en, { en });

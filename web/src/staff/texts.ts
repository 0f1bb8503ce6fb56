// SPDX-License-Identifier: MIT
// The texts of the staff's pages, which those of candidates do not carry. Another language is another catalogue.

import { wording } from "../shared/texts";
import { en } from "./texts.en";

export const { t: s, counted: many } = wording(en, { en });

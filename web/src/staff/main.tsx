// SPDX-License-Identifier: MIT
// The pages of the staff.

import { show } from "../shared/router";

show([], () => []);

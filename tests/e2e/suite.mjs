// SPDX-License-Identifier: MIT
// What the tests of one file share.

import { after } from "node:test";
import { openSite } from "./site_fixture.mjs";

/** Server, site and browser, until the last test of the file is done; `options` as those of openSite. */
export async function setUp(options) {
  const shared = await openSite(options);
  after(shared.close);
  return shared;
}

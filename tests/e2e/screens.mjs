// SPDX-License-Identifier: MIT
// Pictures of every state, for the eye and for comparison: `node tests/e2e/screens.mjs [--compare] [--dark] [NAME...]`.
//
// They are kept in build/screens by the browser's version, since each draws a little differently: take them before a change, and
// with --compare after it, which says where more than one pixel in a thousand has changed and puts the newer picture beside.

import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { openSite } from "./site_fixture.mjs";
import { makeStates, openState } from "./site_states.mjs";

const flags = process.argv.slice(2).filter((word) => word.startsWith("--")), names = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const has = (flag) => flags.includes(flag);
const DESK = { width: 1120, height: 760 }, PHONE = { width: 390, height: 760 };
const TOLERANCE = 0.001; // of the pixels

const { site, browser, close } = await openSite();
const FOLDER = new URL(`../../build/screens/chromium-${browser.version()}${has("--dark") ? "-dark" : ""}/`, import.meta.url).pathname;

/** Times, addresses and numbers that are others with each run become the same. */
function settle(page) {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const same = text.data
        .replace(/\p{L}{3,4}, (\p{L}{3} \d{1,2}|\d{1,2} \p{L}+॰?), \d\d:\d\d/gu, "Mon, May 4, 10:42").replace(/\d\d:\d\d:\d\d/g, "10:42:07").replace(/\b\d\d? ms/, "12 ms")
        .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}/g, "01a2-7c41").replace(/[\w-]{40,}={0,2}/g, "signature").replace(/\b[0-9a-f]{6,8}\b/g, "c0ffee");
      if (same !== text.data) text.data = same;
    }
    for (const field of document.querySelectorAll("input[type=datetime-local]")) field.value = "2026-05-04T10:42";
    document.activeElement?.blur?.();
    scrollTo(0, 0);
  });
}

/** The share of the pixels of two pictures that are not alike, by the browser's own eyes. */
async function difference(page, before, after) {
  return page.evaluate(async (pictures) => {
    const [a, b] = await Promise.all(pictures.map(async (picture) => {
      const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      context.drawImage(bitmap, 0, 0);
      return context.getImageData(0, 0, bitmap.width, bitmap.height);
    }));
    if (a.width !== b.width || a.height !== b.height) return 1;
    let count = 0;
    for (let at = 0; at < a.data.length; at += 4) {
      if ([0, 1, 2].some((channel) => Math.abs(a.data[at + channel] - b.data[at + channel]) > 8)) ++count;
    }
    return (count * 4) / a.data.length;
  }, [before, after].map((picture) => picture.toString("base64")));
}

let changed = 0;
try {
  const judge = await browser.newPage();
  const options = { colorScheme: has("--dark") ? "dark" : "light", reducedMotion: "reduce", locale: "en-GB", timezoneId: "Asia/Kolkata" };
  const states = await makeStates(site);
  await mkdir(FOLDER, { recursive: true });
  for (const state of states.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const page = await openState(browser, site, state, { ...options, viewport: state.path.startsWith("/staff") ? DESK : PHONE });
    await page.waitForLoadState("networkidle");
    await settle(page);
    const picture = await page.screenshot({ fullPage: true, animations: "disabled" });
    await page.context().close();
    const [kept, newer] = [`${FOLDER}${state.name}.png`, `${FOLDER}${state.name}.new.png`];
    await rm(newer, { force: true });
    if (!has("--compare")) {
      await writeFile(kept, picture);
      continue;
    }
    const share = existsSync(kept) ? await difference(judge, await readFile(kept), picture) : 1;
    if (share > TOLERANCE) {
      ++changed;
      await writeFile(newer, picture);
      console.log(`${state.name}: ${existsSync(kept) ? `${(share * 100).toFixed(2)} % of the pixels have changed` : "was not taken before"}: ${newer}`);
    }
  }
  console.log(has("--compare") ? `${changed} pictures differ from those in ${FOLDER}` : FOLDER);
} finally {
  await close();
}
process.exit(changed > 0 ? 1 : 0);

// SPDX-License-Identifier: MIT
// A browser, and pages that remember what went wrong on them: script errors, what the policy refused, what the console says.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const AXE = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** The engine alone: the whole browser would draw a window of its own around each page, which takes twice as long as the page. */
export const launch = (flags = []) => chromium.launch({ executablePath: "/usr/bin/chromium-headless-shell", args: [...FLAGS, ...flags] });

/** `page.problems` is to be empty at the end. Refusals that the test wants are reported by the browser, too: clear it then. */
export async function openPage(context, address) {
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.problems.push(message.text()));
  await page.goto(address);
  return page;
}

/** Of a page on which requests were meant to be refused or lost: nothing else may have gone wrong. */
export function onlyRefusals(page) {
  assert.deepEqual(page.problems.filter((text) => !text.startsWith("Failed to load resource")), []);
}

/** Whether what takes long runs as well: the tests with AtLength in their name, and the others in every theme and width. */
export const atLength = Boolean(process.env.TRIPOS_AT_LENGTH);

/** What axe finds wrong with the page as it stands. */
export async function violations(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  // Of what obeys its rules nothing is asked for, and none reads style sheets: that is three quarters of its time.
  const { violations: found } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"], preload: false }));
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

const THEMES = ["light", "dark"];

export async function assertAccessible(page, themes = THEMES) {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    assert.deepEqual(await violations(page), [], `${page.url()}, ${colorScheme}`);
  }
}

/** By how many pixels the page is wider than its window. */
export const overflow = (page) => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));

/** In a width of a phone as well as that of a desk, at length in both themes each. */
export async function assertAccessibleAndFitting(page) {
  for (const [at, width] of [320, 1280].entries()) {
    await page.setViewportSize({ width, height: 800 });
    // A box learns with the next frame that it has to scroll in the new width.
    await page.waitForFunction(() => [...document.querySelectorAll("main .scroll")].every((box) => !box.checkVisibility() || box.scrollWidth <= box.clientWidth || box.tabIndex === 0));
    await assertAccessible(page, atLength ? THEMES : [THEMES[at]]);
    assert.equal(await overflow(page), 0, `${page.url()} is wider than a window of ${width}`);
  }
}

/** What the thing is called that has the focus. */
export const focused = (page) => page.evaluate(() => {
  const { activeElement: element } = document;
  return element.getAttribute("aria-label") || element.innerText || element.labels?.[0]?.innerText || "";
});

/** The summary of a form that was refused has the focus once it is drawn: only then goes the keyboard on from there. */
export const summaryHasFocus = (page) => page.waitForFunction(() => document.activeElement.getAttribute("role") === "alert");

/** Presses Tab until what has the focus is called so. */
export async function tabTo(page, wanted) {
  const passed = [];
  for (let stop = 0; stop < 100; ++stop) {
    await page.keyboard.press("Tab");
    const name = await focused(page);
    if (wanted.test(name)) return;
    passed.push(name);
  }
  assert.fail(`Tab does not come to ${wanted}, only to ${passed.join(" | ")}`);
}

/** Fills the fields of the dialog by their labels, and presses its button, which closes it. */
export async function inDialog(page, button, fields = {}) {
  const dialog = page.getByRole("dialog");
  for (const [label, text] of Object.entries(fields)) await dialog.getByLabel(label).fill(text);
  await dialog.getByRole("button", { name: button, exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

// SPDX-License-Identifier: MIT
// A browser, and pages that remember what went wrong on them: script errors, what the policy refused, what the console says.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const AXE = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const launch = () => chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });

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

/** What axe finds wrong with the page as it stands, in both themes. */
export async function assertAccessible(page) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => window.axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`), [], `${page.url()}, ${colorScheme}`);
  }
}

/** In a width of a phone as well as that of a desk. */
export async function assertAccessibleAndFitting(page) {
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    // A box learns with the next frame that it has to scroll in the new width.
    await page.waitForFunction(() => [...document.querySelectorAll("main .scroll")].every((box) => !box.checkVisibility() || box.scrollWidth <= box.clientWidth || box.tabIndex === 0));
    await assertAccessible(page);
    const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= window, `${page.url()} is ${content} px wide in a window of ${window}`);
  }
}

/** Fills the fields of the dialog by their labels, and presses its button, which closes it. */
export async function inDialog(page, button, fields = {}) {
  const dialog = page.getByRole("dialog");
  for (const [label, text] of Object.entries(fields)) await dialog.getByLabel(label).fill(text);
  await dialog.getByRole("button", { name: button, exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

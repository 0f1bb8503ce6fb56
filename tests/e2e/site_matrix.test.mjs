// SPDX-License-Identifier: MIT
// Every state of the site by axe's rules, by the keyboard, zoomed in, with wide spacing, in forced colours, without motion. Here
// each state is seen in one theme and width, and the walk with Tab is through some; `./dev test --all` takes all in all.

import assert from "node:assert/strict";
import { test } from "node:test";
import { atLength, overflow, violations } from "./browser.mjs";
import { makeStates, openState } from "./site_states.mjs";
import { setUp } from "./suite.mjs";

const LOOKS = ["light", "dark"].flatMap((colorScheme) => [320, 768, 1280].map((width) => ({ colorScheme, width })));
const ZOOMED = { width: 320, height: 256 }; // 1280 x 1024 at 400 %
const STOPS = 250; // of the keyboard, at most
const WALKED = ["front", "login-refused", "choice", "choices", "review", "hand-in", "board", "extend", "question", "docs-operation", "inbox-html"];
const PRINTED = ["receipt", "result", "exams", "paper", "results-staff", "board", "grading", "attempt", "question", "lobby-open"];
const SHEET = { width: 680, height: 1000 }; // A4 within its margins
const SPACING = `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
  p { margin-block-end: 2em !important; }`;

const { browser, site } = await setUp();
const states = await makeStates(site);

/** Looks at each of these states, and fails with what was found in all of them. */
async function inEach(chosen, look, options = {}) {
  const found = [];
  for (const [at, state] of chosen.entries()) {
    const page = await openState(browser, site, state, { reducedMotion: "reduce", ...options });
    found.push(...(await look(page, at)).map((problem) => `${state.name}: ${problem}`), ...page.problems);
    await page.context().close();
  }
  assert.deepEqual(found, []);
}

const named = (names) => names.map((name) => states.find((state) => state.name === name));
const walked = () => (atLength ? states : named(WALKED));

/** What has the focus: null when nothing has. */
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const label = element.closest("label");
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const inWindow = (low, high, size) => (Math.max(0, low) + Math.min(size, high)) / 2;
  const onTop = document.elementFromPoint(inWindow(left, right, innerWidth), inWindow(top, bottom, innerHeight));
  const hasRing = (one) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && outlineColor !== getComputedStyle(document.body).backgroundColor;
  };
  return {
    what: (element.getAttribute("aria-label") || element.innerText || element.name || element.id || element.tagName).slice(0, 40),
    isInside: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
    isOnTop: Boolean(onTop) && (element.contains(onTop) || onTop.contains(element) || Boolean(label?.contains(onTop))),
    hasRing: hasRing(element) || Boolean(label && hasRing(label)),
    isFirst: element === window.firstStop,
    isNoted: Boolean(window.firstStop ??= element),
  };
});

/** From stop to stop, over the edge of the page and until it comes round: each is to be seen, on top, and in a ring. */
async function walk(page) {
  const problems = [];
  for (let stop = 0; stop < STOPS; ++stop) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    if (at?.isFirst) return problems;
    if (!at) continue; // between the last stop and the first
    if (!at.isInside) problems.push(`"${at.what}" has the focus outside of the window`);
    if (!at.isOnTop) problems.push(`"${at.what}" has the focus below something`);
    if (!at.hasRing) problems.push(`"${at.what}" does not show that it has the focus`);
  }
  return [...problems, "Tab does not come round"];
}

test("every state obeys axe's rules and fits its window", async () => {
  await inEach(states, async (page, at) => {
    const found = [];
    for (const { colorScheme, width } of atLength ? LOOKS : [LOOKS[at % LOOKS.length]]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))); // it has found its shape
      found.push(...(await violations(page)).map((text) => `${colorScheme}, ${width} px: ${text}`));
      if (await overflow(page) > 0) found.push(`wider than ${width} px by ${await overflow(page)}`);
    }
    return found;
  });
});

test("at 400 % nothing but tables and formulas scrolls sideways, and Tab shows every stop", async () => {
  await inEach(walked(), async (page) => [...(await overflow(page) > 0 ? [`wider by ${await overflow(page)} px`] : []), ...await walk(page)], { viewport: ZOOMED });
});

test("on a desk Tab comes to every stop and out again", async () => {
  await inEach(walked(), walk, { viewport: { width: 1280, height: 800 } });
});

test("wider spacing of letters, words and lines takes nothing away", async () => {
  await inEach(walked(), (page) => page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
    const cut = [...document.querySelectorAll("body *")].filter((one) => {
      const { overflowX, overflowY } = getComputedStyle(one);
      return (overflowX === "hidden" && one.scrollWidth > one.clientWidth + 1) || (overflowY === "hidden" && one.scrollHeight > one.clientHeight + 1);
    }).filter((one) => !one.closest(".spoken, .clip, .katex, svg, .exam-title")); // a title is whole in the palette
    const wide = document.documentElement.scrollWidth - innerWidth;
    return [...cut.map((one) => `cut: ${one.className} ${one.innerText}`), ...(wide > 0 ? [`wider by ${wide} px`] : [])];
  }, SPACING), { viewport: { width: 320, height: 640 } });
});

test("on paper every page is dark on white, whole, without what only a screen can do, and ends where its text does", async () => {
  await inEach(atLength ? states : named(PRINTED), async (page) => {
    await page.evaluate(() => { document.documentElement.dataset.theme = "dark"; });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    return page.evaluate(() => {
      const shown = [...document.querySelectorAll("main, main *")].filter((one) => one.checkVisibility() && !one.closest(".spoken, .katex, svg, dialog"));
      const named = (one) => `${one.tagName} ${one.className}: ${(one.innerText ?? "").slice(0, 40)}`;
      const light = (color) => { const [r, g, b] = color.match(/[\d.]+/g).map(Number); return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255; };
      const hasText = (one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
      const pale = shown.filter((one) => hasText(one) && light(getComputedStyle(one).color) > 0.45);
      const pressed = shown.filter((one) => one.matches("button, .button, nav, summary"));
      const cut = shown.filter((one) => ["overflowX", "overflowY"].some((axis) => getComputedStyle(one)[axis] !== "visible") && !one.matches("input, textarea, select")
        && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1));
      const wide = document.documentElement.scrollWidth - innerWidth;
      const end = Math.max(...shown.map((one) => one.getBoundingClientRect().bottom)) + scrollY;
      const rest = document.documentElement.scrollHeight - Math.max(end, innerHeight);
      return [...pale.map((one) => `pale: ${named(one)}`), ...pressed.map((one) => `a control: ${named(one)}`), ...cut.map((one) => `cut: ${named(one)}`),
        ...(wide > 0 ? [`wider by ${wide} px`] : []), ...(rest > 50 ? [`${rest} px of nothing at the end`] : [])];
    });
  }, { viewport: SHEET });
});

test("in forced colours the focus and what is chosen can be told", async () => {
  const options = { forcedColors: "active", viewport: { width: 1280, height: 800 } };
  await inEach(atLength ? states : named(["choice", "choices", "board"]), walk, options);
  const edge = (one) => one.evaluate((element) => parseFloat(getComputedStyle(element).borderTopWidth));
  await inEach(named(["choice", "choices"]), async (page) => {
    const [chosen, other] = [page.locator(".choice:has(:checked)").first(), page.locator(".choice:not(:has(:checked))").first()];
    const [answered, open] = [page.locator(".palette .cell.answered").first(), page.locator(".palette .cell:not(.answered)").first()];
    assert.ok(await edge(chosen) > await edge(other), "the chosen option");
    if (await open.count() > 0) assert.ok(await edge(answered) > await edge(open), "the answered question");
    return [];
  }, options);
  await inEach(named(["board", "exams"]), async (page) => {
    const [here, other] = [page.locator("nav a[aria-current]").first(), page.locator("nav a:not([aria-current])").first()];
    return await edge(here) > await edge(other) ? [] : ["the page of the menu"];
  }, options);
});

test("nothing moves when the device asks for less motion", async () => {
  const moving = (page) => page.evaluate(() => [...document.querySelectorAll("*")].filter((one) => {
    const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one);
    return animationName !== "none" || parseFloat(transitionDuration) > 0 || scrollBehavior === "smooth";
  }).map((one) => `${one.className} ${one.innerText}`));
  await inEach(walked(), moving);
  await inEach(named(["choice"]), async (page) => ((await moving(page)).length > 0 ? [] : ["nothing moves for anybody: this test sees nothing"]),
    { reducedMotion: "no-preference" });
});

// SPDX-License-Identifier: MIT
// The site as administrators meet it: rosters and invitations, who may sit an exam and with how much time, who watches it, and
// roles, with what each role then sees.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, assertAccessibleAndFitting, inDialog, onlyRefusals, openPage } from "./browser.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { browser, site } = await setUp();

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true });
const open = async (path) => openPage(await loggedIn(browser, site, { token: await site.staffToken() }), site.base + path);
const row = (page, name) => page.getByRole("row").filter({ hasText: name });

test("a roster is checked cell by cell, imported as a whole, and invited", async () => {
  const page = await open("/staff/cohorts");
  await page.getByText("There is no cohort yet").waitFor();
  await page.getByRole("button", { name: "New cohort" }).click();
  await inDialog(page, "Create it", { Name: "CS 2026" });
  await heading(page, "CS 2026").waitFor();
  const id = page.url().split("/").pop();
  const members = async () => (await site.asStaff("GET", `/admin/cohorts/${id}/members`)).members.map(({ fullName }) => fullName);
  await page.getByLabel("Or its text").fill("enrollmentNumber,email,fullName\nCS1,asha@example.org,Asha Rao\nCS1,no address,Bela Rao");
  await page.getByRole("button", { name: "Check it" }).click();
  await page.getByRole("alert").getByRole("cell", { name: "3", exact: true }).first().waitFor();
  assert.ok(await page.getByRole("button", { name: "Import", exact: true }).isDisabled());
  await assertAccessibleAndFitting(page);
  await page.getByLabel("File").setInputFiles({ name: "roster.csv", mimeType: "text/csv",
    buffer: Buffer.from("enrollmentNumber,email,fullName\nCS1,asha@example.org,Asha Rao\nCS2,bela@example.org,Bela Rao\n") });
  await page.getByRole("button", { name: "Check it" }).click();
  await page.getByText("It fits: 2 rows would be new.").waitFor();
  assert.deepEqual(await members(), []);
  assert.ok(await page.getByRole("button", { name: "Import", exact: true }).isDisabled(), "without a reason");
  await page.getByLabel("Reason").fill("The term");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByText("Imported; 2 rows are new.").waitFor();
  await row(page, "Bela Rao").getByText("none yet").waitFor();
  assert.deepEqual(await members(), ["Asha Rao", "Bela Rao"]);
  await row(page, "Asha Rao").getByRole("button", { name: "Remove: Asha Rao" }).click();
  await inDialog(page, "Remove", { Reason: "Left the course" });
  await row(page, "Asha Rao").waitFor({ state: "detached" });
  assert.deepEqual(await members(), ["Bela Rao"]);
  await page.getByRole("button", { name: "Invite" }).click();
  await inDialog(page, "Invite");
  await page.getByText("The invitations are on their way.").waitFor();
  await site.mailTo("bela@example.org", "accept-invitation");
  onlyRefusals(page);
});

test("an exam is for a cohort, asks for a code, and gives a candidate more time with a reason", async () => {
  const chand = await site.person("Chand");
  const exam = await site.exam("Guarded");
  const { cohort } = await site.asStaff("POST", "/admin/cohorts", { name: "Second year" });
  await site.asStaff("POST", `/admin/cohorts/${cohort.id}/import`, { csv: `enrollmentNumber,email,fullName\nCS3,${chand.email},Chand Rao`, reason: "The term" });
  const page = await open(`/staff/exams/${exam}/people`);
  await page.getByLabel("Second year").check();
  await page.getByLabel("Access codes").fill("ROOM-3\nROOM-4");
  await assertAccessibleAndFitting(page);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  const { access } = await site.asStaff("GET", `/exam/${exam}/access`);
  assert.deepEqual([access.cohortIds, access.accessCodes, access.addresses], [[cohort.id], ["ROOM-3", "ROOM-4"], []]);

  await page.getByLabel("Find a candidate").fill("chand");
  await page.getByRole("button", { name: "Choose: Chand Rao" }).click();
  await inDialog(page, "Grant it", { "Extra minutes": "20", "Times the duration": "1.2", Reason: "certificate of 3 May" });
  await page.getByText("+20 min · × 1.2").waitFor();
  const candidate = await openPage(await loggedIn(browser, site, chand), `${site.base}/exams/${exam}`);
  await candidate.getByText("This includes 29 extra minutes.").waitFor();
  await candidate.getByRole("button", { name: "Start" }).click();
  await candidate.getByLabel("Access code").fill("ROOM-4");
  await candidate.getByRole("button", { name: "Start" }).click();
  await heading(candidate, "Question 1 of 4").waitFor();
  await page.getByRole("button", { name: "Take back: Chand Rao" }).click();
  await inDialog(page, "Take back");
  await page.getByText("Nobody has more time").waitFor();
  for (const one of [page, candidate]) onlyRefusals(one);
});

test("whoever becomes an invigilator sees the board of the exams that they are assigned to, and nothing else", async () => {
  const devi = await site.person("Devi");
  const [assigned, other] = [await site.exam("Assigned"), await site.exam("Another")];
  const page = await open("/staff/users");
  await page.getByLabel("Name, address or number").fill("devi");
  await page.getByLabel("Name, address or number").press("Enter");
  await row(page, "Devi Rao").waitFor();
  await assertAccessibleAndFitting(page);
  await page.getByRole("button", { name: "Change: Devi Rao" }).click();
  await page.getByRole("dialog").getByLabel("Invigilator").check();
  await assertAccessible(page);
  await inDialog(page, "Save");
  await row(page, "Devi Rao").getByText("Invigilator").waitFor();
  await page.goto(`${site.base}/staff/exams/${assigned}/people`);
  await page.getByLabel("Find an invigilator").fill("devi");
  await page.getByRole("button", { name: "Assign: Devi Rao" }).click();
  await page.getByRole("button", { name: "Take off: Devi Rao" }).waitFor();

  const invigilator = await openPage(await loggedIn(browser, site, devi), `${site.base}/exams`);
  await invigilator.getByRole("link", { name: "Staff" }).click();
  await invigilator.getByText("Assigned", { exact: true }).waitFor();
  assert.equal(await invigilator.getByText("Another", { exact: true }).count(), 0);
  assert.equal(await invigilator.getByRole("link", { name: "Questions" }).count(), 0);
  await invigilator.getByRole("link", { name: "Watch: Assigned" }).click();
  await invigilator.getByText("Nobody has started yet").waitFor();
  assert.equal(await invigilator.getByRole("button", { name: "Close the exam" }).count(), 0);
  await invigilator.goto(`${site.base}/staff/exams/${other}/board`);
  await invigilator.getByText("This exam is not there, or you are not assigned to it.").waitFor();
  for (const one of [page, invigilator]) onlyRefusals(one);
});

test("an account is locked out, and nobody locks themselves out", async () => {
  const esha = await site.person("Esha");
  const page = await open("/staff/users");
  await page.getByRole("button", { name: "Change: Esha Rao" }).click();
  await page.getByRole("dialog").getByLabel("Locked: cannot log in").check();
  await inDialog(page, "Save");
  await row(page, "Esha Rao").getByText("locked").waitFor();
  assert.equal((await site.ask("GET", "/profile/me", undefined, esha.token)).status, 401);
  await page.getByRole("button", { name: "Change: Staff" }).click();
  await page.getByRole("dialog").getByLabel("Administrator").uncheck();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByRole("dialog").getByRole("alert").waitFor();
  onlyRefusals(page);
});

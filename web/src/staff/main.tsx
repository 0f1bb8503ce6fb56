// SPDX-License-Identifier: MIT
// The pages of the staff. Which of them the menu offers is by what somebody may do; the server decides it anew each time.

import { show } from "../shared/router";
import { may } from "../shared/session";
import { t } from "../shared/texts";
import { Attempt } from "./attempt";
import { Cohort } from "./cohort";
import { Cohorts } from "./cohorts";
import { Exam } from "./exam";
import { Exams } from "./exams";
import { QuestionPage } from "./question";
import { Questions } from "./questions";
import { s } from "./texts";
import { Users } from "./users";

void show([
  [/^\/staff$/, Exams],
  [/^\/staff\/exams\/([^/]+)(?:\/(\w+))?$/, Exam],
  [/^\/staff\/attempts\/([^/]+)$/, Attempt],
  [/^\/staff\/questions$/, Questions],
  [/^\/staff\/questions\/([^/]+)$/, QuestionPage],
  [/^\/staff\/cohorts$/, Cohorts],
  [/^\/staff\/cohorts\/([^/]+)$/, Cohort],
  [/^\/staff\/users$/, Users],
], (who) => {
  const links: [string, string][] = [["/staff", s("nav.exams")]];
  if (may(who, "questions")) links.push(["/staff/questions", s("nav.questions")]);
  if (may(who, "accounts")) links.push(["/staff/cohorts", s("nav.cohorts")], ["/staff/users", s("nav.users")]);
  if (may(who, "operate")) links.push(["/admin", s("nav.operations")]);
  links.push(["/exams", t("nav.exams")]);
  return links;
});

// SPDX-License-Identifier: MIT
// The pages of the staff. Which of them the menu offers is by what somebody may do; the server decides it anew each time.

import { show } from "../shared/router";
import { may } from "../shared/session";
import { t } from "../shared/texts";
import { Attempt } from "./attempt";
import { Exam } from "./exam";
import { Exams } from "./exams";
import { QuestionPage } from "./question";
import { Questions } from "./questions";
import { s } from "./texts";

show([
  [/^\/staff$/, Exams],
  [/^\/staff\/exams\/([^/]+)(?:\/(\w+))?$/, Exam],
  [/^\/staff\/attempts\/([^/]+)$/, Attempt],
  [/^\/staff\/questions$/, Questions],
  [/^\/staff\/questions\/([^/]+)$/, QuestionPage],
], (who) => {
  const links: [string, string][] = [["/staff", s("nav.exams")]];
  if (may(who, "questions")) links.push(["/staff/questions", s("nav.questions")]);
  links.push(["/exams", t("nav.exams")]);
  return links;
});

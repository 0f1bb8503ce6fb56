// SPDX-License-Identifier: MIT
// Every page but that of a running exam and those of the staff.

import { Forgot } from "./account/forgot";
import { Accessibility, Help } from "./account/help";
import { Home } from "./account/home";
import { LogIn } from "./account/login";
import { AcceptInvitation, ConfirmEmail, Leave, ResetPassword, RevertEmail, VerifyEmail } from "./account/mail_links";
import { Profile } from "./account/profile";
import { SignUp } from "./account/signup";
import { Status } from "./account/status";
import { Exams } from "./exams/exams";
import { Leaderboard } from "./exams/leaderboard";
import { Lobby } from "./exams/lobby";
import { Result } from "./exams/result";
import { show } from "./shared/router";
import { t } from "./shared/texts";

void show([
  [/^\/$/, Home],
  [/^\/login$/, LogIn],
  [/^\/signup$/, SignUp],
  [/^\/forgot$/, Forgot],
  [/^\/exams$/, Exams],
  [/^\/exams\/([^/]+)$/, Lobby],
  [/^\/results\/([^/]+)$/, Result],
  [/^\/leaderboard$/, Leaderboard],
  [/^\/profile$/, Profile],
  [/^\/verify-email$/, VerifyEmail],
  [/^\/accept-invitation$/, AcceptInvitation],
  [/^\/confirm-email$/, ConfirmEmail],
  [/^\/revert-email$/, RevertEmail],
  [/^\/reset-password$/, ResetPassword],
  [/^\/unsubscribe\/([^/]+)$/, Leave],
  [/^\/status$/, Status],
  [/^\/help$/, Help],
  [/^\/accessibility$/, Accessibility],
], (who) => [
  ...(who ? [["/exams", t("nav.exams")] as [string, string]] : []),
  ["/leaderboard", t("nav.leaderboard")],
  ...(who && who.capabilities.length > 0 ? [["/staff", t("nav.staff")] as [string, string]] : []),
  ...(who ? [["/profile", t("nav.profile")] as [string, string]] : []),
]);

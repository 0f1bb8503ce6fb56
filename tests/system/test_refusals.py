# SPDX-License-Identifier: MIT
"""Every refusal that /openapi.json describes is provoked, and the server answers with that status and code.

A refusal that any client can provoke alike comes from refusals.Asker; every other has a story
here or in exam_stories.
"""

import json
import re
import threading
import time
import unittest

import exam_stories  # noqa: F401 - adds its own
from harness import PASSWORD, wait_until
from refusal_world import World
from refusals import STORIES, Asker, code_of, operations, story

RESEND = "post /admin/mail/messages/{id}/resend"

# Accounts

@story("401 unauthorized", "post /auth/login")
def wrong_password(world, name):
    return world.ask(name, {"email": "nobody@example.org", "password": "wrong horse 7"}, "")


@story("403 email_not_verified", "post /auth/login")
def log_in_unverified(world, name):
    world.site.sign_up("unverified@example.org")
    return world.ask(name, {"email": "unverified@example.org", "password": PASSWORD}, "")


@story("403 account_disabled", "post /auth/login")
def log_in_disabled(world, name):
    email, _ = world.newcomer()
    world.call(200, f"put /admin/users/{world.user_id(email)}", {"disabled": True})
    return world.ask(name, {"email": email, "password": PASSWORD}, "")


@story("429 rate_limited", "post /auth/login", "post /auth/signup", "post /auth/resend-verification", "post /auth/forgot-password",
       "delete /profile/me", "post /profile/me/email", "post /auth/change-password", "post /auth/reset-password",
       "post /auth/reset-password/{token}", "post /auth/verify-email/{token}", "post /auth/confirm-email/{token}",
       "post /auth/revert-email/{token}")
def too_often(world, name):
    email, token = world.newcomer()
    body = {"email": email, "fullName": "A", "newEmail": "other@example.org", "newPassword": PASSWORD, "otp": "123456"}
    body["password"] = body["currentPassword"] = "wrong horse 7"
    name = name.replace("{token}", "nonsense")
    return Asker.first("429 rate_limited", (world.ask(name, body, token, X_Forwarded_For="203.0.113.7") for _ in range(601)))


@story("429 rate_limited", "put /admin/users/{id}")
def guess_an_administrators_password(world, name):
    email, token = world.newcomer()
    other = world.user_id(world.newcomer()[0])
    world.call(200, f"put /admin/users/{world.user_id(email)}", {"role": "ADMIN"})
    body = {"roles": ["ADMIN"], "currentPassword": "wrong horse 7"}
    reply = Asker.first("429 rate_limited", (world.ask(name.replace("{id}", other), body, token) for _ in range(601)))
    world.call(200, f"put /admin/users/{world.user_id(email)}", {"role": "USER"})
    return reply


@story("400 invalid_code", "post /auth/reset-password")
def wrong_code(world, name):
    return world.ask(name, {"email": "nobody@example.org", "otp": "123456", "newPassword": PASSWORD}, "")


@story("400 use_link", "post /auth/reset-password")
def too_many_wrong_codes(world, name):
    world.edit("INSERT OR REPLACE INTO wrong_codes (day, tries) VALUES (?, 250)", int(time.time()) // 86400)
    reply = world.ask(name, {"email": "nobody@example.org", "otp": "123456", "newPassword": PASSWORD}, "")
    world.edit("DELETE FROM wrong_codes")
    return reply


@story("400 invalid_token", "post /auth/reset-password/{token}")
def unknown_reset_link(world, name):
    return world.ask(name.replace("{token}", "nonsense"), {"newPassword": PASSWORD}, "")


@story("409 email_taken", "post /auth/signup")
def sign_up_twice(world, name):
    return world.ask(name, {"fullName": "A", "email": "staff@example.com", "password": PASSWORD}, "")


@story("400 invalid_token", "post /auth/verify-email/{token}", "post /auth/confirm-email/{token}", "post /auth/revert-email/{token}")
def unknown_link(world, name):
    return world.ask(name.replace("{token}", "nonsense"), None, "")


@story("409 email_taken", "post /profile/me/email")
def ask_for_a_taken_address(world, name):
    return world.ask(name, {"newEmail": "staff@example.com", "currentPassword": PASSWORD}, world.newcomer()[1])


@story("409 email_taken", "post /auth/confirm-email/{token}")
def somebody_else_was_faster(world, name):
    _, token = world.newcomer()
    world.call(202, "post /profile/me/email", {"newEmail": "wanted@example.org", "currentPassword": PASSWORD}, token)
    links = world.site.mail("wanted@example.org", "confirm-email?token=")["links"]
    confirm = next(found[1] for link in links if (found := re.search(r"confirm-email\?token=([^&\s]+)", link)))
    world.site.candidate("wanted@example.org")
    return world.ask(name.replace("{token}", confirm), None, "")


@story("409 password_changed", "post /auth/change-password", "delete /profile/me", "post /profile/me/email")
def changed_while_it_was_checked(world, name):
    """Another process commits a password between the server's look at the old one and its own change."""
    body = {"currentPassword": PASSWORD, "newPassword": "another horse 8", "newEmail": "changed@example.org"}
    for _ in range(10):  # the read that is counted may have been the one of a chore
        email, token = world.newcomer()
        world.call(200, "get /exam/live", None, token)  # from now on its session is known without a read
        replies = []
        with world.database() as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("UPDATE users SET generation = generation + 1, "
                             "password_hash = (SELECT password_hash FROM users WHERE role = 'ADMIN') WHERE email = ?", [email])
            reads = world.reads()
            asking = threading.Thread(target=lambda: replies.append(world.ask(name, body, token)))
            asking.start()
            wait_until(lambda: world.reads() > reads, 10, "the old password to be read")
        asking.join()
        if code_of(replies[0]) == "409 password_changed":
            break
    return replies[0]


@story("400 validation_failed", "post /unsubscribe/{token}")
def another_form_than_that_of_one_click(world, name):
    world.call(200, "post /admin/mailing-lists/leavers/members", {"addresses": ["leaver@example.net"]})
    letter = world.call(201, "post /admin/newsletters", {"audience": {"list": "leavers"}, "subject": "Leave", "text": "x"})["newsletter"]["id"]
    world.call(200, f"post /admin/newsletters/{letter}/resume", {"confirm": "Leave"})
    links = world.site.mail("leaver@example.net", "Leave")["links"]
    token = next(found[1] for link in links if (found := re.search("/unsubscribe/([0-9a-f-]+)", link)))
    return world.server.api("POST", f"//unsubscribe/{token}", b"x=y", None, {"Content-Type": "application/x-www-form-urlencoded"})


@story("404 not_found", "get /profile/me", "put /profile/me", "get /profile/me/export")
def deleted_elsewhere(world, name):
    email, token = world.newcomer()
    world.call(200, "get /exam/live", None, token)  # the session is known from now on
    world.edit("UPDATE users SET deleted_at = created_at WHERE email = ?", email)
    return world.ask(name, {"fullName": "A"} if name.startswith("put") else None, token)


@story("400 nothing_to_change", "put /profile/me", "put /admin/users/{id}")
def an_empty_change(world, name):
    return world.ask(name.replace("{id}", world.user_id("staff@example.com")), {})


@story("409 enrollment_taken", "put /profile/me")
def the_same_number(world, name):
    world.call(200, name, {"enrollmentNumber": "E1"}, world.newcomer()[1])
    return world.ask(name, {"enrollmentNumber": "E1"}, world.newcomer()[1])


@story("409 enrollment_vouched", "put /profile/me")
def a_number_of_staff(world, name):
    email, token = world.newcomer()
    world.enrol(world.cohort("Vouched"), "V1", email)
    return world.ask(name, {"enrollmentNumber": "V2"}, token)


@story("400 password_required", "post /auth/verify-email/{token}")
def an_invitation_without_a_password(world, name):
    cohort = world.cohort("Invited")
    world.enrol(cohort, "I1", "invited@example.org")
    world.call(202, f"post /admin/cohorts/{cohort}/invite")
    links = world.site.mail("invited@example.org", "list of candidates")["links"]
    return world.ask(name.replace("{token}", next(link for link in links if "token=" in link).split("token=")[1]), None, "")


@story("409 cohort_exists", "post /admin/cohorts")
def a_cohort_of_that_name(world, name):
    return world.ask(name, {"name": "EVERYBODY"})


@story("409 cohort_in_use", "delete /admin/cohorts/{id}")
def a_cohort_with_an_exam(world, name):
    cohort = world.cohort("In use")
    world.call(200, f"put /exam/{world.draft}/access", {"cohortIds": [cohort]})
    reply = world.ask(name.replace("{id}", cohort), {"reason": "Over"})
    world.call(200, f"put /exam/{world.draft}/access", {})
    return reply


@story("400 roster_errors", "post /admin/cohorts/{id}/import")
def a_roster_with_errors(world, name):
    return world.ask(name.replace("{id}", world.cohort("Faulty")), {"csv": "enrollmentNumber,email,fullName\n1,nonsense,A", "reason": "The term"})


@story("409 last_admin", "delete /profile/me")
def the_last_administrator(world, name):
    return world.ask(name, {"currentPassword": PASSWORD})


@story("409 last_admin", "put /admin/users/{id}", "delete /admin/users/{id}")
def demoted_at_the_same_moment(world, name):
    with world.only_other_admin() as user:
        return world.ask(name.replace("{id}", user), {"disabled": True} if "put" in name else None)


@story("409 own_account", "put /admin/users/{id}", "delete /admin/users/{id}")
def own_account(world, name):
    return world.ask(name.replace("{id}", world.user_id("staff@example.com")), {"disabled": True} if "put" in name else None)


# Attempts and results

ATTEMPT = ("get /exam-attempt/{examId}/attempt", "post /exam-attempt/{examId}/save", "post /exam-attempt/{examId}/saves",
           "post /exam-attempt/{examId}/submit")


def started(world):
    """A running exam, and the token of a candidate who has begun it."""
    (exam, question), (_, token) = world.exam(), world.newcomer()
    return exam, question, token, world.call(201, f"post /exam-attempt/{exam}/start", None, token)["attemptId"]


def answer(name, question):
    one = {"questionId": question, "numericalAnswer": 1}
    return {"/save": one, "/saves": {"saves": [one]}}.get(name[name.rindex("/"):])


@story("409 answer_changed", ATTEMPT[1])
def another_device_was_quicker(world, name):
    exam, question, token, _ = started(world)
    path = name.replace("{examId}", exam)
    world.call(200, path, answer(name, question), token)
    return world.ask(path, {**answer(name, question), "numericalAnswer": 2, "revision": 0, "clientId": "phone"}, token)


@story("400 already_attempted", "post /exam-attempt/{examId}/start")
def start_twice(world, name):
    exam, _, token, _ = started(world)
    return world.ask(name.replace("{examId}", exam), None, token)


@story("403 no_active_attempt", *ATTEMPT[:3])
@story("400 no_active_attempt", ATTEMPT[3])
def not_started(world, name):
    exam, question = world.exam()
    return world.ask(name.replace("{examId}", exam), answer(name, question), world.candidate)


@story("403 already_submitted", *ATTEMPT[:3])
@story("400 already_submitted", ATTEMPT[3])
def handed_in(world, name):
    exam, question, token, _ = started(world)
    world.call(200, f"post /exam-attempt/{exam}/submit", None, token)
    return world.ask(name.replace("{examId}", exam), answer(name, question), token)


@story("403 time_over", *ATTEMPT[:3])
@story("400 time_over", ATTEMPT[3])
def closed(world, name):
    exam, question, token, _ = started(world)
    world.call(200, f"post /exam/{exam}/close", {"confirm": "E"})
    return world.ask(name.replace("{examId}", exam), answer(name, question), token)


def delete_candidate(world, name, token):
    if name.startswith("delete /profile"):
        return world.ask(name, {"currentPassword": PASSWORD}, token)
    return world.ask(name.replace("{id}", world.call(200, "get /profile/me", None, token)["data"]["id"]))


@story("409 attempt_open", "delete /profile/me", "delete /admin/users/{id}")
def deleted_in_the_middle(world, name):
    return delete_candidate(world, name, started(world)[2])


@story("409 result_unreleased", "delete /profile/me", "delete /admin/users/{id}")
def deleted_before_the_result(world, name):
    exam, _, token, _ = started(world)
    world.call(200, f"post /exam-attempt/{exam}/submit", None, token)
    return delete_candidate(world, name, token)


@story("409 already_void", "post /exam-attempt/{attemptId}/void")
def void_twice(world, name):
    attempt = started(world)[-1]
    world.call(200, f"post /exam-attempt/{attempt}/void", {"reason": "x"})
    return world.ask(name.replace("{attemptId}", attempt), {"reason": "x"})


RESULTS = ("get /result/{examId}/score", "get /result/{examId}/analysis")


@story("400 not_submitted", *RESULTS)
def still_writing(world, name):
    exam, _, token, _ = started(world)
    return world.ask(name.replace("{examId}", exam), None, token)


@story("403 result_not_released", *RESULTS)
def before_the_end(world, name):
    exam, _, token, _ = started(world)
    world.call(200, f"post /exam-attempt/{exam}/submit", None, token)
    return world.ask(name.replace("{examId}", exam), None, token)


@story("404 not_found", "get /leaderboard/top-five")
def no_exam_ended(world, _):
    return world.no_exam_ended


@story("409 result_not_released", "post /exam/{examId}/results/announce")
def announced_too_early(world, name):
    return world.ask(name.replace("{examId}", world.exam()[0]))


@story("409 already_announced", "post /exam/{examId}/results/announce")
def announced_twice(world, name):
    exam, _ = world.exam()
    world.call(200, f"post /exam/{exam}/close", {"confirm": "E"})
    world.call(202, f"post /exam/{exam}/results/announce")
    return world.ask(name.replace("{examId}", exam))


# Mails, queues, cache, operation

@story("409 wrong_status", *(f"post /admin/newsletters/{{id}}/{change}" for change in ("resume", "pause", "cancel")))
def a_letter_that_is_done(world, name):
    letter = world.letter()
    world.call(200, f"post /admin/newsletters/{letter}/resume", {"confirm": "News"})
    wait_until(lambda: world.call(200, f"get /admin/newsletters/{letter}")["newsletter"]["status"] == "DONE", 20, "the letter")
    return world.ask(name.replace("{id}", letter))


@story("404 not_found", "delete /admin/suppressions/{address}")
def not_suppressed(world, name):
    return world.ask(name.replace("{address}", "nobody@example.org"))


@story("409 mail_not_finished", RESEND)
def a_mail_that_waits(world, name):
    email, _ = world.newcomer()
    world.call(200, "post /admin/queues/email/pause")
    world.call(200, "post /auth/forgot-password", {"email": email})
    mail = world.call(200, f"get /admin/mail/log?address={email}")["data"][0]["id"]
    reply = world.ask(name.replace("{id}", mail))
    world.call(200, "post /admin/queues/email/resume")
    return reply


@story("409 suppressed", RESEND)
def a_mail_to_a_suppressed_address(world, name):
    email, _ = world.newcomer()
    log = f"get /admin/mail/log?address={email}"
    mail = wait_until(lambda: next((one for one in world.call(200, log)["data"] if one["status"] == "SENT"), None), 20, "a mail")
    world.call(201, "post /admin/suppressions", {"address": email})
    return world.ask(name.replace("{id}", mail["id"]))


def job(world, job_id, *fields):
    """Lays a waiting job as BullMQ would."""
    world.redis.command("HSET", "bull:refusals:meta", "opts.maxLenEvents", "10000")
    world.redis.command("HSET", f"bull:refusals:{job_id}", "name", "x", "data", "{}", "timestamp", "1700000000000", "delay", "0",
                        "opts", "{}", *fields)
    world.redis.command("LPUSH", "bull:refusals:wait", job_id)


@story("409 job_state", *(f"post /admin/queues/{{name}}/jobs/{{id}}/{change}" for change in ("retry", "promote")))
def a_job_that_waits(world, name):
    job(world, "7")
    return world.ask(name.replace("{name}", "refusals").replace("{id}", "7"))


@story("409 job_state", "post /admin/queues/{name}/jobs/{id}/remove")
def the_next_run_of_a_scheduler(world, name):
    world.redis.command("ZADD", "bull:refusals:repeat", "9", "daily")
    job(world, "repeat:daily:9", "rjk", "daily")
    return world.ask(name.replace("{name}", "refusals").replace("{id}", "repeat:daily:9"))


@story("409 job_locked", "post /admin/queues/{name}/jobs/{id}/remove")
def a_job_in_work(world, name):
    job(world, "8")
    world.redis.command("SET", "bull:refusals:8:lock", "a worker")
    return world.ask(name.replace("{name}", "refusals").replace("{id}", "8"))


@story("409 not_confirmed", "post /admin/queues/{name}/jobs/{id}/remove")
def a_job_with_a_child(world, name):
    job(world, "9")
    job(world, "10", "parentKey", "bull:refusals:9")
    world.redis.command("SADD", "bull:refusals:9:dependencies", "bull:refusals:10")
    return world.ask(name.replace("{name}", "refusals").replace("{id}", "9"))


@story("409 not_confirmed", "post /admin/queues/{name}/bulk")
def many_jobs_without_their_number(world, name):
    return world.ask(name.replace("{name}", "email"), {"act": "remove", "state": "failed"})


@story("409 not_confirmed", "post /admin/newsletters/{id}/resume")
def a_mailing_without_its_subject(world, name):
    return world.ask(name.replace("{id}", world.letter()))


@story("409 not_confirmed", "post /admin/cache/clear")
def a_cache_that_nobody_named(world, name):
    return world.ask(name, {})


@story("404 not_found", "get /admin/cache/entry")
def not_cached(world, name):
    return world.ask(name + "?key=nothing")


@story("403 metrics_closed", "get /metrics")
def from_afar(world, _):
    return world.ask("get //metrics", None, "", X_Forwarded_For="203.0.113.7")


class Refusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.stop)
        cls.operations = operations(cls.world.server.api("GET", "//openapi.json").json)

    def test_every_described_refusal_is_what_the_server_answers(self):
        described = set()
        for operation in self.operations:
            for code in operation.codes:
                described.add((operation.name, code))
                tell = STORIES.get((operation.name, code))
                generic = getattr(self.world.asker, code.split(" ")[1], None)
                with self.subTest(operation=operation.name, code=code):
                    self.assertTrue(tell or generic, "no story provokes it: write one, or do not describe it")
                    reply = tell(self.world, operation.name) if tell else generic(operation)
                    self.assertEqual(code_of(reply), code, reply)
        self.assertEqual(set(STORIES) - described, set(), "stories of refusals that are not described")

    def test_a_text_that_must_not_be_empty_is_refused_when_it_is(self):
        checked = 0
        for operation in self.operations:
            for member, schema in operation.members.items():
                if schema.get("minLength") != 1:
                    continue
                with self.subTest(operation=operation.name, member=member):
                    asker = self.world.asker
                    body = json.dumps({member: ""}).encode()
                    reply = asker.ask(operation, asker.real_path(operation), body, headers={"Content-Type": "application/json"})
                    self.assertEqual(code_of(reply), "400 validation_failed", reply)
                    self.assertIn(member, [error["field"] for error in reply.json["errors"]])
                    checked += 1
        self.assertGreater(checked, 10)


if __name__ == "__main__":
    unittest.main()

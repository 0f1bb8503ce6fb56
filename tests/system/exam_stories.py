# SPDX-License-Identifier: MIT
"""Stories that provoke the refusals of questions, exams and accommodations; see test_refusals.py."""

import functools

from refusals import Asker, story


@story("409 question_in_use", "put /question/{id}", "delete /question/{id}")
def question_of_a_published_exam(world, name):
    return world.ask(name.replace("{id}", world.exam()[1]), {"statement": "other"} if "put" in name else None)


@story("400 exam_not_draft", "put /exam/{examId}", "put /exam/{examId}/update", "delete /exam/{examId}",
       "post /exam/{examId}/questions", "post /exam/{examId}/publish")
def published_already(world, name):
    body = world.asker.bodies.get(name)
    return world.ask(name.replace("{examId}", world.exam()[0]), body)


@story("400 unknown_questions", "post /exam/{examId}/questions")
def unknown_questions(world, name):
    return world.ask(name.replace("{examId}", world.draft), {"removeQuestionIds": ["nonsense"]})


@story("409 question_already_in_exam", "post /exam/{examId}/questions")
def the_same_question(world, name):
    return world.ask(name.replace("{examId}", world.draft), {"addQuestionIds": [{"questionId": world.question}]})


@story("400 exam_without_questions", "post /exam/{examId}/publish")
def no_questions(world, name):
    exam, question = world.exam(publish=False)
    world.call(200, f"post /exam/{exam}/questions", {"removeQuestionIds": [question]})
    return world.ask(name.replace("{examId}", exam))


@story("400 unknown_staff", "put /exam/{examId}/staff")
def assign_a_candidate(world, name):
    return world.ask(name.replace("{examId}", world.draft), {"userIds": [world.user_id("candidate1@example.org")]})


@story("400 validation_failed", "post /exam/{examId}/publish")
def ends_before_it_begins(world, name):
    return world.ask(name.replace("{examId}", world.exam(publish=False, start=-7200, end=-3600)[0]))


@story("409 not_confirmed", "post /exam/{examId}/publish")
def another_title(world, name):
    return world.ask(name.replace("{examId}", world.exam(publish=False)[0]), {"confirm": "another"})


@story("400 exam_not_active", "get /exam/{examId}/lobby")
def lobby_of_what_is_over(world, name):
    exam, _ = world.exam()
    world.call(200, f"post /exam/{exam}/close", {"confirm": "E"})
    return world.ask(name.replace("{examId}", exam))


@story("400 exam_not_published", "post /exam-attempt/{examId}/start", "post /exam/{examId}/close", "post /exam/{examId}/extend")
def a_draft(world, name):
    return world.ask(name.replace("{examId}", world.draft), {"minutes": 1} if "extend" in name else None)


@story("403 no_active_attempt", "get /exam-attempt/{examId}/status", "get /exam-attempt/{examId}/receipt")
def status_of_nothing(world, name):
    return world.ask(name.replace("{examId}", world.draft), None, world.newcomer()[1])


@story("403 not_submitted", "get /exam-attempt/{examId}/receipt")
def receipt_of_what_runs(world, name):
    (exam, _), (_, token) = world.exam(), world.newcomer()
    world.call(201, f"post /exam-attempt/{exam}/start", None, token)
    return world.ask(name.replace("{examId}", exam), None, token)


@story("400 exam_not_active", "post /exam-attempt/{examId}/start")
def too_early(world, name):
    return world.ask(name.replace("{examId}", world.exam(start=1800)[0]))


@story("409 attempt_ended", "post /exam/{examId}/extend")
def extends_what_has_ended(world, name):
    exam, _ = world.exam()
    email, token = world.newcomer()
    world.call(201, f"post /exam-attempt/{exam}/start", None, token)
    world.call(200, f"post /exam-attempt/{exam}/submit", None, token)
    return world.ask(name.replace("{examId}", exam), {"minutes": 1, "userId": world.user_id(email)})


@story("409 idempotency_key_reused", "post /exam/{examId}/extend")
def the_key_of_another_order(world, name):
    name = name.replace("{examId}", world.exam()[0])
    world.ask(name, {"minutes": 1, "confirm": "E"}, None, Idempotency_Key="once")
    return world.ask(name, {"minutes": 2, "confirm": "E"}, None, Idempotency_Key="once")


NOTICES = "post /exam/{examId}/notices"


@story("409 not_confirmed", NOTICES, "post /exam/{examId}/close", "post /exam/{examId}/extend")
def to_all_without_saying_so(world, name):
    return world.ask(name.replace("{examId}", world.exam()[0]), {"text": "x"} if name == NOTICES else {"minutes": 1})


@story("400 exam_not_active", NOTICES)
def a_notice_before_the_exam(world, name):
    return world.ask(name.replace("{examId}", world.exam(start=1800)[0]), {"text": "x", "confirm": "0"})


@story("400 too_many_notices", NOTICES)
def a_notice_too_many(world, name):
    exam, _ = world.exam()
    for number in range(200):
        world.call(200, f"post /exam/{exam}/notices", {"text": str(number), "confirm": "0"})
    return world.ask(name.replace("{examId}", exam), {"text": "x", "confirm": "0"})


LATE = "post /exam-attempt/{attemptId}/late/accept"


@story("409 nothing_late", LATE)
def accepts_what_did_not_come(world, name):
    (exam, _), (_, token) = world.exam(), world.newcomer()
    attempt = world.call(201, f"post /exam-attempt/{exam}/start", None, token)["attemptId"]
    world.call(200, f"post /exam-attempt/{exam}/submit", None, token)
    return world.ask(name.replace("{attemptId}", attempt), {"reason": "x"})


@story("409 attempt_not_ended", "post /exam-attempt/{attemptId}/reopen", LATE)
def reopens_what_runs(world, name):
    exam, _ = world.exam()
    attempt = world.call(201, f"post /exam-attempt/{exam}/start", None, world.newcomer()[1])["attemptId"]
    return world.ask(name.replace("{attemptId}", attempt), {"minutes": 1, "reason": "x"})


@story("400 exam_not_active", "post /exam/{examId}/extend")
def over(world, name):
    exam, _ = world.exam()
    world.edit("UPDATE exams SET end_at = start_at + 1 WHERE id = ?", exam)
    return world.ask(name.replace("{examId}", exam), {"minutes": 1})


def at_the_door(world, name, access, body=None):
    exam, _ = world.exam()
    world.call(200, f"put /exam/{exam}/access", access)
    return world.ask(name.replace("{examId}", exam), body, world.newcomer()[1])


START = "post /exam-attempt/{examId}/start"


@story("400 not_in_cohort", START)
def not_on_the_list(world, name):
    return at_the_door(world, name, {"cohortIds": [world.cohort("Others")]})


for refusal, asked, brought in [
        ("400 access_code_required", {"accessCodes": ["4711"]}, None),
        ("400 access_code_wrong", {"accessCodes": ["4711"]}, {"accessCode": "4712"}),
        ("400 address_not_allowed", {"addresses": ["10.0.0.0/8"]}, None),
        ("400 safe_exam_browser_required", {"sebConfigKeys": ["0" * 64]}, None)]:
    story(refusal, START)(functools.partial(at_the_door, access=asked, body=brought))


@story("429 rate_limited", START)
def guesses_codes(world, name):
    exam, token = world.exam()[0], world.newcomer()[1]
    world.call(200, f"put /exam/{exam}/access", {"accessCodes": ["4711"]})
    return Asker.first("429 rate_limited", (world.ask(name.replace("{examId}", exam), {"accessCode": "4712"}, token)
                                            for _ in range(21)))


@story("404 not_found", "put /admin/accommodations", "post /admin/accommodations/import")
def accommodations_at_no_exam(world, name):
    granted = {"userId": world.user_id("staff@example.com"), "minutes": 5, "reason": "x"}
    sheet = {"csv": "email,minutes,reason\nstaff@example.com,5,x"}
    return world.ask(name, {**(granted if "put" in name else sheet), "examId": world.question})


@story("400 sheet_errors", "post /admin/accommodations/import")
def a_sheet_with_errors(world, name):
    return world.ask(name, {"csv": "email,minutes,reason\nnobody@example.org,5,x"})


@story("400 exam_not_published", "post /exam/{examId}/corrections")
def corrects_a_draft(world, name):
    return world.ask(name.replace("{examId}", world.draft), world.asker.bodies[name])


def applied(world, name, exam, confirm="E", **more):
    """The regrade of a dry run; "E" is the title."""
    name = name.replace("{examId}", exam)
    run = world.call(200, name, {})["run"]
    return world.ask(name, {"dry": False, "run": run, "confirm": confirm, **more})


REGRADE = "post /exam/{examId}/regrade"


@story("400 exam_not_published", REGRADE)
def regrades_a_draft(world, name):
    return applied(world, name, world.draft)


@story("409 not_confirmed", REGRADE)
def regrades_another_exam(world, name):
    return applied(world, name, world.exam()[0], "F")


@story("409 result_not_released", REGRADE)
def tells_before_there_is_a_result(world, name):
    return applied(world, name, world.exam()[0], mail=True)


@story("409 regrade_outdated", REGRADE)
def regrades_what_nobody_has_seen(world, name):
    return world.ask(name.replace("{examId}", world.exam()[0]), {"dry": False, "run": "0" * 64, "confirm": "E"})

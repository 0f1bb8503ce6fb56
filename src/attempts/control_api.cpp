// SPDX-License-Identifier: MIT
#include "attempts/control_api.hpp"

#include <algorithm>

#include "accounts/actor.hpp"
#include "accounts/order_key.hpp"
#include "exams/confirmation.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"

namespace tripos::attempts {

namespace {

namespace schema = http::schema;
using accounts::Principal;
using http::BodyReader;
using http::Operation;
using http::Reply;
using http::Request;

constexpr std::int64_t kMostExtraMinutes = 24 * 60;
constexpr std::size_t kMostChosen = 1000;
constexpr http::TextRule kReason{.max_length = 1000, .allow_newlines = true};

/// userId or userIds; nothing: everyone. Each once, in one order.
std::optional<std::vector<std::string>> read_chosen(BodyReader& body) {
    std::vector<std::string> ids = body.ids("userIds", kMostChosen);
    if (body.has("userId")) {
        ids.push_back(body.id("userId"));
    }
    if (ids.empty() && body.has("userIds")) {
        body.reject("userIds", "userIds must name candidates; without it, everyone is meant");
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids.empty() ? std::nullopt : std::optional(std::move(ids));
}

Task<Reply> close(ExamControl& control, Request& request, const Principal& caller,
                  std::string exam_id) {
    BodyReader body(request, http::EmptyBody::allowed);
    ClosingOrder order;
    order.reason = body.maybe_text("reason", kReason).value_or("");
    order.confirmation = exams::read_confirmation(body);
    order.is_dry_run = body.flag_or("dryRun", false);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto closing =
        co_await control.close(exam_id, order, accounts::actor_of(request, caller));
    if (!closing) {
        co_return closing.error();
    }
    auto json = http::success_body(order.is_dry_run ? kNothingDone : "Exam closed");
    if (!order.is_dry_run) {
        json.member("status", "CLOSED")
            .member("endedAttempts", closing->work.total)
            .member("workId", closing->work.id);
    }
    write_touched(json, closing->touched);
    co_return http::finished(200, std::move(json));
}

Task<Reply> extend(ExamControl& control, Request& request, const Principal& caller,
                   std::string exam_id) {
    BodyReader body(request);
    ExtensionOrder order;
    order.more = std::chrono::minutes(body.integer("minutes", 1, kMostExtraMinutes));
    order.reason = body.maybe_text("reason", kReason).value_or("");
    order.user_ids = read_chosen(body);
    order.confirmation = exams::read_confirmation(body);
    const bool is_dry_run = order.is_dry_run = body.flag_or("dryRun", false);
    const auto key = accounts::read_order_key(request);
    if (!key) {
        body.reject("Idempotency-Key", key.error().message);
    }
    if (const auto error = body.error()) {
        co_return *error;
    }
    order.key = *key;
    const auto extended = co_await control.extend(exam_id, std::move(order), caller,
                                                  accounts::actor_of(request, caller));
    if (!extended) {
        co_return extended.error();
    }
    auto json = http::success_body(is_dry_run ? kNothingDone : "Deadlines extended");
    if (!is_dry_run) {
        json.member("extendedAttempts", extended->attempts);
    }
    write_touched(json, extended->touched);
    co_return http::finished(200, std::move(json));
}

Task<Reply> reopen(ExamControl& control, Request& request, const Principal& caller,
                   std::string attempt_id) {
    BodyReader body(request);
    ReopeningOrder order;
    order.more = std::chrono::minutes(body.integer("minutes", 1, kMostExtraMinutes));
    order.reason = body.text("reason", kReason);
    order.is_dry_run = body.flag_or("dryRun", false);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto reopened =
        co_await control.reopen(attempt_id, order, caller, accounts::actor_of(request, caller));
    if (!reopened) {
        co_return reopened.error();
    }
    auto json = http::success_body(order.is_dry_run ? kNothingDone
                                                    : "Attempt reopened: the candidate may go on");
    entity::write(json, reopened->deadline, kDeadlineMembers);
    write_touched(json, reopened->touched);
    co_return http::finished(200, std::move(json));
}

Task<Reply> make_void(ExamControl& control, Request& request, const Principal& caller,
                      std::string attempt_id) {
    BodyReader body(request);
    VoidingOrder order;
    order.reason = body.text("reason", kReason);
    order.is_dry_run = body.flag_or("dryRun", false);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto touched =
        co_await control.make_void(attempt_id, order, caller, accounts::actor_of(request, caller));
    if (!touched) {
        co_return touched.error();
    }
    auto json = http::success_body(
        order.is_dry_run ? kNothingDone : "Attempt voided: the candidate may start again");
    write_touched(json, *touched);
    co_return http::finished(200, std::move(json));
}

}  // namespace

void add_exam_control_routes(http::Router& router, const accounts::Guard& guard,
                             ExamControl& control) {
    const http::PathId exam_id{"examId", exams::no_exam()};
    const http::PathId attempt_id{"attemptId", no_attempt()};
    router.post(
        "/api/exam/:examId/close",
        guard.staff(accounts::Capability::publish, std::ref(control), exam_id, close),
        Operation("Exam control", "Close a published exam now")
            .details("From that instant on nobody starts, saves or submits. Of many running "
                     "attempts the first have ended with the answer; GET "
                     "/api/admin/work/{workId} tells how far the others are. `confirm`: the "
                     "exam's title, or the number of candidates.")
            .may_take({{"confirm?", schema::text()},
                       {"reason?", schema::text().nullable()},
                       {"dryRun?", schema::flag()}})
            .answers(200, "Closed, or whom it would touch",
                     schema::joined({{"status?", schema::one_of({"CLOSED"})},
                                     {"endedAttempts?", schema::integer()},
                                     {"workId?", schema::uuid()}},
                                    touched_members()))
            .refuses(400, {"exam_not_published"})
            .refuses(404, {"not_found"})
            .refuses(409, {"not_confirmed"}, exams::confirmation_wanted()));
    router.post(
        "/api/exam/:examId/extend",
        guard.staff(accounts::Capability::invigilate, std::ref(control), exam_id, extend),
        Operation("Exam control", "Give everyone, or chosen candidates, more time")
            .details("Those who begin later have it, too; for everyone it moves the end of "
                     "the exam as well, and takes `confirm`: the exam's title, or the number of "
                     "candidates who sit it now. With a header Idempotency-Key, an order that is "
                     "repeated is done once.")
            .takes({{"minutes", schema::integer().with("minimum", 1)},
                    {"userId?", schema::uuid().nullable()},
                    {"userIds?", schema::list_of(schema::uuid()).nullable()},
                    {"reason?", schema::text().nullable()},
                    {"confirm?", schema::text()},
                    {"dryRun?", schema::flag()}})
            .answers(200, "Extended, or whom it would touch",
                     schema::joined({{"extendedAttempts?",
                                      schema::integer().says("Of those that run already")}},
                                    touched_members()))
            .refuses(400, {"exam_not_published", "exam_not_active"})
            .refuses(404, {"not_found"})
            .refuses(409, {"attempt_ended", "idempotency_key_reused"})
            .refuses(409, {"not_confirmed"}, exams::confirmation_wanted()));
    router.post(
        "/api/exam-attempt/:attemptId/reopen",
        guard.staff(accounts::Capability::invigilate, std::ref(control), attempt_id, reopen),
        Operation("Exam control", "Let a candidate go on with an attempt that has ended")
            .details("With the answers there are, for at least so many minutes from now. Results "
                     "of the exam are held back until it ends again.")
            .takes({{"minutes", schema::integer().with("minimum", 1)},
                    {"reason", schema::text()},
                    {"dryRun?", schema::flag()}})
            .answers(200, "Reopened, or the deadline it would get",
                     schema::joined(entity::shapes(kDeadlineMembers), touched_members()))
            .refuses(404, {"not_found"})
            .refuses(409, {"attempt_not_ended"}));
    router.post(
        "/api/exam-attempt/:attemptId/void",
        guard.staff(accounts::Capability::invigilate, std::ref(control), attempt_id, make_void),
        Operation("Exam control", "Void an attempt, so that the candidate may start again")
            .takes({{"reason", schema::text()}, {"dryRun?", schema::flag()}})
            .answers(200, "Voided, or whose attempt it would be", touched_members())
            .refuses(404, {"not_found"})
            .refuses(409, {"already_void"}));
}

}  // namespace tripos::attempts

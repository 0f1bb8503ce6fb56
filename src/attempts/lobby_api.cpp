// SPDX-License-Identifier: MIT
#include "attempts/lobby_api.hpp"

#include <algorithm>

#include "attempts/shapes.hpp"
#include "http/json_writer.hpp"

namespace tripos::attempts {

namespace {

namespace schema = http::schema;
using http::Operation;
using http::Reply;
using http::Request;

constexpr auto kLobbyMembers = entity::joined(
    exams::kListedMembers, entity::only(exams::kMembers, &exams::Exam::instructions));

/// The exam as the candidate sees it, in their own window, if it is for them, or was when they
/// began, and published.
Task<std::optional<exams::Exam>> find_visible(const LobbyRoutesParts& parts, std::string exam_id,
                                              std::string user_id) {
    const auto all = co_await parts.exams.all();
    const auto windows = co_await parts.exams.windows_of(user_id);
    const auto visible = co_await parts.cohorts.visible_to(user_id);
    const auto exams = exams::seen_by(*all, *windows);
    const auto found =
        std::find_if(exams.by_start.begin(), exams.by_start.end(), [&](const exams::Exam* exam) {
            return exam->id == exam_id && exam->status != exams::ExamStatus::draft;
        });
    if (found == exams.by_start.end()) {
        co_return std::nullopt;
    }
    const auto attempts = co_await parts.attempts.attempts_of(user_id);
    if (!visible.contains(exam_id) && !at_exam(*attempts, exam_id)) {
        co_return std::nullopt;
    }
    co_return **found;
}

Task<Reply> show(const LobbyRoutesParts& parts, Request&, const accounts::Principal& caller,
                 std::string exam_id) {
    const auto exam = co_await find_visible(parts, std::move(exam_id), caller.user_id);
    if (!exam) {
        co_return exams::no_exam();
    }
    const auto prospect = co_await parts.attempts.prospect(*exam, caller.user_id);
    if (!prospect) {
        co_return prospect.error();
    }
    const auto now = parts.clock.now();
    const auto& attempt = prospect->attempt;
    const auto wait =
        attempt ? std::chrono::milliseconds(0)
                : parts.lobby.start_after(exam->id, caller.user_id, prospect->opens_at, now);
    auto json = http::success_body("Lobby fetched");
    entity::write(json.name("exam").begin_object(), *exam, kLobbyMembers);
    entity::write(json, prospect->paper, kSummaryMembers);
    json.end_object();
    write_own(json, attempt ? &*attempt : nullptr);
    write_clock(json, prospect->deadline, now);
    json.member("startAfterMs", std::int64_t{wait.count()});
    co_return http::finished(200, std::move(json));
}

}  // namespace

void add_lobby_routes(http::Router& router, const accounts::Guard& guard,
                      const LobbyRoutesParts& parts) {
    const http::PathId exam_id{"examId", exams::no_exam()};
    const auto exam = schema::object(
        schema::joined(entity::shapes(kLobbyMembers), entity::shapes(kSummaryMembers)));
    router.get(
        "/api/exam/:examId/lobby", guard.verified(parts, exam_id, show),
        Operation("Exams", "What may be known before the start, and when to start")
            .details("Never the paper. The deadline is the caller's own: that of their attempt, "
                     "or would they start now or when it opens; startAfterMs spreads the starts of "
                     "a crowd: ask again every 20 seconds, and start when it has run out. Whoever "
                     "has an attempt is answered when the exam is over for others, too.")
            .answers(200, "It opens, or is open, or was begun",
                     schema::joined(
                         schema::joined({{"exam", exam.named("LobbyExam")}},
                                        schema::joined(shapes::own_attempt(), shapes::clock())),
                         {{"startAfterMs", schema::integer().with("minimum", 0)}}))
            .refuses(400, {"exam_not_active"})
            .refuses(404, {"not_found"}));
}

}  // namespace tripos::attempts

// SPDX-License-Identifier: MIT
#include "attempts/board_api.hpp"

#include "attempts/shapes.hpp"
#include "attempts/timeline.hpp"
#include "http/json_writer.hpp"

namespace tripos::attempts {

namespace {

namespace schema = http::schema;
using accounts::Capability;
using accounts::Principal;
using http::Operation;
using http::Reply;
using http::Request;

constexpr auto kShownMembers = entity::joined(
    entity::only(kMembers, &Attempt::id, &Attempt::exam_id),
    entity::Table(entity::Member{nullptr, &Attempt::user_id, "userId"}),
    entity::only(kMembers, &Attempt::status, &Attempt::started_at),
    entity::Table(entity::Member{nullptr, &Attempt::deadline_at, "deadline"},
                  entity::Member{nullptr, &Attempt::deadline_reason, "deadlineReason"}),
    entity::only(kMembers, &Attempt::submitted_at));

Task<Reply> board(LiveBoards& boards, Request& request, const Principal& caller,
                  std::string exam_id) {
    const auto cursor = request.query_parameter("cursor").value_or("");
    if (!cursor.empty() && !is_cursor(cursor)) {
        co_return invalid_field("cursor", "cursor is what the last board said, or left out");
    }
    const auto found = co_await boards.look(std::move(exam_id), caller);
    if (!found) {
        co_return found.error();
    }
    auto json = http::success_body("Board fetched");
    write_board(json, **found, cursor);
    co_return http::finished(200, std::move(json));
}

/// As the trail has it, with who that is.
void write_act(http::JsonWriter& json, const Timeline& timeline, const audit::StoredEntry& act) {
    const auto raw = [](const std::string& text) {
        return text.empty() ? std::string("null") : text;
    };
    json.begin_object()
        .member("at", act.at)
        .member("action", act.entry.action)
        .member("actor", act.actor.id)
        .member("actorName", timeline.name_of(act.actor.id))
        .member("address", act.actor.address)
        .member("device", act.actor.device)
        .member_raw("before", raw(act.entry.before))
        .member_raw("after", raw(act.entry.after))
        .end_object();
}

Task<Reply> timeline(LiveBoards& boards, Request&, const Principal& caller,
                     std::string attempt_id) {
    const auto found = co_await boards.timeline(std::move(attempt_id), caller);
    if (!found) {
        co_return found.error();
    }
    auto json = http::success_body("Timeline fetched");
    json.name("attempt").begin_object();
    entity::write(json, found->attempt, kShownMembers);
    json.member("fullName", found->name_of(found->attempt.user_id));
    json.end_object().name("acts").begin_array();
    for (const auto& act : found->acts) {
        write_act(json, *found, act);
    }
    json.end_array();
    entity::write_all(json.name("minutes"), found->minutes, kMinuteMembers);
    entity::write_all(json.name("devices"), found->devices, kDeviceMembers);
    entity::write_all(json.name("shortened"), found->shortened, kShortenedMembers);
    entity::write_all(json.name("gaps"), found->gaps, kGapMembers);
    entity::write_maybe(json.name("noticesSeen"), found->notices_seen, kSeenMembers);
    co_return http::finished(200, std::move(json));
}

http::Members counts() {
    http::Members all;
    for (const auto word : entity::words<BoardState>()) {
        all.push_back({std::string(word), schema::integer()});
    }
    return all;
}

http::Schema list_of(const http::Members& members) {
    return schema::list_of(schema::object(members));
}

}  // namespace

void add_board_routes(http::Router& router, const accounts::Guard& guard, LiveBoards& boards) {
    const http::PathId exam_id{"examId", exams::no_exam()};
    const http::PathId attempt_id{"attemptId", no_attempt()};
    const auto candidate = schema::object(entity::shapes(kBoardMembers)).named("BoardRow");
    router.get(
        "/api/exam/:examId/board",
        guard.staff(Capability::invigilate, std::ref(boards), exam_id, board),
        Operation("Exam control", "How far everybody is")
            .details("Made to be asked each second: one snapshot serves all who watch. Who has not "
                     "started is on it when the exam is for cohorts. Quiet: no request for 90 s; "
                     "unknown: Redis is away. No answers.")
            .asks("cursor", schema::text(), "Of the last board: only who changed since")
            .answers(200, "As of a moment, at most a second ago",
                     {{"asOf", schema::instant()},
                      {"cursor", schema::text()},
                      {"complete", schema::flag().says("All candidates, not only changed ones")},
                      {"counts", schema::object(counts())},
                      {"candidates", schema::list_of(candidate)}})
            .refuses(404, {"not_found"}));
    const http::Members act{
        {"at", schema::instant()},      {"action", schema::text()},
        {"actor", schema::text()},      {"actorName", schema::text().nullable()},
        {"address", schema::text()},    {"device", schema::text()},
        {"before", schema::anything()}, {"after", schema::anything()}};
    auto attempt = entity::shapes(kShownMembers);
    attempt.push_back({"fullName", schema::text().nullable()});
    const auto seen = schema::object(entity::shapes(kSeenMembers)).nullable();
    router.get("/api/exam-attempt/:attemptId/timeline",
               guard.staff(Capability::invigilate, std::ref(boards), attempt_id, timeline),
               Operation("Exam control", "The course of one attempt")
                   .details("From the trail and the history of saves: when, never what. Grades are "
                            "told to who may see results. Notices up to `noticesSeen` have been "
                            "shown by the candidate's page.")
                   .answers(200, "In the order of time",
                            {{"attempt", schema::object(attempt)},
                             {"acts", list_of(act)},
                             {"minutes", list_of(entity::shapes(kMinuteMembers))},
                             {"devices", list_of(entity::shapes(kDeviceMembers))},
                             {"shortened", list_of(entity::shapes(kShortenedMembers))},
                             {"gaps", list_of(entity::shapes(kGapMembers))},
                             {"noticesSeen", seen}})
                   .refuses(404, {"not_found"}));
}

}  // namespace tripos::attempts

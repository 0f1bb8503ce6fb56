// SPDX-License-Identifier: MIT
#include "exams/exam_api.hpp"

#include <algorithm>

#include "accounts/actor.hpp"
#include "accounts/order_key.hpp"
#include "core/id.hpp"
#include "core/text.hpp"
#include "exams/confirmation.hpp"
#include "exams/exam_times.hpp"
#include "exams/shapes.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"
#include "questions/shapes.hpp"

namespace tripos::exams {

namespace {

namespace schema = http::schema;
using accounts::Principal;
using http::BodyReader;
using http::Operation;
using http::Reply;
using http::Request;

constexpr std::size_t kMostQuestions = 1000;
constexpr std::size_t kLongestTitle = 200;
constexpr std::int64_t kLongestMinutes = 7 * 24 * 60;

std::optional<std::string> read_title(BodyReader& body, const char* name) {
    return body.maybe_text(name, {.max_length = kLongestTitle});
}

std::optional<std::string> read_description(BodyReader& body, const char* name) {
    return body.maybe_text(name, {.min_length = 0, .max_length = 10'000, .allow_newlines = true});
}

std::optional<std::chrono::minutes> read_duration(BodyReader& body, const char* name) {
    const auto minutes = body.maybe_integer(name, 1, kLongestMinutes);
    return minutes ? std::optional(std::chrono::minutes(*minutes)) : std::nullopt;
}

std::optional<bool> read_flag(BodyReader& body, const char* name) {
    return body.maybe_flag(name);
}

constexpr auto kBoardInputs =
    entity::Table(entity::Input{&Exam::board_view, entity::read_word<BoardView>},
                  entity::Input{&Exam::board_names, entity::read_word<BoardNames>});

/// What requests may give of a draft.
constexpr auto kInputs =
    entity::joined(entity::Table(entity::Input{&Exam::title, read_title},
                                 entity::Input{&Exam::description, read_description},
                                 entity::Input{&Exam::instructions, read_description},
                                 entity::Input{&Exam::duration, read_duration,
                                               [] { return schema::integer().with("minimum", 1); }},
                                 entity::Input{&Exam::start_at, read_time, time_shape},
                                 entity::Input{&Exam::end_at, read_time, time_shape},
                                 entity::Input{&Exam::extra_past_end, read_flag}),
                   kBoardInputs);

ExamChange read_change(BodyReader& body, const TimeZone& zone) {
    return entity::read_change<Exam>(body, kMembers, kInputs, zone);
}

void require(BodyReader& body, std::initializer_list<std::string_view> names) {
    for (const auto name : names) {
        if (!body.has(name)) {
            body.reject(name, std::string(name) + " is required");
        }
    }
}

/// The id in its one form, or nothing; what is not an id is remembered as such.
std::optional<std::string> read_question_id(const boost::json::value* value,
                                            QuestionListChange& change) {
    const auto* text = value == nullptr ? nullptr : value->if_string();
    if (text == nullptr || !is_uuid(*text)) {
        change.malformed.push_back(text == nullptr ? "" : std::string(*text));
        return std::nullopt;
    }
    return to_lower(*text);
}

void read_addition(BodyReader& body, const boost::json::value& value, const std::string& label,
                   QuestionListChange& change) {
    const auto* object = value.if_object();
    if (object == nullptr) {
        body.reject(label, label + " must be an object with questionId and marks");
        return;
    }
    auto id = read_question_id(object->if_contains("questionId"), change);
    BodyReader item(*object, label);
    const auto marks = questions::read_marks(item, "marks");
    for (auto& problem : item.take_problems()) {
        body.reject(problem.field, std::move(problem.message));
    }
    if (id) {
        change.additions.push_back({.question_id = std::move(*id), .marks = marks});
    }
}

QuestionListChange read_question_list(BodyReader& body) {
    QuestionListChange change;
    const auto* additions = body.array("addQuestionIds", kMostQuestions);
    for (std::size_t i = 0; additions != nullptr && i < additions->size(); ++i) {
        read_addition(body, (*additions)[i], "addQuestionIds[" + std::to_string(i) + "]", change);
    }
    const auto* removals = body.array("removeQuestionIds", kMostQuestions);
    for (std::size_t i = 0; removals != nullptr && i < removals->size(); ++i) {
        if (auto id = read_question_id(&(*removals)[i], change)) {
            change.removals.push_back(std::move(*id));
        }
    }
    const bool is_empty =
        (additions == nullptr || additions->empty()) && (removals == nullptr || removals->empty());
    if (is_empty && !body.error()) {
        body.reject("addQuestionIds", "Give addQuestionIds or removeQuestionIds");
    }
    return change;
}

/// The exam in the answer, as it is now.
Task<Reply> answer_with(const ExamRoutesParts& parts, std::string exam_id, std::string message,
                        int status = 200) {
    const auto details = co_await parts.exams.details(std::move(exam_id));
    if (!details) {
        co_return no_exam();
    }
    auto json = http::success_body(message);
    json.member_raw("exam", *details);
    co_return http::finished(status, std::move(json));
}

Task<Reply> upcoming(const ExamRoutesParts& parts, Request&, const Principal& caller) {
    const auto all = co_await parts.exams.all();
    const auto visible = co_await parts.cohorts.visible_to(caller.user_id);
    const auto windows = co_await parts.exams.windows_of(caller.user_id);
    const auto exams = seen_by(*all, *windows);
    const auto now = parts.clock.now();
    auto json = http::success_body("Upcoming exams fetched");
    json.name("exams").begin_array();
    for (const auto* const exam : exams.by_start) {
        if (is_upcoming(*exam, now) && visible.contains(exam->id)) {
            json.begin_object();
            entity::write(json, *exam, kListedMembers);
            json.end_object();
        }
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

Task<Reply> create(const ExamRoutesParts& parts, Request& request, const Principal& caller) {
    BodyReader body(request);
    auto change = read_change(body, parts.zone);
    require(body, {"title", "durationMinutes", "startTime", "endTime"});
    const auto given = accounts::read_id_of_made(request, caller);
    if (!given) {
        body.reject("Idempotency-Key", given.error().message);
    }
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto id =
        co_await parts.exams.create(std::move(change), *given, accounts::actor_of(request, caller));
    if (!id) {
        co_return id.error();
    }
    co_return co_await answer_with(parts, *id, "Exam created", 201);
}

std::vector<Exam> on_page(const std::vector<Exam>& exams, const http::Page& page) {
    const auto first = std::min(static_cast<std::size_t>(page.offset()), exams.size());
    const auto last = std::min(first + static_cast<std::size_t>(page.limit), exams.size());
    return {exams.begin() + static_cast<std::ptrdiff_t>(first),
            exams.begin() + static_cast<std::ptrdiff_t>(last)};
}

Task<Reply> all(const ExamRoutesParts& parts, Request& request) {
    const auto page = http::read_page(request, 100);
    if (!page) {
        co_return page.error();
    }
    const auto exams = co_await parts.exams.all();
    auto json = http::success_body("Exams fetched");
    http::write_pagination(json, *page, static_cast<std::int64_t>(exams->size()));
    json.name("exams").begin_array();
    std::vector<std::string> ids;
    for (const auto& exam : on_page(*exams, *page)) {
        ids.push_back(exam.id);
    }
    const auto all = co_await parts.exams.details_of(std::move(ids));
    for (const auto& details : all) {
        if (details) {
            json.raw(*details);
        }
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

Task<Reply> outlines(const ExamRoutesParts& parts, Request& request) {
    const auto page = http::read_page(request, 100);
    if (!page) {
        co_return page.error();
    }
    const auto exams = co_await parts.exams.all();
    auto json = http::success_body("Exams fetched");
    http::write_pagination(json, *page, static_cast<std::int64_t>(exams->size()));
    entity::write_all(json.name("exams"), on_page(*exams, *page), kAssignedMembers);
    co_return http::finished(200, std::move(json));
}

Task<Reply> show(const ExamRoutesParts& parts, Request&, std::string id) {
    co_return co_await answer_with(parts, id, "Exam fetched");
}

Task<Reply> change_questions(const ExamRoutesParts& parts, Request& request,
                             const Principal& caller, std::string id) {
    BodyReader body(request);
    auto change = read_question_list(body);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto done = co_await parts.exams.change_questions(id, std::move(change),
                                                            accounts::actor_of(request, caller));
    if (!done) {
        co_return done.error();
    }
    co_return co_await answer_with(parts, id, "Exam questions updated");
}

Task<Reply> update(const ExamRoutesParts& parts, Request& request, const Principal& caller,
                   std::string id) {
    BodyReader body(request);
    auto change = read_change(body, parts.zone);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto done =
        co_await parts.exams.update(id, std::move(change), accounts::actor_of(request, caller));
    if (!done) {
        co_return done.error();
    }
    co_return co_await answer_with(parts, id, "Exam updated");
}

Task<Reply> set_board(const ExamRoutesParts& parts, Request& request, const Principal& caller,
                      std::string id) {
    BodyReader body(request);
    auto change = entity::read_change<Exam>(body, kMembers, kBoardInputs);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto done =
        co_await parts.exams.set_board(id, std::move(change), accounts::actor_of(request, caller));
    if (!done) {
        co_return done.error();
    }
    co_return co_await answer_with(parts, id, "Leaderboard updated");
}

Task<Reply> publish(const ExamRoutesParts& parts, Request& request, const Principal& caller,
                    std::string id) {
    BodyReader body(request, http::EmptyBody::allowed);
    auto confirm = read_confirmation(body);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto done =
        co_await parts.exams.publish(id, std::move(confirm), accounts::actor_of(request, caller));
    if (!done) {
        co_return done.error();
    }
    const auto warnings = co_await parts.exams.warnings(id);
    const auto details = co_await parts.exams.details(id);
    if (!warnings || !details) {
        co_return no_exam();
    }
    auto json = http::success_body("Exam published");
    json.member_raw("exam", *details);
    entity::write_all(json.name("warnings"), *warnings, kWarningMembers);
    co_return http::finished(200, std::move(json));
}

Task<Reply> check(const ExamRoutesParts& parts, Request&, std::string id) {
    const auto warnings = co_await parts.exams.warnings(std::move(id));
    if (!warnings) {
        co_return warnings.error();
    }
    auto json = http::success_body("Exam checked");
    entity::write_all(json.name("warnings"), *warnings, kWarningMembers);
    co_return http::finished(200, std::move(json));
}

Task<Reply> remove(const ExamRoutesParts& parts, Request& request, const Principal& caller,
                   std::string id) {
    const auto done = co_await parts.exams.remove(id, accounts::actor_of(request, caller));
    co_return done ? Reply(http::success(200, "Exam deleted")) : done.error();
}

void add_staff_routes(http::Router& router, const accounts::Guard& guard,
                      const ExamRoutesParts& parts) {
    const http::PathId exam_id{"examId", no_exam()};
    const http::Members one{{"exam", shapes::exam()}};
    const auto warning = schema::object(entity::shapes(kWarningMembers)).named("PublishWarning");
    const http::Members warnings{{"warnings", schema::list_of(warning)}};
    router.post("/api/exam/create", guard.staff(accounts::Capability::drafts, parts, create),
                Operation("Exams", "Create a draft")
                    .details("title, durationMinutes, startTime and endTime are required. A "
                             "request that is repeated with its header Idempotency-Key is answered "
                             "with the exam that it made.")
                    .takes(entity::input_shapes(kMembers, kInputs))
                    .answers(201, "Created", one));
    router.get("/api/exam/all", guard.staff(accounts::Capability::drafts, parts, all),
               Operation("Exams", "Every exam with its questions")
                   .paged()
                   .answers(200, "One page",
                            {{"pagination", schema::pagination()},
                             {"exams", schema::list_of(shapes::exam())}}));
    router.get("/api/exam/outlines", guard.staff(accounts::Capability::drafts, parts, outlines),
               Operation("Exams", "Every exam without its questions, newest first")
                   .paged()
                   .answers(200, "One page",
                            {{"pagination", schema::pagination()},
                             {"exams", schema::list_of(shapes::assigned_exam())}}));
    router.get("/api/exam/:examId", guard.staff(accounts::Capability::drafts, parts, exam_id, show),
               Operation("Exams", "One exam with its questions")
                   .answers(200, "The exam", one)
                   .refuses(404, {"not_found"}));
    router.post(
        "/api/exam/:examId/questions",
        guard.staff(accounts::Capability::drafts, parts, exam_id, change_questions),
        Operation("Exams", "Add questions to a draft, or take them out")
            .takes({{"addQuestionIds?",
                     schema::list_of(schema::object({{"questionId", schema::uuid()},
                                                     {"marks?", questions::shapes::marks()}}))},
                    {"removeQuestionIds?", schema::list_of(schema::uuid())}})
            .answers(200, "The exam as it is now", one)
            .refuses(400, {"exam_not_draft", "unknown_questions"},
                     {{"invalidQuestionIds?", schema::list_of(schema::text())}})
            .refuses(404, {"not_found"})
            .refuses(409, {"question_already_in_exam"}));
    const auto changed = Operation("Exams", "Change a draft")
                             .takes(entity::input_shapes(kMembers, kInputs))
                             .answers(200, "The exam as it is now", one)
                             .refuses(400, {"exam_not_draft"})
                             .refuses(404, {"not_found"});
    router.put("/api/exam/:examId",
               guard.staff(accounts::Capability::drafts, parts, exam_id, update), changed);
    router.put("/api/exam/:examId/update",
               guard.staff(accounts::Capability::drafts, parts, exam_id, update), changed);
    router.post("/api/exam/:examId/publish",
                guard.staff(accounts::Capability::publish, parts, exam_id, publish),
                Operation("Exams", "Publish a draft")
                    .details("It cannot be changed afterwards. confirm: its title.")
                    .may_take({{"confirm?", schema::text()}})
                    .answers(200, "Published", schema::joined(one, warnings))
                    .refuses(400, {"exam_not_draft", "exam_without_questions", "validation_failed"})
                    .refuses(404, {"not_found"})
                    .refuses(409, {"not_confirmed"}, confirmation_wanted()));
    router.get("/api/exam/:examId/publish-check",
               guard.staff(accounts::Capability::drafts, parts, exam_id, check),
               Operation("Exams", "What to think of before an exam is published")
                   .details("The same warnings come with the answer to publishing it.")
                   .answers(200, "Warnings, or none", warnings)
                   .refuses(404, {"not_found"}));
    router.put("/api/exam/:examId/leaderboard",
               guard.staff(accounts::Capability::publish, parts, exam_id, set_board),
               Operation("Exams", "Say who sees the leaderboard, and under which names")
                   .details("In every state of the exam.")
                   .takes(entity::input_shapes(kMembers, kBoardInputs))
                   .answers(200, "The exam as it is now", one)
                   .refuses(404, {"not_found"}));
    router.delete_("/api/exam/:examId",
                   guard.staff(accounts::Capability::drafts, parts, exam_id, remove),
                   Operation("Exams", "Delete a draft")
                       .answers(200, "Deleted")
                       .refuses(400, {"exam_not_draft"})
                       .refuses(404, {"not_found"}));
}

}  // namespace

void add_exam_routes(http::Router& router, const accounts::Guard& guard,
                     const ExamRoutesParts& parts) {
    router.get("/api/exam/upcoming", guard.verified(parts, upcoming),
               Operation("Exams", "The exams that are published and not yet open")
                   .answers(200, "By start", {{"exams", schema::list_of(shapes::listed_exam())}}));
    add_staff_routes(router, guard, parts);
}

}  // namespace tripos::exams

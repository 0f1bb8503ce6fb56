// SPDX-License-Identifier: MIT
#include "exams/exam_api.hpp"

#include <algorithm>

#include "core/id.hpp"
#include "core/text.hpp"
#include "exams/shapes.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"
#include "questions/shapes.hpp"

namespace tripos::exams {

namespace {

namespace schema = http::schema;
using http::BodyReader;
using http::Operation;

constexpr std::size_t kMostQuestions = 1000;
constexpr std::int64_t kLongestMinutes = 7 * 24 * 60;

std::optional<Timestamp> read_time(BodyReader& body, std::string_view name, const TimeZone& zone) {
    const auto text = body.maybe_text(name, {.max_length = 40});
    if (!text) {
        return std::nullopt;
    }
    const auto at = zone.read(*text);
    if (!at) {
        body.reject(name, std::string(name) + " must be a time such as 2026-01-31T09:30:00+05:30");
    }
    return at;
}

ExamChange read_change(BodyReader& body, const TimeZone& zone) {
    ExamChange change;
    change.title = body.maybe_text("title", {.max_length = 200});
    change.description = body.maybe_text(
        "description", {.min_length = 0, .max_length = 10'000, .allow_newlines = true});
    if (const auto minutes = body.maybe_integer("durationMinutes", 1, kLongestMinutes)) {
        change.duration = std::chrono::minutes(*minutes);
    }
    change.start_at = read_time(body, "startTime", zone);
    change.end_at = read_time(body, "endTime", zone);
    return change;
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

}  // namespace

void ExamApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.get("/api/exam/upcoming", guard.verified(this, &ExamApi::upcoming),
               Operation("Exams", "The exams that are published and not yet open")
                   .answers(200, "By start", {{"exams", schema::list_of(shapes::listed_exam())}}));
    add_staff_routes(router, guard);
}

void ExamApi::add_staff_routes(http::Router& router, const accounts::Guard& guard) {
    const http::PathId exam_id{"examId", no_exam()};
    const http::Members one{{"exam", shapes::exam()}};
    router.post("/api/exam/create", guard.admin(this, &ExamApi::create),
                Operation("Exams", "Create a draft")
                    .details("title, durationMinutes, startTime and endTime are required.")
                    .takes(shapes::exam_input())
                    .answers(201, "Created", one));
    router.get("/api/exam/all", guard.admin(this, &ExamApi::all),
               Operation("Exams", "Every exam with its questions")
                   .paged()
                   .answers(200, "One page",
                            {{"pagination", schema::pagination()},
                             {"exams", schema::list_of(shapes::exam())}}));
    router.get("/api/exam/:examId", guard.admin(this, exam_id, &ExamApi::show),
               Operation("Exams", "One exam with its questions")
                   .answers(200, "The exam", one)
                   .refuses(404, {"not_found"}));
    router.post(
        "/api/exam/:examId/questions", guard.admin(this, exam_id, &ExamApi::change_questions),
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
    const auto update = Operation("Exams", "Change a draft")
                            .takes(shapes::exam_input())
                            .answers(200, "The exam as it is now", one)
                            .refuses(400, {"exam_not_draft"})
                            .refuses(404, {"not_found"});
    router.put("/api/exam/:examId", guard.admin(this, exam_id, &ExamApi::update), update);
    router.put("/api/exam/:examId/update", guard.admin(this, exam_id, &ExamApi::update), update);
    router.post("/api/exam/:examId/publish", guard.admin(this, exam_id, &ExamApi::publish),
                Operation("Exams", "Publish a draft")
                    .details("It cannot be changed afterwards.")
                    .answers(200, "Published", one)
                    .refuses(400, {"exam_not_draft", "exam_without_questions", "validation_failed"})
                    .refuses(404, {"not_found"}));
    router.delete_("/api/exam/:examId", guard.admin(this, exam_id, &ExamApi::remove),
                   Operation("Exams", "Delete a draft")
                       .answers(200, "Deleted")
                       .refuses(400, {"exam_not_draft"})
                       .refuses(404, {"not_found"}));
}

Task<http::Reply> ExamApi::upcoming(http::Request&, const Principal&) {
    const auto all = co_await exams_.all();
    const auto exams = by_start(*all);
    const auto now = clock_.now();
    auto json = http::success_body("Upcoming exams fetched");
    json.name("exams").begin_array();
    for (const auto* const exam : exams) {
        if (is_upcoming(*exam, now)) {
            json.begin_object();
            entity::write(json, *exam, kListedMembers);
            json.end_object();
        }
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

Task<http::Reply> ExamApi::create(http::Request& request, const Principal& caller) {
    BodyReader body(request);
    auto change = read_change(body, zone_);
    require(body, {"title", "durationMinutes", "startTime", "endTime"});
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto exam = co_await exams_.create(std::move(change), caller.user_id);
    if (!exam) {
        co_return exam.error();
    }
    auto json = http::success_body("Exam created");
    json.member_raw("exam", *exam);
    co_return http::finished(201, std::move(json));
}

Task<http::Reply> ExamApi::all(http::Request& request, const Principal&) {
    const auto page = http::read_page(request, 100);
    if (!page) {
        co_return page.error();
    }
    const auto exams = co_await exams_.all();
    auto json = http::success_body("Exams fetched");
    http::write_pagination(json, *page, static_cast<std::int64_t>(exams->size()));
    json.name("exams").begin_array();
    const auto first = std::min(static_cast<std::size_t>(page->offset()), exams->size());
    const auto last = std::min(first + static_cast<std::size_t>(page->limit), exams->size());
    std::vector<std::string> ids;
    for (std::size_t i = first; i < last; ++i) {
        ids.push_back((*exams)[i].id);
    }
    const auto all = co_await exams_.details_of(std::move(ids));
    for (const auto& details : all) {
        if (details) {
            json.raw(*details);
        }
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

Task<http::Reply> ExamApi::show(http::Request&, const Principal&, std::string id) {
    co_return co_await answer_with(id, "Exam fetched");
}

Task<http::Reply> ExamApi::change_questions(http::Request& request, const Principal&,
                                            std::string id) {
    BodyReader body(request);
    auto change = read_question_list(body);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto done = co_await exams_.change_questions(id, std::move(change));
    if (!done) {
        co_return done.error();
    }
    co_return co_await answer_with(id, "Exam questions updated");
}

Task<http::Reply> ExamApi::update(http::Request& request, const Principal&, std::string id) {
    BodyReader body(request);
    auto change = read_change(body, zone_);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto done = co_await exams_.update(id, std::move(change));
    if (!done) {
        co_return done.error();
    }
    co_return co_await answer_with(id, "Exam updated");
}

Task<http::Reply> ExamApi::publish(http::Request&, const Principal&, std::string id) {
    const auto done = co_await exams_.publish(id);
    if (!done) {
        co_return done.error();
    }
    co_return co_await answer_with(id, "Exam published");
}

Task<http::Reply> ExamApi::remove(http::Request&, const Principal&, std::string id) {
    const auto done = co_await exams_.remove(id);
    co_return done ? http::Reply(http::success(200, "Exam deleted")) : done.error();
}

Task<http::Reply> ExamApi::answer_with(std::string exam_id, std::string message) {
    const auto details = co_await exams_.details(std::move(exam_id));
    if (!details) {
        co_return no_exam();
    }
    auto json = http::success_body(message);
    json.member_raw("exam", *details);
    co_return http::finished(200, std::move(json));
}

}  // namespace tripos::exams

// SPDX-License-Identifier: MIT
#include "attempts/save_api.hpp"

#include "accounts/actor.hpp"
#include "attempts/shapes.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"
#include "questions/decimal.hpp"

namespace tripos::attempts {

namespace {

namespace schema = http::schema;
using accounts::Principal;
using http::BodyReader;
using http::Operation;
using http::Reply;
using http::Request;
using schema::joined;

constexpr std::size_t kMostOptions = 50;
constexpr std::size_t kMostSaves = 100;
constexpr std::int64_t kMostRevisions = 1'000'000'000;
constexpr std::size_t kLongestClient = 64;

std::string read_client(BodyReader& body) {
    return body.maybe_text("clientId", {.max_length = kLongestClient}).value_or("");
}

AnswerInput read_answer(BodyReader& body) {
    AnswerInput input;
    input.question_id = body.id("questionId");
    if (body.has("selectedOptionIds") || body.is_null("selectedOptionIds")) {
        input.option_ids = body.ids("selectedOptionIds", kMostOptions);
    }
    input.has_number = body.find("numericalAnswer") != nullptr;
    input.number = questions::read_decimal(body, "numericalAnswer", questions::Sign::any);
    input.is_flagged = body.maybe_flag("flagged");
    input.revision = body.maybe_integer("revision", 0, kMostRevisions);
    return input;
}

/// Each is read, and all problems of all are named.
std::vector<AnswerInput> read_answers(BodyReader& body) {
    std::vector<AnswerInput> inputs;
    const auto* given = body.array("saves", kMostSaves);
    if (given == nullptr || given->empty()) {
        body.reject("saves", "saves is required: a list of answers");
        return inputs;
    }
    for (std::size_t i = 0; i < given->size(); ++i) {
        const auto label = "saves[" + std::to_string(i) + "]";
        const auto* object = (*given)[i].if_object();
        if (object == nullptr) {
            body.reject(label, label + " must be an object");
            continue;
        }
        BodyReader one(*object, label);
        inputs.push_back(read_answer(one));
        for (auto& problem : one.take_problems()) {
            body.reject(problem.field, problem.message);
        }
    }
    return inputs;
}

Error answer_changed(const AnswerVersion& stored) {
    auto error = conflict("answer_changed",
                          "This answer was changed meanwhile, on another page or device: look at "
                          "what is stored, and save again with its revision");
    http::JsonWriter json;
    write_version(json.begin_object(), stored);
    error.extra.emplace_back("stored", json.end_object().take());
    return error;
}

Task<Reply> save(const AttemptRoutesParts& parts, Request& request, const Principal& caller,
                 std::string exam_id) {
    BodyReader body(request);
    std::vector<AnswerInput> inputs;
    inputs.push_back(read_answer(body));
    inputs.front().client_id = read_client(body);
    const auto shown = body.maybe_integer("noticesAfter", 0, kMostNoticeNumbers);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto saved = co_await parts.attempts.save(exam_id, accounts::actor_of(request, caller),
                                                    std::move(inputs), request.arrived_at);
    if (!saved) {
        co_return saved.error();
    }
    const auto& outcome = saved->outcomes.front();
    if (!outcome) {
        co_return outcome.error();
    }
    if (outcome->verdict == SaveVerdict::changed) {
        co_return answer_changed(outcome->current);
    }
    auto json = http::success_body("Answer saved");
    entity::write(json, outcome->current, kRevisionMembers);
    json.member("stale", outcome->verdict == SaveVerdict::stale);
    write_clock(json, saved->deadline, parts.clock.now());
    if (shown) {
        const auto notices = co_await parts.notices.behind(exam_id, caller.user_id, *shown);
        entity::write_all(json.name("notices"), notices, kToldMembers);
    }
    co_return http::finished(200, std::move(json));
}

/// What became of one save of many.
void write_outcome(http::JsonWriter& json, const std::string& question_id,
                   const Result<answer_store::SaveOutcome>& outcome) {
    json.begin_object().member("questionId", question_id);
    if (!outcome) {
        json.member("outcome", "refused")
            .member("code", outcome.error().code)
            .member("message", outcome.error().message);
    } else if (outcome->verdict == SaveVerdict::changed) {
        json.member("outcome", "answer_changed").name("stored");
        write_version(json.begin_object(), outcome->current);
        json.end_object();
    } else {
        json.member("outcome", outcome->verdict == SaveVerdict::stale ? "stale" : "saved");
        entity::write(json, outcome->current, kRevisionMembers);
    }
    json.end_object();
}

Task<Reply> save_many(const AttemptRoutesParts& parts, Request& request, const Principal& caller,
                      std::string exam_id) {
    BodyReader body(request);
    const auto client_id = read_client(body);
    const auto shown = body.maybe_integer("noticesAfter", 0, kMostNoticeNumbers);
    std::vector<AnswerInput> inputs = read_answers(body);
    for (auto& input : inputs) {
        input.client_id = client_id;
    }
    if (const auto error = body.error()) {
        co_return *error;
    }
    std::vector<std::string> question_ids;
    for (const auto& input : inputs) {
        question_ids.push_back(input.question_id);
    }
    const auto saved = co_await parts.attempts.save(exam_id, accounts::actor_of(request, caller),
                                                    std::move(inputs), request.arrived_at);
    if (!saved) {
        co_return saved.error();
    }
    auto json = http::success_body("Answers looked at");
    json.name("outcomes").begin_array();
    for (std::size_t i = 0; i < question_ids.size(); ++i) {
        write_outcome(json, question_ids[i], saved->outcomes[i]);
    }
    json.end_array();
    write_clock(json, saved->deadline, parts.clock.now());
    if (shown) {
        const auto notices = co_await parts.notices.behind(exam_id, caller.user_id, *shown);
        entity::write_all(json.name("notices"), notices, kToldMembers);
    }
    co_return http::finished(200, std::move(json));
}

http::Members answer_members() {
    return {{"questionId", schema::uuid()},
            {"selectedOptionIds?", schema::list_of(schema::uuid()).nullable()},
            {"numericalAnswer?", schema::number().nullable()},
            {"flagged?", schema::flag().nullable().says("The candidate's own mark; alone it "
                                                        "leaves the answer as it is")},
            {"revision?", schema::integer().nullable().says(
                              "Of this answer, the last that was seen; 0: none. Left out, a save "
                              "overwrites whatever arrived earlier")}};
}

http::Members common_members() {
    return {{"clientId?", schema::text().nullable().says(
                              "What saves: a page or a device, at most 64 characters. Its own "
                              "save sent again is not a conflict")},
            {"noticesAfter?", schema::integer().nullable().says(shapes::kNoticesAfter)}};
}

}  // namespace

void add_save_routes(http::Router& router, const accounts::Guard& guard,
                     const AttemptRoutesParts& parts) {
    const http::PathId running{"examId", no_active_attempt()};
    router.post(
        "/api/exam-attempt/:examId/save", guard.verified(parts, running, save),
        Operation("Attempts", "Save the answer to one question")
            .details("Answered once it is durable. An empty selectedOptionIds, or a null or "
                     "blank numericalAnswer, clears the answer. A revision that is not the "
                     "stored one is refused with what is `stored`.")
            .takes(joined(answer_members(), common_members()))
            .answers(
                200, "Saved",
                joined(joined(joined(shapes::revision(),
                                     {{"stale", schema::flag().says("What is stored arrived later, "
                                                                    "and stays")}}),
                              shapes::clock()),
                       shapes::notices()))
            .refuses(403, {"no_active_attempt", "already_submitted", "time_over"},
                     shapes::kept_late())
            .refuses(409, {"answer_changed"})
            .unlimited(kNeverRefused));
    const auto outcome = schema::object(
        {{"questionId", schema::uuid()},
         {"outcome", schema::one_of({"saved", "stale", "answer_changed", "refused"})},
         {"revision?", schema::integer()},
         {"flagged?", schema::flag()},
         {"stored?", schema::object(shapes::version())},
         {"code?", schema::text()},
         {"message?", schema::text()}});
    router.post(
        "/api/exam-attempt/:examId/saves", guard.verified(parts, running, save_many),
        Operation("Attempts", "Save many answers at once")
            .details("For what a device kept while it was offline: at most 100, in their "
                     "order, each with an outcome of its own. A stale one left what "
                     "arrived later; answer_changed comes with what is stored; refused "
                     "does not fit the paper.")
            .takes(joined({{"saves", schema::list_of(schema::object(answer_members()))}},
                          common_members()))
            .answers(200, "What became of each",
                     joined(joined({{"outcomes", schema::list_of(outcome)}}, shapes::clock()),
                            shapes::notices()))
            .refuses(403, {"no_active_attempt", "already_submitted", "time_over"},
                     shapes::kept_late())
            .unlimited(kNeverRefused));
}

}  // namespace tripos::attempts

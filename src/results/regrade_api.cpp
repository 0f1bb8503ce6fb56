// SPDX-License-Identifier: MIT
#include "results/regrade_api.hpp"

#include "accounts/actor.hpp"
#include "exams/confirmation.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"
#include "questions/decimal.hpp"
#include "results/correction_rules.hpp"
#include "results/shapes.hpp"

namespace tripos::results {

namespace {

namespace schema = http::schema;
using accounts::Principal;
using attempts::Treatment;
using http::BodyReader;
using http::Operation;
using http::Reply;
using http::Request;

constexpr std::size_t kMostAnswers = 20;
constexpr std::size_t kMostOptions = 100;
constexpr std::size_t kLongestTitle = 300;
constexpr std::size_t kDigest = 64;
constexpr http::TextRule kReason{.max_length = 1000, .allow_newlines = true};

std::vector<questions::QuestionKey> read_answers(BodyReader& body) {
    std::vector<questions::QuestionKey> answers;
    const auto* items = body.array("answers", kMostAnswers);
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
        const auto label = "answers[" + std::to_string(i) + "]";
        const auto* object = (*items)[i].if_object();
        if (object == nullptr) {
            body.reject(label, label + " must be an object with optionIds, or value and tolerance");
            continue;
        }
        BodyReader item(*object, label);
        questions::QuestionKey answer;
        answer.correct_ids = item.ids("optionIds", kMostOptions);
        const auto value = questions::read_decimal(item, "value", questions::Sign::any);
        const auto tolerance =
            questions::read_decimal(item, "tolerance", questions::Sign::not_negative);
        if (value) {
            answer.number =
                questions::NumericalKey{.value = *value, .tolerance = tolerance.value_or("0")};
        }
        for (auto& problem : item.take_problems()) {
            body.reject(problem.field, std::move(problem.message));
        }
        answers.push_back(std::move(answer));
    }
    return answers;
}

Task<Reply> correct(RegradeService& regrades, Request& request, const Principal& caller,
                    std::string exam_id) {
    BodyReader body(request);
    CorrectionOrder order;
    order.question_id = body.id("questionId");
    if (const auto kind = entity::read_word<Treatment>(body, "kind")) {
        order.treatment = *kind;
    } else if (!body.has("kind")) {
        body.reject("kind", "kind is required");
    }
    order.answers = read_answers(body);
    order.reason = body.text("reason", kReason);
    if ((order.treatment == Treatment::answers) == order.answers.empty()) {
        body.reject("answers", "answers are required for the kind ANSWERS, and for no other");
    }
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto made = co_await regrades.correct(std::move(exam_id), std::move(order),
                                                accounts::actor_of(request, caller));
    if (!made) {
        co_return made.error();
    }
    auto json = http::success_body("Correction kept: it is in force once a regrade applies it");
    json.name("correction").begin_object();
    write_correction(json, *made);
    json.end_object();
    co_return http::finished(201, std::move(json));
}

Task<Reply> list_regrades(RegradeService& regrades, Request&, std::string exam_id) {
    const auto found = co_await regrades.grading(std::move(exam_id));
    if (!found) {
        co_return found.error();
    }
    auto json = http::success_body("Corrections fetched");
    json.name("data").begin_array();
    for (const auto& shown : found->corrections) {
        write_correction(json.begin_object(), shown);
        json.end_object();
    }
    json.end_array().name("questions").begin_array();
    for (const auto& question : found->questions) {
        write_keyed_question(json.begin_object(), question);
        json.end_object();
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

void write_run(http::JsonWriter& json, const RegradeService::RunPage& page) {
    entity::write(json, page.run, kRunMembers);
    json.member("changedAttempts", page.changes).name("questions").begin_array();
    for (const auto& question : page.run.questions) {
        entity::write(json.begin_object(), question, kQuestionOutcomesMembers);
        entity::write_all(json.name("outcomes"), question.counts, kOutcomeMembers);
        json.end_object();
    }
    json.end_array().name("changes").begin_array();
    for (const auto& change : page.run.changes) {
        const auto known = page.candidates.find(change.user_id);
        const auto candidate = known == page.candidates.end()
                                   ? accounts::Candidate{.id = change.user_id}
                                   : known->second;
        entity::write(json.begin_object(), change, kRankChangeMembers);
        entity::write(json.name("candidate").begin_object(), candidate,
                      accounts::kCandidateMembers);
        json.end_object().end_object();
    }
    json.end_array();
}

Task<Reply> dry_run(RegradeService& regrades, const Request& request, std::string exam_id) {
    const auto page = http::read_page(request, 100);
    if (!page) {
        co_return page.error();
    }
    const auto found = co_await regrades.dry_run(std::move(exam_id), page->limit, page->offset());
    if (!found) {
        co_return found.error();
    }
    auto json = http::success_body("Nothing is changed yet");
    http::write_pagination(json, *page, found->changes);
    write_run(json, *found);
    co_return http::finished(200, std::move(json));
}

Task<Reply> regrade(RegradeService& regrades, Request& request, const Principal& caller,
                    std::string exam_id) {
    BodyReader body(request);
    const bool is_dry = body.flag_or("dry", true);
    RegradeOrder order;
    order.run = body.maybe_text("run", {.max_length = kDigest}).value_or("");
    order.confirmation = exams::read_confirmation(body);
    order.tell = body.flag_or("mail", false) ? Tell::affected : Tell::nobody;
    if (!is_dry && order.run.empty()) {
        body.reject("run", "run is required: make a dry run first");
    }
    if (const auto error = body.error()) {
        co_return *error;
    }
    if (is_dry) {
        co_return co_await dry_run(regrades, request, std::move(exam_id));
    }
    const auto work = co_await regrades.apply(std::move(exam_id), std::move(order),
                                              accounts::actor_of(request, caller));
    if (!work) {
        co_return work.error();
    }
    auto json = http::success_body("The corrections are in force: grading again");
    json.member("attempts", work->total).member("workId", work->id);
    co_return http::finished(202, std::move(json));
}

Task<Reply> calculate(RegradeService& regrades, Request& request, const Principal& caller,
                      std::string exam_id) {
    const auto work =
        co_await regrades.calculate(std::move(exam_id), accounts::actor_of(request, caller));
    if (!work) {
        co_return work.error();
    }
    auto json = http::success_body("Results calculated");
    json.member("graded", work->total).member("changed", work->changed).member("workId", work->id);
    co_return http::finished(200, std::move(json));
}

Task<Reply> say_post(RegradeService&, Request&) {
    co_return http::problem(405, "method_not_allowed", "Results are calculated with POST")
        .with_header("Allow", "POST");
}

http::Schema correction_shape() {
    return schema::object(
               schema::joined(
                   entity::shapes(attempts::kCorrectionMembers),
                   {{"answers", schema::list_of(attempts::right_shape())},
                    {"inForce", schema::flag().says("A regrade has been applied since")}}))
        .named("KeyCorrection");
}

http::Members run_shape() {
    const auto question = schema::object(schema::joined(
        entity::shapes(kQuestionOutcomesMembers),
        {{"outcomes", schema::list_of(schema::object(entity::shapes(kOutcomeMembers)))}}));
    const auto change = schema::object(schema::joined(
        entity::shapes(kRankChangeMembers),
        {{"candidate", schema::object(entity::shapes(accounts::kCandidateMembers))}}));
    return schema::joined(entity::shapes(kRunMembers), {{"pagination", schema::pagination()},
                                                        {"changedAttempts", schema::integer()},
                                                        {"questions", schema::list_of(question)},
                                                        {"changes", schema::list_of(change)}});
}

void add_correction_routes(http::Router& router, const accounts::Guard& guard,
                           RegradeService& regrades, const http::PathId& exam_id) {
    const auto answer = schema::object({{"optionIds?", schema::list_of(schema::uuid())},
                                        {"value?", schema::number()},
                                        {"tolerance?", schema::number().with("minimum", 0)}});
    router.post(
        "/api/exam/:examId/corrections",
        guard.staff(accounts::Capability::publish, std::ref(regrades), exam_id, correct),
        Operation("Exam control", "Correct how a question of a published exam is graded")
            .details("ANSWERS: each of the answers is right, one of them is a new key. FULL_MARKS: "
                     "for everybody who sat. DROP: its marks leave the total. The last correction "
                     "of a question decides, once a regrade has put it in force; the question bank "
                     "keeps what it has.")
            .takes({{"questionId", schema::uuid()},
                    {"kind", schema::one_of(entity::words<Treatment>())},
                    {"answers?", schema::list_of(answer)},
                    {"reason", schema::text()}})
            .answers(201, "Kept", {{"correction", correction_shape()}})
            .refuses(400, {"exam_not_published"})
            .refuses(404, {"not_found"}));
    router.get(
        "/api/exam/:examId/corrections",
        guard.staff(accounts::Capability::publish, std::ref(regrades), exam_id, list_regrades),
        Operation("Exam control", "How questions of an exam were corrected")
            .answers(200, "The oldest first, and the questions with the key in force",
                     {{"data", schema::list_of(correction_shape())},
                      {"questions", schema::list_of(shapes::keyed_question())}})
            .refuses(404, {"not_found"}));
}

}  // namespace

void add_regrade_routes(http::Router& router, const accounts::Guard& guard,
                        RegradeService& regrades) {
    const http::PathId exam_id{"examId", exams::no_exam()};
    add_correction_routes(router, guard, regrades, exam_id);
    router.post(
        "/api/exam/:examId/regrade",
        guard.staff(accounts::Capability::publish, std::ref(regrades), exam_id, regrade),
        Operation("Exam control", "Grade by the corrections: a dry run, then in earnest")
            .details("Without `dry: false` nothing is changed: per question how many answers come "
                     "from which outcome to which, and a page of the attempts whose score or rank "
                     "changes. Applying it takes the `run` of that answer, and in `confirm` the "
                     "title of the exam or the number of `changedAttempts`; if anything has moved "
                     "since, it is refused. `mail` tells those whose score changes. GET "
                     "/api/admin/work/{workId} says how far it is.")
            .paged()
            .takes({{"dry?", schema::flag()},
                    {"run?", schema::text().nullable()},
                    {"confirm?", schema::text().nullable()},
                    {"mail?", schema::flag()}})
            .answers(200, "What would change", run_shape())
            .answers(202, "In force; the attempts follow",
                     {{"attempts", schema::integer()}, {"workId", schema::uuid()}})
            .refuses(400, {"exam_not_published"})
            .refuses(404, {"not_found"})
            .refuses(409, {"regrade_outdated", "result_not_released"})
            .refuses(409, {"not_confirmed"}, exams::confirmation_wanted()));
    router.post(
        "/api/result/:examId/calculate",
        guard.staff(accounts::Capability::results, std::ref(regrades), exam_id, calculate),
        Operation("Exam control", "Grade every attempt anew")
            .details("`changed` counts those that were looked at before the answer: of many "
                     "attempts the others follow, and GET /api/admin/work/{workId} tells how far "
                     "they are.")
            .answers(200, "Graded",
                     {{"graded", schema::integer()},
                      {"changed", schema::integer()},
                      {"workId", schema::uuid()}})
            .refuses(404, {"not_found"}));
    // The original API calculated on GET, and its administrators' page still may.
    router.refuse(http::Method::get, "/api/result/:examId/calculate",
                  guard.staff(accounts::Capability::results, std::ref(regrades), say_post));
}

}  // namespace tripos::results

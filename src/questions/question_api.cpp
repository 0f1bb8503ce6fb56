// SPDX-License-Identifier: MIT
#include "questions/question_api.hpp"

#include "accounts/actor.hpp"
#include "accounts/order_key.hpp"
#include "core/text.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"
#include "questions/decimal.hpp"
#include "questions/shapes.hpp"

namespace tripos::questions {

namespace {

namespace schema = http::schema;
using http::BodyReader;
using http::Operation;
using http::Reply;
using http::Request;
using Choices = std::vector<std::string_view>;

constexpr std::size_t kMostOptions = 50;

std::optional<std::vector<Option>> read_options(BodyReader& body) {
    const auto* items = body.array("options", kMostOptions);
    if (items == nullptr) {
        return std::nullopt;
    }
    std::vector<Option> options;
    for (std::size_t i = 0; i < items->size(); ++i) {
        const auto label = "options[" + std::to_string(i) + "]";
        const auto* object = (*items)[i].if_object();
        if (object == nullptr) {
            body.reject(label, label + " must be an object with text and isCorrect");
            continue;
        }
        BodyReader item(*object, label);
        Option option;
        option.text = item.text("text", {.max_length = 5000, .allow_newlines = true});
        option.is_correct = item.flag_or("isCorrect", false);
        for (auto& problem : item.take_problems()) {
            body.reject(problem.field, std::move(problem.message));
        }
        options.push_back(std::move(option));
    }
    return options;
}

std::optional<std::string> read_statement(BodyReader& body, const char* name) {
    return body.maybe_text(name, {.max_length = 20'000, .allow_newlines = true});
}

std::optional<std::string> read_domain(BodyReader& body, const char* name) {
    const auto domain = body.maybe_text(name, {.max_length = 100});
    return domain ? std::optional(to_lower(*domain)) : std::nullopt;
}

/// What requests may give of a question besides its answers.
constexpr auto kInputs =
    entity::Table(entity::Input{&Question::statement, read_statement},
                  entity::Input{&Question::format, entity::read_word<Format>},
                  entity::Input{&Question::type, entity::read_word<QuestionType>},
                  entity::Input{&Question::domain, read_domain,
                                [] { return schema::text().says("Kept in lower case"); }},
                  entity::Input{&Question::marks, read_marks},
                  entity::Input{&Question::negative_marks, read_marks},
                  entity::Input{&Question::difficulty, entity::read_word<Difficulty>});

http::Members input_shape() {
    const auto option = schema::object({{"text", schema::text()}, {"isCorrect?", schema::flag()}});
    return schema::joined(entity::input_shapes(kMembers, kInputs),
                          {{"options?", schema::list_of(option).says("Replaces the whole set")},
                           {"numericalAnswer?", schema::number()},
                           {"tolerance?", schema::number().with("minimum", 0)}});
}

QuestionChange read_change(BodyReader& body) {
    QuestionChange change{.members = entity::read_change<Question>(body, kMembers, kInputs)};
    if (auto options = read_options(body)) {
        change.members.set(&Question::options, std::move(*options));
    }
    change.numerical_answer = read_decimal(body, "numericalAnswer", Sign::any);
    change.tolerance = read_decimal(body, "tolerance", Sign::not_negative);
    return change;
}

/// A query parameter that must be one of `allowed` when it is there.
Result<std::optional<std::string>> read_choice(const Request& request, std::string_view name,
                                               const Choices& allowed) {
    const auto given = request.query_parameter(name);
    if (!given || given->empty()) {
        return std::optional<std::string>();
    }
    auto value = to_upper(trim(*given));
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
        return invalid_field(std::string(name), std::string(name) + " has an unknown value");
    }
    return std::optional(std::move(value));
}

Result<question_store::Filter> read_filter(const Request& request) {
    question_store::Filter filter;
    if (const auto domain = request.query_parameter("domain"); domain && !trim(*domain).empty()) {
        filter.domain = to_lower(trim(*domain));
    }
    auto difficulty = read_choice(request, "difficulty", entity::words<Difficulty>());
    if (!difficulty) {
        return difficulty.error();
    }
    auto type = read_choice(request, "questionType", entity::words<QuestionType>());
    if (!type) {
        return type.error();
    }
    filter.difficulty = std::move(*difficulty);
    filter.type = std::move(*type);
    return filter;
}

Task<Reply> create(QuestionService& questions, Request& request,
                   const accounts::Principal& caller) {
    BodyReader body(request);
    auto change = read_change(body);
    if (!body.has("questionType")) {
        body.reject("questionType", "questionType is required");
    }
    const auto given = accounts::read_id_of_made(request, caller);
    if (!given) {
        body.reject("Idempotency-Key", given.error().message);
    }
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto id =
        co_await questions.create(std::move(change), *given, accounts::actor_of(request, caller));
    if (!id) {
        co_return id.error();
    }
    auto json = http::success_body("Question created");
    json.name("data").begin_object().member("id", *id).end_object();
    co_return http::finished(201, std::move(json));
}

Task<Reply> list(QuestionService& questions, Request& request) {
    const auto page = http::read_page(request);
    if (!page) {
        co_return page.error();
    }
    auto filter = read_filter(request);
    if (!filter) {
        co_return filter.error();
    }
    const auto listing = co_await questions.list(std::move(*filter), page->limit, page->offset());
    auto json = http::success_body("Questions fetched");
    http::write_pagination(json, *page, listing.total);
    json.name("data").begin_array();
    for (const auto& question : listing.questions) {
        write_question(json, question);
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

Task<Reply> show(QuestionService& questions, Request&, std::string id) {
    const auto question = co_await questions.find(id);
    if (!question) {
        co_return no_question();
    }
    auto json = http::success_body("Question fetched");
    json.member_raw("data", *question);
    co_return http::finished(200, std::move(json));
}

Task<Reply> update(QuestionService& questions, Request& request, const accounts::Principal& caller,
                   std::string id) {
    BodyReader body(request);
    auto change = read_change(body);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto done =
        co_await questions.update(id, std::move(change), accounts::actor_of(request, caller));
    co_return done ? Reply(http::success(200, "Question updated")) : done.error();
}

Task<Reply> remove(QuestionService& questions, Request& request, const accounts::Principal& caller,
                   std::string id) {
    const auto done = co_await questions.remove(id, accounts::actor_of(request, caller));
    if (!done) {
        co_return done.error();
    }
    http::Response response;
    response.status = 204;
    co_return response;
}

}  // namespace

void add_question_routes(http::Router& router, const accounts::Guard& guard,
                         QuestionService& questions) {
    const http::PathId id{"id", no_question()};
    router.post(
        "/api/question/create",
        guard.staff(accounts::Capability::questions, std::ref(questions), create),
        Operation("Questions", "Create a question")
            .details("statement, questionType and domain are required, and options or a "
                     "numericalAnswer as the type asks. A request that is repeated with its "
                     "header Idempotency-Key is answered with the question that it made.")
            .takes(input_shape())
            .answers(201, "Created", {{"data", schema::object({{"id", schema::uuid()}})}}));
    router.get("/api/question/all",
               guard.staff(accounts::Capability::questions, std::ref(questions), list),
               Operation("Questions", "The questions, newest first")
                   .asks("domain", schema::text(), "Only this domain")
                   .asks("difficulty", shapes::difficulty(), "Only this difficulty")
                   .asks("questionType", shapes::question_type(), "Only this type")
                   .paged()
                   .answers(200, "One page",
                            {{"pagination", schema::pagination()},
                             {"data", schema::list_of(shapes::question())}}));
    router.get("/api/question/:id",
               guard.staff(accounts::Capability::questions, std::ref(questions), id, show),
               Operation("Questions", "One question")
                   .answers(200, "The question", {{"data", shapes::question()}})
                   .refuses(404, {"not_found"}));
    router.put("/api/question/:id",
               guard.staff(accounts::Capability::questions, std::ref(questions), id, update),
               Operation("Questions", "Change a question")
                   .takes(input_shape())
                   .answers(200, "Changed")
                   .refuses(404, {"not_found"})
                   .refuses(409, {"question_in_use"}));
    router.delete_("/api/question/:id",
                   guard.staff(accounts::Capability::questions, std::ref(questions), id, remove),
                   Operation("Questions", "Delete a question")
                       .sends(204, "", "Deleted")
                       .refuses(404, {"not_found"})
                       .refuses(409, {"question_in_use"}));
}

}  // namespace tripos::questions

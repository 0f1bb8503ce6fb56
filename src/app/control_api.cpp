// SPDX-License-Identifier: MIT
#include "app/control_api.hpp"

#include <boost/json/value_from.hpp>

namespace tripos::app {

namespace {

namespace json = boost::json;

json::object to_json(const LoadSet& set) {
    json::array questions;
    for (const auto& question : set.questions) {
        questions.push_back(
            {{"id", question.id}, {"optionIds", json::value_from(question.option_ids)}});
    }
    return {{"examId", set.exam_id},
            {"opensAtMillis", to_millis(set.opens_at)},
            {"endsAtMillis", to_millis(set.ends_at)},
            {"staffToken", set.staff_token},
            {"tokens", json::value_from(set.tokens)},
            {"emails", json::value_from(set.emails)},
            {"right", json::value_from(set.right)},
            {"questions", std::move(questions)}};
}

}  // namespace

ControlApi::ControlApi(Seeding& seeding) : seeding_(seeding) {}

void ControlApi::add_routes(http::Router& router) {
    router.post("/control/seed", http::bind(this, &ControlApi::seed),
                http::Operation("Commands", "Add demo data"));
}

Task<http::Reply> ControlApi::seed(http::Request& request) {
    http::BodyReader body(request);
    LoadParams params{.candidates = body.integer("candidates", 1, 100'000),
                      .questions = body.integer("questions", 1, 500),
                      .answers = body.integer("answers", 0, 500)};
    const auto opens_in = body.maybe_integer("opensIn", 0, 86'400);
    const auto lasts = body.maybe_integer("lasts", 1, 86'400);
    if (auto error = body.error()) {
        co_return *error;
    }
    if (opens_in) {
        params.opens_in = std::chrono::seconds(*opens_in);
    }
    if (lasts) {
        params.lasts = std::chrono::seconds(*lasts);
    }
    const auto set = co_await seeding_.load_set(params);
    co_return http::success(200, "Seeded", to_json(set));
}

}  // namespace tripos::app

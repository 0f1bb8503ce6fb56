// SPDX-License-Identifier: MIT
#include "app/control_api.hpp"

#include <boost/json/value_from.hpp>

namespace tripos::app {

namespace {

namespace json = boost::json;

constexpr std::size_t kMostErased = 1000;

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
            {"userIds", json::value_from(set.user_ids)},
            {"password", set.password},
            {"right", json::value_from(set.right)},
            {"questions", std::move(questions)}};
}

}  // namespace

ControlApi::ControlApi(Seeding& seeding) : seeding_(seeding) {}

void ControlApi::add_routes(http::Router& router) {
    router.post("/control/seed", http::bind(this, &ControlApi::seed),
                http::Operation("Commands", "Add demo data"));
    router.post("/control/seed/erase", http::bind(this, &ControlApi::erase),
                http::Operation("Commands", "Erase the accounts of a load test"));
}

Task<http::Reply> ControlApi::seed(http::Request& request) {
    http::BodyReader body(request);
    LoadParams params{.candidates = body.integer("candidates", 1, 100'000),
                      .questions = body.integer("questions", 1, 500),
                      .answers = body.integer("answers", 0, 500)};
    const auto opens_in = body.maybe_integer("opensIn", 0, 86'400);
    const auto lasts = body.maybe_integer("lasts", 1, 86'400);
    params.has_password = body.flag_or("password", false);
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

Task<http::Reply> ControlApi::erase(http::Request& request) {
    http::BodyReader body(request);
    auto user_ids = body.ids("userIds", kMostErased);
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto erased = co_await seeding_.erase(std::move(user_ids));
    if (!erased) {
        co_return erased.error();
    }
    co_return http::success(200, "Erased", {{"erased", *erased}});
}

}  // namespace tripos::app

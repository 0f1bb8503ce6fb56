// SPDX-License-Identifier: MIT
#include "exams/result_api.hpp"

#include "exams/api_support.hpp"
#include "exams/shapes.hpp"
#include "http/json_body.hpp"

namespace tripos::exams {

namespace {

namespace schema = http::schema;
using http::Operation;

constexpr std::int64_t kMostCsvRows = 100'000;

http::Response no_exam() {
    return http::problem(not_found("Exam not found"));
}

}  // namespace

void ResultApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.get("/api/result", guard.verified(this, &ResultApi::list),
               Operation("Results", "The caller's results")
                   .answers(200, "All of them",
                            {{"data", schema::list_of(shapes::listed_result())},
                             {"count", schema::integer()}}));
    const auto pending = "Still being graded: ask again";
    router.get("/api/result/:examId/score", guard.verified(this, &ResultApi::score),
               Operation("Results", "The caller's score")
                   .answers(200, "Released", shapes::score())
                   .answers(202, pending)
                   .refuses(400, {"not_submitted"})
                   .refuses(403, {"result_not_released"})
                   .refuses(404, {"not_found"}));
    router.get("/api/result/:examId/analysis", guard.verified(this, &ResultApi::analysis),
               Operation("Results", "The caller's score, question by question")
                   .answers(200, "Released", shapes::analysis())
                   .answers(202, pending)
                   .refuses(400, {"not_submitted"})
                   .refuses(403, {"result_not_released"})
                   .refuses(404, {"not_found"}));
    router.get("/api/exam/:examId/results", guard.admin(this, &ResultApi::of_exam),
               Operation("Results", "Everyone's results of an exam")
                   .paged()
                   .answers(200, "One page",
                            {{"pagination", schema::pagination()},
                             {"data", schema::list_of(shapes::staff_result())},
                             {"statistics", shapes::statistics()}})
                   .refuses(404, {"not_found"}));
    router.get("/api/exam/:examId/results.csv", guard.admin(this, &ResultApi::of_exam_csv),
               Operation("Results", "Everyone's results of an exam, as a file")
                   .sends(200, "text/csv", "One line per attempt")
                   .refuses(404, {"not_found"}));
    router.get("/api/leaderboard/top-five", http::bind(this, &ResultApi::leaderboard),
               Operation("Results", "The best five of the exam that ended last")
                   .answers(200, "Ties share a rank", shapes::leaderboard())
                   .refuses(404, {"not_found"}));
}

Task<http::Response> ResultApi::list(http::Request&, const accounts::Principal& caller) {
    auto body = co_await service_.list(caller.user_id);
    co_return http::json_response(200, std::move(body));
}

Task<http::Response> ResultApi::score(http::Request& request, const accounts::Principal& caller) {
    co_return co_await answer(id_parameter(request, "examId"), caller.user_id,
                              ResultService::Detail::score);
}

Task<http::Response> ResultApi::analysis(http::Request& request,
                                         const accounts::Principal& caller) {
    co_return co_await answer(id_parameter(request, "examId"), caller.user_id,
                              ResultService::Detail::analysis);
}

Task<http::Response> ResultApi::answer(std::optional<std::string> exam_id, std::string user_id,
                                       ResultService::Detail detail) {
    if (!exam_id) {
        co_return http::problem(not_found("You have no attempt at this exam"));
    }
    const auto members = co_await service_.find(std::move(*exam_id), std::move(user_id), detail);
    if (!members) {
        co_return http::problem(members.error());
    }
    if (!*members) {
        auto pending = success_body("The result is still being calculated");
        co_return http::json_response(202, pending.end_object().take());
    }
    auto json = success_body("Result fetched");
    json.splice(**members).end_object();
    co_return http::json_response(200, json.take());
}

Task<http::Response> ResultApi::of_exam(http::Request& request, const accounts::Principal&) {
    const auto exam_id = id_parameter(request, "examId");
    if (!exam_id) {
        co_return no_exam();
    }
    const auto page = http::read_page(request);
    if (!page) {
        co_return http::problem(page.error());
    }
    const auto results = co_await service_.page(*exam_id, page->limit, page->offset());
    if (!results) {
        co_return http::problem(results.error());
    }
    auto json = success_body("Exam results fetched");
    write_pagination(json, *page, results->total);
    json.name("data").begin_array();
    for (const auto& result : results->results) {
        write_staff_result(json, result);
    }
    json.end_array().name("statistics");
    write_statistics(json, results->statistics);
    json.end_object();
    co_return http::json_response(200, json.take());
}

Task<http::Response> ResultApi::of_exam_csv(http::Request& request, const accounts::Principal&) {
    const auto exam_id = id_parameter(request, "examId");
    if (!exam_id) {
        co_return no_exam();
    }
    const auto results = co_await service_.page(*exam_id, kMostCsvRows, 0);
    if (!results) {
        co_return http::problem(results.error());
    }
    auto response = http::text_response(200, results_csv(results->results));
    response.headers.clear();
    response.with_header("Content-Type", "text/csv; charset=utf-8");
    response.with_header("Content-Disposition",
                         "attachment; filename=\"results-" + *exam_id + ".csv\"");
    co_return response;
}

Task<http::Response> ResultApi::leaderboard(http::Request& request) {
    auto body = co_await service_.leaderboard();
    if (!body) {
        co_return http::problem(body.error());
    }
    co_return leaderboard_.of(std::move(*body))->answer(request);
}

}  // namespace tripos::exams

// SPDX-License-Identifier: MIT
#include "results/result_api.hpp"

#include "core/csv.hpp"
#include "http/cached_body.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"
#include "results/shapes.hpp"

namespace tripos::results {

namespace {

namespace schema = http::schema;
using accounts::Principal;
using http::Operation;
using http::Reply;
using http::Request;

constexpr std::int64_t kMostCsvRows = 100'000;

Task<Reply> answer(ResultService& results, std::string exam_id, std::string user_id,
                   ResultService::Detail detail) {
    const auto members = co_await results.find(std::move(exam_id), std::move(user_id), detail);
    if (!members) {
        co_return members.error();
    }
    if (!*members) {
        auto pending = http::success_body("The result is still being calculated");
        co_return http::json_response(202, pending.end_object().take());
    }
    auto json = http::success_body("Result fetched");
    json.splice(**members);
    co_return http::finished(200, std::move(json));
}

Task<Reply> list_results(ResultService& results, Request&, const Principal& caller) {
    auto body = co_await results.list(caller.user_id);
    co_return http::json_response(200, std::move(body));
}

Task<Reply> score(ResultService& results, Request&, const Principal& caller, std::string exam_id) {
    return answer(results, std::move(exam_id), caller.user_id, ResultService::Detail::score);
}

Task<Reply> analysis(ResultService& results, Request&, const Principal& caller,
                     std::string exam_id) {
    return answer(results, std::move(exam_id), caller.user_id, ResultService::Detail::analysis);
}

Task<Reply> of_exam(ResultService& results, Request& request, std::string exam_id) {
    const auto page = http::read_page(request);
    if (!page) {
        co_return page.error();
    }
    auto search = http::read_search(request);
    if (!search) {
        co_return search.error();
    }
    const auto found =
        co_await results.page(exam_id, std::move(*search), page->limit, page->offset());
    if (!found) {
        co_return found.error();
    }
    auto json = http::success_body("Exam results fetched");
    http::write_pagination(json, *page, found->total);
    json.name("data").begin_array();
    for (const auto& result : found->results) {
        write_staff_result(json, result);
    }
    json.end_array().name("statistics");
    write_statistics(json, found->statistics);
    co_return http::finished(200, std::move(json));
}

Task<Reply> of_exam_csv(ResultService& results, Request& request, std::string exam_id) {
    const auto bom = http::read_query_choice(request, "bom", {"no", "yes"});
    if (!bom) {
        co_return bom.error();
    }
    auto csv = co_await results.csv(exam_id, kMostCsvRows);
    if (!csv) {
        co_return csv.error();
    }
    auto response = http::text_response(
        200, *bom == "yes" ? std::string(kByteOrderMark) + *csv : std::move(*csv));
    response.headers.clear();
    response.with_header("Content-Type", "text/csv; charset=utf-8");
    response.with_header("Content-Disposition",
                         "attachment; filename=\"results-" + exam_id + ".csv\"");
    co_return response;
}

Task<Reply> leaderboard(ResultService& results, const accounts::Guard& guard,
                        http::LatestBody& latest, Request& request) {
    const auto credentials = guard.credentials_of(request);
    auto viewer = ResultService::Viewer::anybody;
    if (!credentials.tokens.empty()) {
        const auto caller = co_await guard.identify(credentials);
        if (caller && (*caller)->email_verified) {
            viewer = ResultService::Viewer::candidate;
        }
    }
    auto board = co_await results.leaderboard(viewer);
    if (!board) {
        co_return board.error();
    }
    if (!board->is_public) {
        co_return http::json_response(200, std::move(board->body));  // for no cache on the way
    }
    co_return latest.of(std::move(board->body))->answer(request);
}

}  // namespace

void add_result_routes(http::Router& router, const accounts::Guard& guard, ResultService& results) {
    const http::PathId exam_id{"examId", exams::no_exam()};
    const http::PathId own{"examId", no_attempt()};
    router.get("/api/result", guard.verified(std::ref(results), list_results),
               Operation("Results", "The caller's results")
                   .answers(200, "All of them",
                            {{"data", schema::list_of(shapes::listed_result())},
                             {"count", schema::integer()}}));
    const auto pending = "Still being graded: ask again";
    router.get("/api/result/:examId/score", guard.verified(std::ref(results), own, score),
               Operation("Results", "The caller's score")
                   .answers(200, "Released", shapes::score())
                   .answers(202, pending)
                   .refuses(400, {"not_submitted"})
                   .refuses(403, {"result_not_released"})
                   .refuses(404, {"not_found"}));
    router.get("/api/result/:examId/analysis", guard.verified(std::ref(results), own, analysis),
               Operation("Results", "The caller's score, question by question")
                   .answers(200, "Released", shapes::analysis())
                   .answers(202, pending)
                   .refuses(400, {"not_submitted"})
                   .refuses(403, {"result_not_released"})
                   .refuses(404, {"not_found"}));
    router.get("/api/exam/:examId/results",
               guard.staff(accounts::Capability::results, std::ref(results), exam_id, of_exam),
               Operation("Results", "Everyone's results of an exam")
                   .asks("search", schema::text(), "A part of the name, address or number")
                   .paged()
                   .answers(200, "One page",
                            {{"pagination", schema::pagination()},
                             {"data", schema::list_of(shapes::staff_result())},
                             {"statistics", shapes::statistics()}})
                   .refuses(404, {"not_found"}));
    router.get("/api/exam/:examId/results.csv",
               guard.staff(accounts::Capability::results, std::ref(results), exam_id, of_exam_csv),
               Operation("Results", "Everyone's results of an exam, as a file")
                   .asks("bom", schema::one_of({"yes", "no"}),
                         "Begin with a byte order mark, by which spreadsheets know UTF-8")
                   .sends(200, "text/csv", "One line per attempt")
                   .refuses(404, {"not_found"}));
    const auto latest = std::make_shared<http::LatestBody>("application/json; charset=utf-8");
    auto board = [&results, &guard, latest](Request& request) {
        return leaderboard(results, guard, *latest, request);
    };
    router.get("/api/leaderboard/top-five", http::open(std::move(board)),
               Operation("Results", "The best five of the exam that ended last")
                   .details("Of those that somebody sat, and whose leaderboard the caller may see. "
                            "Whoever shares the last place is shown, too.")
                   .answers(200, "Ties share a rank", shapes::leaderboard())
                   .refuses(404, {"not_found"}));
}

}  // namespace tripos::results

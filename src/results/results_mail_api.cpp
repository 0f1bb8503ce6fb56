// SPDX-License-Identifier: MIT
#include "results/results_mail_api.hpp"

#include "accounts/candidate.hpp"
#include "attempts/attempt_store.hpp"
#include "exams/exam_store.hpp"
#include "http/json_body.hpp"
#include "mail/templates.hpp"

namespace tripos::results {

namespace {

using http::Operation;

constexpr std::string_view kTable = R"(
CREATE TABLE result_announcements (
    exam_id TEXT PRIMARY KEY,
    announced_by TEXT NOT NULL,
    announced_at BIGINT NOT NULL
)
)";

notices::OutgoingMail mail_to(const accounts::Addressee& candidate, const exams::Exam& exam,
                              const std::string& site) {
    auto rendered = mail::render_results_published(
        {.full_name = candidate.full_name, .exam_title = exam.title, .link = site});
    return {.kind = "results_published",
            .to = candidate.address.text,
            .subject = std::move(rendered.subject),
            .html = std::move(rendered.html),
            .priority = notices::Priority::normal(),
            .user_id = candidate.id};
}

}  // namespace

/// Recorded under the name of the module that once had it.
std::vector<sql::Migration> ResultsMailApi::migrations() {
    return {sql::Migration{.module = "operations", .number = 2, .statements = kTable}};
}

void ResultsMailApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.post(
        "/api/exam/:examId/results/announce",
        guard.admin(this, http::PathId{"examId", exams::no_exam()}, &ResultsMailApi::announce),
        Operation("Exams", "Mail every candidate that the results are there")
            .details("Once per exam, and only after its results are released.")
            .answers(202, "Queued", {{"recipients", http::schema::integer()}})
            .refuses(404, {"not_found"})
            .refuses(409, {"result_not_released", "already_announced"}));
}

Task<http::Reply> ResultsMailApi::announce(http::Request&, const Principal& principal,
                                           std::string exam_id) {
    auto work = [&, now = parts_.clock.now()](sql::Session& session) -> Result<std::size_t> {
        const auto exam = exams::exam_store::find(session, exam_id);
        if (!exam) {
            return exams::no_exam();
        }
        if (!exams::is_released(*exam, now)) {
            return conflict("result_not_released",
                            "The results are not released yet: announce them after the exam");
        }
        const auto is_first = session.execute(
            "INSERT INTO result_announcements (exam_id, announced_by, announced_at) "
            "VALUES ($1, $2, $3) ON CONFLICT (exam_id) DO NOTHING",
            exam->id, principal.user_id, now);
        if (is_first == 0) {
            return conflict("already_announced", "The results were announced already");
        }
        const auto candidates = accounts::find_addressees(
            session, attempts::attempt_store::finished_candidates(session, exam->id),
            accounts::Addresses::verified);
        for (const auto& candidate : candidates) {
            outbox_.put(session, mail_to(candidate, *exam, site_));
        }
        return candidates.size();
    };
    const auto recipients = co_await parts_.database.write(std::move(work));
    if (!recipients) {
        co_return recipients.error();
    }
    boost::json::object members{{"recipients", *recipients}};
    co_return http::success(202, "Results announced", std::move(members));
}

}  // namespace tripos::results

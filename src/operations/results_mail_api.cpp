// SPDX-License-Identifier: MIT
#include "operations/results_mail_api.hpp"

#include "core/id.hpp"
#include "core/text.hpp"
#include "exams/exam_store.hpp"
#include "http/json_body.hpp"
#include "mail/templates.hpp"

namespace tripos::operations {

namespace {

using http::Operation;

constexpr std::string_view kTable = R"(
CREATE TABLE result_announcements (
    exam_id TEXT PRIMARY KEY,
    announced_by TEXT NOT NULL,
    announced_at BIGINT NOT NULL
)
)";

/// Everyone with a result that counts: an attempt that has ended and is not void.
std::vector<sql::Row> find_candidates(sql::Session& session, const std::string& exam_id) {
    return session.query(
        "SELECT id, email, full_name FROM users WHERE disabled = 0 AND email_verified = 1 AND "
        "EXISTS (SELECT 1 FROM attempts WHERE exam_id = $1 AND user_id = users.id AND "
        "void_at IS NULL AND submitted_at IS NOT NULL) ORDER BY id",
        exam_id);
}

notices::OutgoingMail mail_to(const sql::Row& candidate, const exams::Exam& exam,
                              const std::string& site) {
    auto rendered = mail::render_results_published(
        {.full_name = candidate.text(2), .exam_title = exam.title, .link = site});
    return {.kind = "results_published",
            .to = candidate.text(1),
            .subject = std::move(rendered.subject),
            .html = std::move(rendered.html),
            .priority = notices::Priority::normal(),
            .user_id = candidate.text(0)};
}

}  // namespace

std::vector<sql::Migration> ResultsMailApi::migrations() {
    return {sql::Migration{.module = "operations", .number = 2, .statements = kTable}};
}

void ResultsMailApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.post("/api/exam/:examId/results/announce", guard.admin(this, &ResultsMailApi::announce),
                Operation("Exams", "Mail every candidate that the results are there")
                    .details("Once per exam, and only after its results are released.")
                    .answers(202, "Queued", {{"recipients", http::schema::integer()}})
                    .refuses(404, {"not_found"})
                    .refuses(409, {"result_not_released", "already_announced"}));
}

Task<http::Response> ResultsMailApi::announce(http::Request& request,
                                              const accounts::Principal& principal) {
    const auto& id = request.parameter("examId");
    auto work = [&, now = parts_.clock.now()](sql::Session& session) -> Result<std::size_t> {
        const auto exam =
            is_uuid(id) ? exams::exam_store::find(session, to_lower(id)) : std::nullopt;
        if (!exam) {
            return not_found("Exam not found");
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
        const auto candidates = find_candidates(session, exam->id);
        for (const auto& candidate : candidates) {
            parts_.outbox.put(session, mail_to(candidate, *exam, site_));
        }
        return candidates.size();
    };
    const auto recipients = co_await parts_.database.write(std::move(work));
    if (!recipients) {
        co_return http::problem(recipients.error());
    }
    parts_.pipeline.nudge();
    boost::json::object members{{"recipients", *recipients}};
    co_return http::success(202, "Results announced", std::move(members));
}

}  // namespace tripos::operations

// SPDX-License-Identifier: MIT
#include "results/results_mail_api.hpp"

#include "accounts/actor.hpp"
#include "accounts/candidate.hpp"
#include "attempts/attempt_store.hpp"
#include "core/id.hpp"
#include "exams/exam_store.hpp"
#include "http/json_body.hpp"
#include "notices/outbox_rows.hpp"
#include "results/result_mail.hpp"
#include "results/result_store.hpp"

namespace tripos::results {

namespace {

using http::Operation;

constexpr const char* kKind = "announcement";
constexpr std::int64_t kFirstMails = 32;
constexpr std::int64_t kCounted = 1'000;  ///< candidates looked up at a time

/// Those whose attempt counts, behind `after`. Once results are released no attempt runs, even
/// where work has yet to end it.
struct Candidates {
    std::vector<accounts::Addressee> found;
    std::string last;  ///< where the next page begins
    bool is_last = false;
};

Candidates find_candidates(sql::Session& session, const std::string& exam_id,
                           const std::string& after, std::int64_t limit) {
    const auto ids = attempts::attempt_store::counted_candidates(session, exam_id, after, limit);
    return {.found = accounts::find_addressees(session, ids, accounts::Addresses::verified),
            .last = ids.empty() ? after : ids.back(),
            .is_last = static_cast<std::int64_t>(ids.size()) < limit};
}

std::int64_t count_candidates(sql::Session& session, const std::string& exam_id) {
    std::int64_t count = 0;
    Candidates page;
    do {
        page = find_candidates(session, exam_id, page.last, kCounted);
        count += static_cast<std::int64_t>(page.found.size());
    } while (!page.is_last);
    return count;
}

work::Page page_of(const Candidates& candidates) {
    const auto count = static_cast<std::int64_t>(candidates.found.size());
    return {
        .cursor = candidates.last, .done = count, .changed = count, .is_last = candidates.is_last};
}

}  // namespace

ResultsMailApi::ResultsMailApi(const Parts& parts, const notices::Outbox& outbox,
                               work::Runner& runner, std::string site)
    : parts_(parts), outbox_(outbox), runner_(runner), site_(std::move(site)) {
    runner.add(kind());
}

void ResultsMailApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.post(
        "/api/exam/:examId/results/announce",
        guard.staff(accounts::Capability::results, this, http::PathId{"examId", exams::no_exam()},
                    &ResultsMailApi::announce),
        Operation("Exams", "Mail every candidate that the results are there")
            .details("Once per exam, and only after its results are released. Of many candidates "
                     "the first are queued at once; GET /api/admin/work/{workId} tells how far the "
                     "others are.")
            .answers(202, "Queued",
                     {{"recipients", http::schema::integer()}, {"workId", http::schema::uuid()}})
            .refuses(404, {"not_found"})
            .refuses(409, {"result_not_released", "already_announced"}));
}

work::Kind ResultsMailApi::kind() {
    return {
        .name = kKind, .without_mails = "", .prepare = [this](work::Item item, std::int64_t rows) {
            return prepare(std::move(item), rows);
        }};
}

Task<work::PageWrite> ResultsMailApi::prepare(work::Item item, std::int64_t rows) {
    struct Found {
        bool is_full = false;
        std::optional<exams::Exam> exam;
        Candidates candidates;
    };
    auto look = [&item, rows](sql::Session& session) {
        Found found{.is_full = notices::is_full(session), .exam = std::nullopt, .candidates = {}};
        if (!found.is_full) {
            found.exam = exams::exam_store::find(session, item.subject);
            found.candidates = find_candidates(session, item.subject, item.cursor, rows);
        }
        return found;
    };
    auto found = co_await parts_.database.read(std::move(look), sql::Turn::bulk);
    if (found.is_full) {
        co_return nullptr;
    }
    work::PageWrite write = [this, found = std::move(found)](sql::Session& session, Writes&) {
        put_mails(session, found.candidates.found, *found.exam);
        return page_of(found.candidates);
    };
    co_return write;
}

void ResultsMailApi::put_mails(sql::Session& session,
                               const std::vector<accounts::Addressee>& candidates,
                               const exams::Exam& exam) const {
    for (const auto& candidate : candidates) {
        outbox_.put(session, mail_to(candidate, exam, site_, News::published));
    }
}

Task<http::Reply> ResultsMailApi::announce(http::Request& request,
                                           const accounts::Principal& principal, std::string id) {
    struct Circle {
        std::int64_t size = 0;
        Candidates first;
    };
    auto count = [&id](sql::Session& session) {
        return Circle{.size = count_candidates(session, id),
                      .first = find_candidates(session, id, "", kFirstMails)};
    };
    const auto circle = co_await parts_.database.read(std::move(count), sql::Turn::bulk);
    const auto now = parts_.clock.now();
    work::Item item{.id = new_id(now, parts_.random),
                    .kind = kKind,
                    .subject = id,
                    .total = circle.size,
                    .created_at = now};
    work::advance(item, page_of(circle.first), now);
    const auto actor = accounts::actor_of(request, principal);
    auto store = [&](sql::Session& session) -> std::optional<Error> {
        const auto exam = exams::exam_store::find(session, id);
        if (!exam) {
            return exams::no_exam();
        }
        const auto sitting = attempts::attempt_store::sitting_at(session, exam->id);
        if (!attempts::is_released(*exam, sitting, now)) {
            return conflict("result_not_released",
                            "The results are not released yet: announce them after the exam");
        }
        if (!result_store::put_announcement(session, exam->id, principal.user_id, now)) {
            return conflict("already_announced", "The results were announced already");
        }
        runner_.put(session, item);
        put_mails(session, circle.first.found, *exam);
        parts_.record(session, actor,
                      {.action = "exam.announce", .subject = exams::exam_subject(exam->id)});
        return std::nullopt;
    };
    const auto refusal = co_await parts_.database.write(std::move(store));
    if (refusal) {
        co_return *refusal;
    }
    co_return http::success(202, "Results announced",
                            {{"recipients", item.total}, {"workId", item.id}});
}

}  // namespace tripos::results

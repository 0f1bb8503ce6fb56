// SPDX-License-Identifier: MIT
#include "attempts/accommodation_service.hpp"

#include <algorithm>
#include <iterator>

#include "accounts/candidate.hpp"
#include "accounts/enrolments.hpp"
#include "accounts/user.hpp"
#include "attempts/attempt_store.hpp"
#include "attempts/deadline_terms.hpp"
#include "core/id.hpp"
#include "exams/accommodation_store.hpp"
#include "exams/exam_store.hpp"

namespace tripos::attempts {

namespace {

using exams::Accommodation;

constexpr std::size_t kRowsPerWrite = 16;
constexpr std::size_t kRowsPerRead = 200;

std::string facts_of(const std::optional<Accommodation>& accommodation) {
    return accommodation ? entity::object(*accommodation, exams::kAccommodationMembers) : "";
}

audit::Entry entry_of(std::string action, const Accommodation& subject,
                      const std::optional<Accommodation>& before,
                      const std::optional<Accommodation>& after) {
    return {.action = std::move(action),
            .subject = "account:" + subject.user_id,
            .within = subject.exam_id.empty() ? "" : exams::exam_subject(subject.exam_id),
            .before = facts_of(before),
            .after = facts_of(after)};
}

/// It lets somebody sit an exam whose results, and with them its key, are out.
bool withdraws_results(sql::Session& session, const Accommodation& accommodation, Timestamp now) {
    if (!accommodation.end_at || *accommodation.end_at <= now) {
        return false;
    }
    const auto exam = exams::exam_store::find(session, accommodation.exam_id);
    return exam && is_released(*exam, attempt_store::sitting_at(session, exam->id), now);
}

std::string naming_column(const AccommodationRow& row) {
    return row.number.empty() ? "email" : "enrollmentNumber";
}

/// Whose row it is, or which cell says why nobody's.
struct Found {
    std::string user_id = {};
    std::string column = {};
    std::string problem = {};  ///< empty: found
    bool withdraws_results = false;
};

std::optional<accounts::Enrolled> find_by_number(sql::Session& session, const std::string& number) {
    const std::vector<std::string> keys(1, accounts::enrolment_key(number));
    auto enrolled = accounts::find_enrolled(session, keys);
    return enrolled.empty() ? std::nullopt : std::optional(std::move(enrolled.front()));
}

Found find_person(sql::Session& session, const AccommodationRow& row) {
    const auto enrolled = row.number.empty() ? std::nullopt : find_by_number(session, row.number);
    if (!row.number.empty() && (!enrolled || !enrolled->user_id)) {
        return {.column = "enrollmentNumber", .problem = "nobody has an account with it"};
    }
    const auto address = mail::parse_address(row.email);
    if (enrolled &&
        (row.email.empty() || (address && address->canonical == enrolled->canonical_email))) {
        return {.user_id = *enrolled->user_id};
    }
    const auto user =
        address ? accounts::find_user_by_email(session, address->canonical) : std::nullopt;
    if (!user) {
        return {.column = "email", .problem = "nobody has an account with it"};
    }
    if (enrolled && enrolled->user_id != user->id) {
        return {.column = "email", .problem = "is not whose the number is"};
    }
    return {.user_id = user->id};
}

}  // namespace

Task<Result<Granted>> AccommodationService::put(Accommodation accommodation, bool is_dry_run,
                                                audit::Actor actor) {
    if (auto problems = exams::problems_of(accommodation); !problems.empty()) {
        co_return invalid_fields(std::move(problems));
    }
    const auto now = parts_.clock.now();
    auto work = [&](sql::Session& session, Writes& writes) {
        auto granted = put_in(session, writes, accommodation, is_dry_run, actor, now);
        if (granted) {
            granted->touched = touched(session, {accommodation.user_id});
        }
        return granted;
    };
    co_return co_await parts_.write(std::move(work));
}

Result<Granted> AccommodationService::put_in(sql::Session& session, Writes& writes,
                                             Accommodation accommodation, bool is_dry_run,
                                             const audit::Actor& actor, Timestamp now) const {
    const auto account_minutes = accounts::hold_candidate(session, accommodation.user_id);
    if (!account_minutes) {
        return not_found("Candidate not found");
    }
    const auto& exam_id = accommodation.exam_id;
    if (!exam_id.empty() && !exams::exam_store::find_to_rely_on(session, exam_id)) {
        return exams::no_exam();
    }
    const bool is_late = withdraws_results(session, accommodation, now);
    const auto before =
        exams::accommodation_store::find_of(session, accommodation.user_id, exam_id);
    accommodation.id = before ? before->id : new_id(now, parts_.random);
    accommodation.created_by = actor.id;
    accommodation.updated_at = now;
    if (is_dry_run) {
        return Granted{
            .accommodation = std::move(accommodation), .withdraws_results = is_late, .touched = {}};
    }
    exams::accommodation_store::put(session, accommodation);
    parts_.record(session, actor,
                  entry_of("accommodation.set", accommodation, before, accommodation));
    name(writes, accommodation);
    apply(session, writes, accommodation, *account_minutes, actor, now);
    return Granted{
        .accommodation = std::move(accommodation), .withdraws_results = is_late, .touched = {}};
}

void AccommodationService::apply(sql::Session& session, Writes& writes,
                                 const Accommodation& accommodation,
                                 std::chrono::minutes account_minutes, const audit::Actor& actor,
                                 Timestamp now) const {
    std::vector<Attempt> moved;
    for (auto& attempt :
         attempt_store::list_running(session, accommodation.user_id, accommodation.exam_id)) {
        const auto exam = exams::exam_store::find(session, attempt.exam_id);
        const auto deadline = deadline_of(terms_of(session, *exam, attempt, account_minutes));
        if (!attempt_store::move_deadline(session, attempt.id, deadline, now)) {
            continue;
        }
        auto entry = attempts::entry_of("attempt.deadline", attempt);
        entry.before =
            std::exchange(entry.after, audit::facts({{"deadline", to_iso8601(deadline.at)},
                                                     {"reason", to_text(deadline.reason)}}));
        parts_.record(session, actor, entry);
        moved.push_back(std::move(attempt));
    }
    finisher_.name(writes, moved);
}

void AccommodationService::name(Writes& writes, const Accommodation& accommodation) const {
    exams_.name_windows(writes, accommodation.user_id);
    if (!accommodation.exam_id.empty()) {
        writes.del(keys_.sitting(accommodation.exam_id));
    }
}

Task<Result<Touched>> AccommodationService::remove(std::string id, std::string reason,
                                                   bool is_dry_run, audit::Actor actor) {
    auto work = [&](sql::Session& session, Writes& writes) -> Result<Touched> {
        const auto before = exams::accommodation_store::find(session, id);
        if (!before) {
            return not_found("Accommodation not found");
        }
        auto whom = touched(session, {before->user_id});
        if (is_dry_run) {
            return whom;
        }
        exams::accommodation_store::remove(session, id);
        auto entry = entry_of("accommodation.remove", *before, before, std::nullopt);
        if (!reason.empty()) {
            entry.after = audit::facts({{"reason", reason}});
        }
        parts_.record(session, actor, entry);
        name(writes, *before);
        return whom;
    };
    co_return co_await parts_.write(std::move(work));
}

Task<std::vector<NamedAccommodation>> AccommodationService::list(std::string user_id,
                                                                 std::string exam_id,
                                                                 std::string after,
                                                                 std::int64_t limit) {
    auto look = [&](sql::Session& session) {
        auto found = exams::accommodation_store::list(session, user_id, exam_id, after, limit);
        std::vector<std::string> ids;
        for (const auto& one : found) {
            ids.push_back(one.user_id);
        }
        const auto people = accounts::find_candidates(session, ids);
        std::vector<NamedAccommodation> named;
        for (auto& one : found) {
            const auto person = people.find(one.user_id);
            auto name = person == people.end() ? std::string() : person->second.full_name;
            named.push_back({.accommodation = std::move(one), .full_name = std::move(name)});
        }
        return named;
    };
    co_return co_await parts_.database.read(std::move(look));
}

Task<> AccommodationService::find_people(AccommodationSheet& sheet) {
    rosters::OncePerSheet people;
    for (std::size_t first = 0; first < sheet.rows.size(); first += kRowsPerRead) {
        auto look = [&, now = parts_.clock.now()](sql::Session& session) {
            const auto last = std::min(first + kRowsPerRead, sheet.rows.size());
            std::vector<Found> found;
            for (auto i = first; i < last; ++i) {
                const auto& row = sheet.rows[i];
                found.push_back(find_person(session, row));
                found.back().withdraws_results = withdraws_results(session, row.accommodation, now);
            }
            return found;
        };
        const auto found = co_await parts_.database.read(std::move(look), sql::Turn::bulk);
        for (std::size_t i = 0; i < found.size(); ++i) {
            auto& row = sheet.rows[first + i];
            const auto& [user_id, column, problem, is_late] = found[i];
            row.accommodation.user_id = user_id;
            if (is_late) {
                sheet.warnings.push_back({.row = row.row,
                                          .column = "endTime",
                                          .message = "the results are out: they will be withdrawn "
                                                     "until then, and may have been seen"});
            }
            if (!problem.empty()) {
                sheet.problems.push_back({.row = row.row, .column = column, .message = problem});
            } else if (auto twice = people.problem_of(user_id, row.row)) {
                sheet.problems.push_back({.row = row.row,
                                          .column = naming_column(row),
                                          .message = "whose account it is " + *twice});
            }
        }
    }
}

Task<Result<AccommodationReport>> AccommodationService::import(std::string exam_id, std::string csv,
                                                               const TimeZone& zone,
                                                               bool is_dry_run,
                                                               audit::Actor actor) {
    if (!exam_id.empty()) {
        const auto exam = co_await exams_.find(exam_id);
        if (!exam) {
            co_return exams::no_exam();
        }
    }
    auto sheet = read_sheet(csv, exam_id, zone);
    co_await find_people(sheet);
    AccommodationReport report{
        .stored = 0, .errors = std::move(sheet.problems), .warnings = std::move(sheet.warnings)};
    if (!report.errors.empty()) {
        co_return report;
    }
    auto whom = [&sheet](sql::Session& session) {
        std::vector<std::string> user_ids;
        for (const auto& row : sheet.rows) {
            user_ids.push_back(row.accommodation.user_id);
        }
        return touched(session, std::move(user_ids));
    };
    report.touched = co_await parts_.database.read(std::move(whom));
    if (is_dry_run) {
        report.stored = static_cast<std::int64_t>(sheet.rows.size());
        co_return report;
    }
    const auto now = parts_.clock.now();
    for (std::size_t first = 0; first < sheet.rows.size(); first += kRowsPerWrite) {
        auto work = [&](sql::Session& session, Writes& writes) {
            const auto last = std::min(first + kRowsPerWrite, sheet.rows.size());
            AccommodationReport page{.stored = 0, .errors = {}, .warnings = {}, .touched = {}};
            for (auto i = first; i < last; ++i) {
                const auto& row = sheet.rows[i];
                const auto put = put_in(session, writes, row.accommodation, false, actor, now);
                if (put) {
                    ++page.stored;
                } else {  // since the check
                    page.errors.push_back({.row = row.row,
                                           .column = naming_column(row),
                                           .message = put.error().message});
                }
            }
            return page;
        };
        auto page = co_await parts_.write(std::move(work), sql::Turn::bulk);
        report.stored += page.stored;
        std::move(page.errors.begin(), page.errors.end(), std::back_inserter(report.errors));
    }
    co_return report;
}

}  // namespace tripos::attempts

// SPDX-License-Identifier: MIT
#include "rosters/cohort_service.hpp"

#include <algorithm>

#include "accounts/candidate.hpp"
#include "audit/entry.hpp"
#include "core/id.hpp"
#include "core/text.hpp"

namespace tripos::rosters {

namespace {

using cohort_store::Cohort;

/// Carried by what depends on who belongs to which cohort and which exam asks what.
constexpr const char* kTag = "rosters";
constexpr char kFormat = '2';
/// Rows of one write: a few statements each.
constexpr std::size_t kRowsPerWrite = 16;
constexpr std::size_t kRowsPerRead = 200;
constexpr std::size_t kMostReported = 200;

std::shared_ptr<const ExamAccessList> decode_access(const cache::Bytes& bytes) {
    auto all = entity::decode<ExamAccess>(kFormat, *bytes, kAccessMembers);
    return all ? std::make_shared<const ExamAccessList>(std::move(*all)) : nullptr;
}

std::shared_ptr<const std::vector<std::string>> decode_ids(const cache::Bytes& bytes) {
    SegmentReader in(*bytes, kFormat);
    std::vector<std::string> ids(in.count());
    for (auto& id : ids) {
        id = std::string(in.text());
    }
    return in.ok() ? std::make_shared<const std::vector<std::string>>(std::move(ids)) : nullptr;
}

const ExamAccess* find_in(const ExamAccessList& all, const std::string& exam_id) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const auto& one) { return one.exam_id == exam_id; });
    return found == all.end() ? nullptr : &*found;
}

void add(std::vector<CellProblem>& problems, CellProblem problem) {
    if (problems.size() < kMostReported) {
        problems.push_back(std::move(problem));
    }
}

std::string cohort_subject(const std::string& id) {
    return "cohort:" + id;
}

void add(RosterTouched& touched, accounts::Enrolled person) {
    ++touched.candidates;
    if (touched.first.size() < static_cast<std::size_t>(kMostNamed)) {
        touched.first.push_back(std::move(person));
    }
}

void add(RosterTouched& touched, std::vector<accounts::Enrolled> people) {
    for (auto& person : people) {
        add(touched, std::move(person));
    }
}

/// Names what of the user's may have changed with the roster.
void name_users(Writes& writes, const std::vector<std::string>& user_ids) {
    for (const auto& id : user_ids) {
        writes.invalidate_tag(accounts::user_tag(id));
    }
}

}  // namespace

Error no_cohort() {
    return not_found("Cohort not found");
}

bool VisibleExams::contains(const std::string& exam_id) const {
    const auto* access = find_in(*access_, exam_id);
    return access == nullptr || admits(*access, *cohort_ids_);
}

bool VisibleExams::code_decides(const std::string& exam_id, const Arrival& arrival) const {
    const auto* access = find_in(*access_, exam_id);
    if (access == nullptr || access->codes.empty()) {
        return false;
    }
    auto without = *access;
    without.codes.clear();
    return !refusal_of(without, *cohort_ids_, arrival);
}

CohortService::CohortService(const Parts& parts, accounts::SignupService& signup,
                             const accounts::Departed& departed, std::chrono::seconds lifetime)
    : parts_(parts),
      signup_(signup),
      departed_(departed),
      all_access_(parts.cache.declare<ExamAccessList, 0>({.name = "exam_access",
                                                          .pattern = "exams:access",
                                                          .tags = {kTag},
                                                          .ttl = lifetime,
                                                          .ttl_setting = "CACHE_TTL_LIST",
                                                          .freshness = cache::Freshness::strict()},
                                                         &decode_access)),
      cohorts_of_user_(parts.cache.declare<std::vector<std::string>>(
          {.name = "user_cohorts",
           .pattern = accounts::user_tag("{0}") + ":cohorts",
           .tags = {accounts::user_tag("{0}"), kTag},
           .ttl = lifetime,
           .ttl_setting = "CACHE_TTL_LIST",
           .freshness = cache::Freshness::strict()},
          &decode_ids)) {}

Task<Result<Cohort>> CohortService::create(std::string name, audit::Actor actor) {
    const auto now = parts_.clock.now();
    Cohort cohort{
        .id = new_id(now, parts_.random), .name = std::move(name), .created_at = now, .members = 0};
    auto add = [&](sql::Session& session) {
        const bool is_new = cohort_store::insert(session, cohort);
        if (is_new) {
            parts_.record(session, actor,
                          {.action = "cohort.create",
                           .subject = cohort_subject(cohort.id),
                           .after = audit::facts({{"name", cohort.name}})});
        }
        return is_new;
    };
    const bool added = co_await parts_.database.write(std::move(add));
    if (!added) {
        co_return conflict("cohort_exists", "There is a cohort of this name");
    }
    co_return cohort;
}

Task<std::vector<Cohort>> CohortService::list() {
    auto look = [](sql::Session& session) { return cohort_store::list(session); };
    co_return co_await parts_.database.read(std::move(look));
}

Task<Result<RosterTouched>> CohortService::remove(std::string id, RosterAct act) {
    auto work = [&](sql::Session& session, Writes& writes) -> Result<RosterTouched> {
        const auto cohort = cohort_store::find(session, id);
        if (!cohort) {
            return no_cohort();
        }
        for (const auto& access : cohort_store::list_access(session)) {
            const auto& ids = access.cohort_ids;
            if (std::find(ids.begin(), ids.end(), id) != ids.end()) {
                return conflict("cohort_in_use", "An exam is open to this cohort");
            }
        }
        const auto keys = cohort_store::members(session, id, "", kMostNamed);
        RosterTouched touched{.candidates = cohort->members,
                              .first = accounts::find_enrolled(session, keys)};
        if (act.is_dry_run) {
            return touched;
        }
        cohort_store::remove(session, id);
        parts_.record(session, act.actor,
                      {.action = "cohort.delete",
                       .subject = cohort_subject(id),
                       .before = audit::facts(
                           {{"name", cohort->name}, {"members", std::to_string(cohort->members)}}),
                       .after = audit::facts({{"reason", act.reason}})});
        writes.invalidate_tag(kTag);
        return touched;
    };
    co_return co_await parts_.write(std::move(work));
}

Task<bool> CohortService::exists(const std::string& id) {
    auto look = [&id](sql::Session& session) {
        return cohort_store::find(session, id).has_value();
    };
    co_return co_await parts_.database.read(std::move(look));
}

Task<Result<std::vector<accounts::Enrolled>>> CohortService::members(std::string id,
                                                                     std::string after,
                                                                     std::int64_t limit) {
    auto look = [&](sql::Session& session) -> std::optional<std::vector<accounts::Enrolled>> {
        if (!cohort_store::find(session, id)) {
            return std::nullopt;
        }
        return accounts::find_enrolled(session, cohort_store::members(session, id, after, limit));
    };
    auto found = co_await parts_.database.read(std::move(look));
    if (!found) {
        co_return no_cohort();
    }
    co_return std::move(*found);
}

Task<Result<ImportReport>> CohortService::import(std::string id, std::string csv, RosterAct act) {
    const bool is_there = co_await exists(id);
    if (!is_there) {
        co_return no_cohort();
    }
    const auto roster = read_roster(csv);
    ImportReport report;
    for (const auto& problem : roster.problems) {
        add(report.errors, problem);
    }
    co_await check(id, roster, report);
    if (!act.is_dry_run && report.errors.empty()) {
        report.added = report.vouched = 0;
        co_await store(id, roster, report, act);
    }
    co_return report;
}

Task<> CohortService::check(const std::string& id, const Roster& roster, ImportReport& report) {
    for (std::size_t first = 0; first < roster.rows.size(); first += kRowsPerRead) {
        const auto end = std::min(first + kRowsPerRead, roster.rows.size());
        auto look = [&](sql::Session& session) {
            for (std::size_t i = first; i < end; ++i) {
                const auto& [row, person] = roster.rows[i];
                if (auto problem = accounts::conflict_of(session, person)) {
                    add(report.errors,
                        {.row = row, .column = "email", .message = std::move(*problem)});
                }
                if (accounts::is_held_elsewhere(session, person)) {
                    add(report.warnings,
                        {.row = row,
                         .column = "enrollmentNumber",
                         .message = "an account of another address has it and loses it; exams that "
                                    "were begun with that cannot be begun again"});
                }
                const auto key = accounts::enrolment_key(person.number);
                const bool is_added = !cohort_store::is_member(session, id, key);
                const bool is_vouched = accounts::is_news(session, person);
                report.added += is_added ? 1 : 0;
                report.vouched += is_vouched ? 1 : 0;
                if (is_added || is_vouched) {
                    add(report.touched, accounts::as_enrolled(session, person));
                }
            }
            return true;
        };
        co_await parts_.database.read(std::move(look));
    }
}

Task<> CohortService::store(const std::string& id, const Roster& roster, ImportReport& report,
                            const RosterAct& act) {
    for (std::size_t first = 0; first < roster.rows.size(); first += kRowsPerWrite) {
        const auto end = std::min(first + kRowsPerWrite, roster.rows.size());
        auto work = [&, now = parts_.clock.now()](sql::Session& session, Writes& writes) {
            ImportReport page;
            std::vector<std::string> numbers;
            for (std::size_t i = first; i < end; ++i) {
                const auto& [row, person] = roster.rows[i];
                if (auto problem = accounts::conflict_of(session, person)) {  // since the check
                    page.errors.push_back(
                        {.row = row, .column = "email", .message = std::move(*problem)});
                    continue;
                }
                const auto done = accounts::vouch(session, person, departed_, now);
                const bool is_vouched = done.kind != accounts::Vouching::unchanged;
                page.vouched += is_vouched ? 1 : 0;
                name_users(writes, done.changed_users);
                const auto key = accounts::enrolment_key(person.number);
                const bool is_added = cohort_store::add_member(session, id, key);
                page.added += is_added ? 1 : 0;
                if (is_added || is_vouched) {
                    numbers.push_back(person.number);
                }
            }
            if (!numbers.empty()) {
                parts_.record(session, act.actor,
                              {.action = "cohort.import",
                               .subject = cohort_subject(id),
                               .after = audit::facts({{"enrollmentNumbers", join(numbers, ", ")},
                                                      {"reason", act.reason}})});
            }
            writes.invalidate_tag(kTag);
            return page;
        };
        const auto page = co_await parts_.write(std::move(work), sql::Turn::bulk);
        report.added += page.added;
        report.vouched += page.vouched;
        for (const auto& problem : page.errors) {
            add(report.errors, problem);
        }
    }
}

Task<Result<RosterTouched>> CohortService::remove_members(std::string id,
                                                          std::vector<std::string> numbers,
                                                          RosterAct act) {
    const bool is_there = co_await exists(id);
    if (!is_there) {
        co_return no_cohort();
    }
    std::vector<std::string> keys;
    for (const auto& number : numbers) {
        keys.push_back(accounts::enrolment_key(number));
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    RosterTouched touched;
    for (std::size_t first = 0; first < keys.size(); first += kRowsPerWrite) {
        const auto end = std::min(first + kRowsPerWrite, keys.size());
        auto find = [&](sql::Session& session) {
            std::vector<std::string> members;
            std::copy_if(
                keys.begin() + static_cast<std::ptrdiff_t>(first),
                keys.begin() + static_cast<std::ptrdiff_t>(end), std::back_inserter(members),
                [&](const auto& key) { return cohort_store::is_member(session, id, key); });
            return accounts::find_enrolled(session, members);
        };
        if (act.is_dry_run) {
            auto people = co_await parts_.database.read(std::move(find));
            add(touched, std::move(people));
            continue;
        }
        auto work = [&](sql::Session& session, Writes& writes) {
            auto gone = find(session);
            std::vector<std::string> named;
            for (const auto& person : gone) {
                cohort_store::remove_member(session, id, person.key);
                named.push_back(person.number);
            }
            if (!named.empty()) {
                parts_.record(session, act.actor,
                              {.action = "cohort.remove_members",
                               .subject = cohort_subject(id),
                               .before = audit::facts({{"enrollmentNumbers", join(named, ", ")}}),
                               .after = audit::facts({{"reason", act.reason}})});
            }
            writes.invalidate_tag(kTag);
            return gone;
        };
        auto people = co_await parts_.write(std::move(work), sql::Turn::bulk);
        add(touched, std::move(people));
    }
    co_return touched;
}

Task<Result<std::int64_t>> CohortService::invite(std::string id, audit::Actor actor) {
    const bool is_there = co_await exists(id);
    if (!is_there) {
        co_return no_cohort();
    }
    std::int64_t invited = 0;
    for (std::string after;;) {
        struct Page {
            std::int64_t invited = 0;
            std::string last;
        };
        auto work = [&](sql::Session& session) {
            Page page;
            std::vector<std::string> numbers;
            const auto keys =
                cohort_store::members(session, id, after, static_cast<std::int64_t>(kRowsPerWrite));
            for (const auto& person : accounts::find_enrolled(session, keys)) {
                if (signup_.invite(session, person)) {
                    ++page.invited;
                    numbers.push_back(person.number);
                }
            }
            if (!numbers.empty()) {
                parts_.record(
                    session, actor,
                    {.action = "cohort.invite",
                     .subject = cohort_subject(id),
                     .after = audit::facts({{"enrollmentNumbers", join(numbers, ", ")}})});
            }
            page.last = keys.empty() ? std::string() : keys.back();
            return page;
        };
        auto page = co_await parts_.database.write(std::move(work), sql::Turn::bulk);
        if (page.last.empty()) {
            co_return invited;
        }
        invited += page.invited;
        after = std::move(page.last);
    }
}

Task<VisibleExams> CohortService::visible_to(std::string user_id) {
    cache::Loader all = [this] { return load_access(); };
    auto access = co_await parts_.cache.get_or_set(all_access_.key(), std::move(all));
    cache::Loader own = [this, user_id] { return load_cohorts(user_id); };
    auto cohorts = co_await parts_.cache.get_or_set(cohorts_of_user_.key(user_id), std::move(own));
    co_return VisibleExams(std::move(access), std::move(cohorts));
}

Task<ExamAccess> CohortService::access_of(std::string exam_id) {
    auto look = [&exam_id](sql::Session& session) {
        return cohort_store::find_access(session, exam_id).value_or(ExamAccess());
    };
    co_return co_await parts_.database.read(std::move(look));
}

std::optional<Error> CohortService::change_access(sql::Session& session, Writes& writes,
                                                  const ExamAccess& access) const {
    for (const auto& id : access.cohort_ids) {
        if (!cohort_store::find(session, id)) {
            return invalid_field("cohortIds", "There is no cohort " + id);
        }
    }
    cohort_store::put_access(session, access);
    writes.invalidate_tag(kTag);
    return std::nullopt;
}

Task<cache::Bytes> CohortService::load_access() {
    auto look = [](sql::Session& session) {
        return entity::encode(kFormat, cohort_store::list_access(session), kAccessMembers);
    };
    co_return std::make_shared<const std::string>(co_await parts_.database.read(std::move(look)));
}

Task<cache::Bytes> CohortService::load_cohorts(std::string user_id) {
    auto look = [&user_id](sql::Session& session) {
        const auto ids = cohort_store::cohorts_of(session, user_id);
        SegmentWriter out(kFormat);
        out.number(static_cast<std::int64_t>(ids.size()));
        for (const auto& id : ids) {
            out.text(id);
        }
        return out.take();
    };
    co_return std::make_shared<const std::string>(co_await parts_.database.read(std::move(look)));
}

}  // namespace tripos::rosters

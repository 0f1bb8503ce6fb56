// SPDX-License-Identifier: MIT
#include "exams/staff_service.hpp"

#include <algorithm>

#include "accounts/user.hpp"
#include "core/text.hpp"
#include "exams/exam_staff.hpp"
#include "exams/exam_store.hpp"
#include "http/json_writer.hpp"

namespace tripos::exams {

namespace {

using accounts::Capability;

Result<> assign_in(sql::Session& session, const std::string& exam_id,
                   const std::vector<std::string>& user_ids, audit::Entry& entry) {
    if (!exam_store::find_to_change(session, exam_id)) {
        return no_exam();
    }
    const auto able = accounts::holders_of(session, user_ids, Capability::invigilate);
    std::vector<std::string> unknown;
    for (const auto& id : user_ids) {
        if (!able.contains(id)) {
            unknown.push_back(id);
        }
    }
    if (!unknown.empty()) {
        auto error = invalid("unknown_staff", "Some ids are nobody's who may invigilate");
        error.extra.emplace_back("invalidUserIds", http::text_list(unknown));
        return error;
    }
    entry.before = audit::facts({{"staff", join(exam_staff::assigned_to(session, exam_id), " ")}});
    exam_staff::assign(session, exam_id, {able.begin(), able.end()});
    entry.after = audit::facts({{"staff", join({able.begin(), able.end()}, " ")}});
    return {};
}

}  // namespace

Task<Result<>> StaffService::assign(std::string exam_id, std::vector<std::string> user_ids,
                                    audit::Actor actor) {
    auto work = [&](sql::Session& session) {
        audit::Entry entry{.action = "exam.staff", .subject = exam_subject(exam_id)};
        const auto done = assign_in(session, exam_id, user_ids, entry);
        if (done) {
            parts_.record(session, actor, entry);
        }
        return done;
    };
    co_return co_await parts_.database.write(std::move(work));
}

Task<Result<std::vector<accounts::Candidate>>> StaffService::assigned_to(std::string exam_id) {
    auto look = [&](sql::Session& session) -> Result<std::vector<accounts::Candidate>> {
        if (!exam_store::find(session, exam_id)) {
            return no_exam();
        }
        const auto ids = exam_staff::assigned_to(session, exam_id);
        auto known = accounts::find_candidates(session, ids);
        std::vector<accounts::Candidate> staff;
        for (const auto& id : ids) {
            staff.push_back(std::move(known[id]));
        }
        return staff;
    };
    co_return co_await parts_.database.read(std::move(look));
}

Task<std::vector<Exam>> StaffService::exams_of(std::string user_id) {
    auto look = [&](sql::Session& session) { return exam_staff::exams_of(session, user_id); };
    const auto ids = co_await parts_.database.read(std::move(look));
    const auto all = co_await exams_.all();
    std::vector<Exam> assigned;
    for (const auto* const exam : by_start(*all)) {
        if (std::find(ids.begin(), ids.end(), exam->id) != ids.end()) {
            assigned.push_back(*exam);
        }
    }
    co_return assigned;
}

}  // namespace tripos::exams

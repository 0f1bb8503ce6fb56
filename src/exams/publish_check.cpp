// SPDX-License-Identifier: MIT
#include "exams/publish_check.hpp"

#include <set>

#include "accounts/candidate.hpp"
#include "exams/accommodation_store.hpp"
#include "exams/exam_store.hpp"
#include "rosters/cohort_store.hpp"

namespace tripos::exams {

namespace {

std::string in_minutes(std::chrono::milliseconds time) {
    return std::to_string(std::chrono::floor<std::chrono::minutes>(time).count());
}

/// Nobody can start as late as the others and have the whole time; here nobody has it at all.
void check_window(const Exam& exam, std::vector<PublishWarning>& warnings) {
    const auto window = exam.end_at - exam.start_at;
    if (window < exam.duration) {
        warnings.push_back({.code = "window_too_short",
                            .message = "The exam is open for " + in_minutes(window) +
                                       " minutes, and an attempt takes " +
                                       in_minutes(exam.duration) + ": nobody has the whole time"});
    }
}

/// Everybody who has extra time, or a window of their own, at this exam.
std::set<std::string> people_with_allowance(sql::Session& session, const std::string& exam_id) {
    std::set<std::string> people;
    for (const auto& id : {exam_id, std::string()}) {
        for (const auto& user_id :
             accommodation_store::people_with_some(session, id, kMostChecked)) {
            people.insert(user_id);
        }
    }
    for (const auto& user_id : accounts::with_extra_time(session, kMostChecked)) {
        people.insert(user_id);
    }
    return people;
}

bool may_sit(sql::Session& session, const std::optional<rosters::ExamAccess>& access,
             const std::string& user_id) {
    return !access || rosters::admits(*access, rosters::cohort_store::cohorts_of(session, user_id));
}

/// The end, or their own, leaves less than the duration and their extra time.
bool is_cut(const Exam& exam, const Allowance& allowance) {
    const auto seen = within(exam, allowance.own_window);
    const auto window = seen.end_at - seen.start_at;
    const auto extra =
        exam.extra_past_end ? std::chrono::milliseconds(0) : allowance.extra_time(exam.duration);
    return window < exam.duration + extra;
}

void check_people(sql::Session& session, const Exam& exam, std::vector<PublishWarning>& warnings) {
    const auto people = people_with_allowance(session, exam.id);
    const auto known = accounts::find_candidates(session, {people.begin(), people.end()});
    const auto access = rosters::cohort_store::find_access(session, exam.id);
    PublishWarning cut{.code = "time_cut",
                       .message =
                           "The end cuts the time of candidates with extra time or a window "
                           "of their own: give them another window, or let extra time pass "
                           "the end (extraTimePastEnd)"};
    for (const auto& id : people) {
        const auto found = known.find(id);
        const auto allowance =
            allowance_of(accommodation_store::list_for(session, id, exam.id),
                         found == known.end() ? std::chrono::minutes(0) : found->second.extra_time);
        if (is_cut(exam, allowance) && may_sit(session, access, id)) {
            cut.user_ids.push_back(id);
        }
    }
    if (!cut.user_ids.empty()) {
        warnings.push_back(std::move(cut));
    }
}

void check_questions(sql::Session& session, const Exam& exam, Timestamp now,
                     std::vector<PublishWarning>& warnings) {
    PublishWarning shared{
        .code = "questions_shared",
        .message =
            "Questions of this exam are asked by others that are live or coming: whoever "
            "sits one knows them before the other"};
    shared.exam_ids = exam_store::sharing_with(session, exam.id, now, kMostChecked);
    if (!shared.exam_ids.empty()) {
        warnings.push_back(std::move(shared));
    }
}

}  // namespace

std::vector<PublishWarning> publish_warnings(sql::Session& session, const Exam& exam,
                                             Timestamp now) {
    std::vector<PublishWarning> warnings;
    check_window(exam, warnings);
    check_people(session, exam, warnings);
    check_questions(session, exam, now, warnings);
    return warnings;
}

}  // namespace tripos::exams

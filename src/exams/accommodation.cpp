// SPDX-License-Identifier: MIT
#include "exams/accommodation.hpp"

#include <algorithm>

namespace tripos::exams {

namespace {

constexpr char kWindowsFormat = 'O';

}  // namespace

Allowance allowance_of(const std::vector<Accommodation>& accommodations,
                       std::chrono::minutes account_minutes) {
    Allowance allowance{.minutes = account_minutes};
    bool is_decided = false;
    for (const auto& one : accommodations) {
        if (!is_decided && (one.minutes || one.multiplier)) {
            allowance.minutes = std::chrono::minutes(one.minutes.value_or(0));
            allowance.multiplier = one.multiplier.value_or(kOnce);
            is_decided = true;
        }
        if (!allowance.own_window && one.start_at && one.end_at) {
            allowance.own_window = Window{.start_at = *one.start_at, .end_at = *one.end_at};
        }
    }
    return allowance;
}

std::vector<FieldError> problems_of(const Accommodation& accommodation) {
    std::vector<FieldError> problems;
    const auto& [start_at, end_at] = std::pair(accommodation.start_at, accommodation.end_at);
    if (!accommodation.minutes && !accommodation.multiplier && !start_at && !end_at) {
        problems.push_back(
            {.field = "minutes", .message = "Give minutes, multiplier, or startTime and endTime"});
    }
    if (start_at.has_value() != end_at.has_value()) {
        problems.push_back({.field = start_at ? "endTime" : "startTime",
                            .message = "A window of one's own has startTime and endTime"});
    } else if (start_at && *end_at <= *start_at) {
        problems.push_back({.field = "endTime", .message = "endTime must be after startTime"});
    }
    if (start_at && accommodation.exam_id.empty()) {
        problems.push_back(
            {.field = "examId", .message = "A window of one's own is one at an exam: give examId"});
    }
    return problems;
}

Exam within(Exam exam, const std::optional<Window>& own_window) {
    if (own_window) {
        exam.start_at = own_window->start_at;
        exam.end_at = own_window->end_at;
    }
    return exam;
}

SeenExams seen_by(const std::vector<Exam>& exams, const std::vector<OwnWindow>& windows) {
    SeenExams seen;
    for (const auto& exam : exams) {
        const auto own =
            std::find_if(windows.begin(), windows.end(),
                         [&exam](const OwnWindow& one) { return one.exam_id == exam.id; });
        if (own == windows.end()) {
            seen.by_start.push_back(&exam);
            continue;
        }
        const Window window{.start_at = own->start_at, .end_at = own->end_at};
        seen.by_start.push_back(&seen.own.emplace_back(within(exam, window)));
    }
    sort_by_start(seen.by_start);
    return seen;
}

std::string encode_windows(const std::vector<OwnWindow>& windows) {
    return entity::encode(kWindowsFormat, windows, kWindowMembers);
}

std::optional<std::vector<OwnWindow>> decode_windows(std::string_view bytes) {
    return entity::decode<OwnWindow>(kWindowsFormat, bytes, kWindowMembers);
}

}  // namespace tripos::exams

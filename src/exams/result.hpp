// SPDX-License-Identifier: MIT
#pragma once
// Result: an ended attempt with its key, marks and answers - what a candidate sees after release,
// and what staff list. Values and pure functions. May hold the answer key: served only once
// is_released() says so.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exams/attempt.hpp"
#include "exams/exam.hpp"
#include "exams/grading.hpp"

namespace tripos::exams {

struct ResultQuestion {
    ExamQuestion question;
    std::vector<Option> options;
    std::optional<NumericalKey> key;
};

struct AttemptResult {
    Attempt attempt;
    Exam exam;
    std::vector<ResultQuestion> questions;  ///< in the order of the paper
    std::vector<Answer> answers;
    std::vector<Marks> marks;  ///< per question, in the same order
};

/// The cached form: the members of the score, and those that the analysis adds.
std::string encode_result(const AttemptResult& result);

/// Views into the bytes it keeps alive.
struct ResultView {
    std::shared_ptr<const std::string> bytes;
    std::string_view score_members;
    std::string_view analysis_members;

    /// Nothing when the bytes are of another format.
    static std::optional<ResultView> read(std::shared_ptr<const std::string> bytes);
};

/// One line of the staff's list.
struct StaffResult {
    std::string attempt_id;
    std::string user_id;
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::optional<std::string> enrollment_number;
    std::optional<std::string> department;
    AttemptStatus status = AttemptStatus::in_progress;
    std::optional<Marks> score;
    Timestamp started_at{};
    std::optional<Timestamp> submitted_at;
};

struct ResultStatistics {
    std::int64_t participants = 0;
    std::int64_t in_progress = 0;
    std::int64_t submitted = 0;
    std::int64_t auto_submitted = 0;
    Marks score_sum = 0;  ///< over the graded ones
    std::int64_t graded = 0;
    std::optional<Marks> highest;
    std::optional<Marks> lowest;
    Marks total_marks = 0;  ///< of the paper
};

void write_staff_result(JsonWriter& json, const StaffResult& result);
void write_statistics(JsonWriter& json, const ResultStatistics& statistics);

/// RFC 4180 with a header line, UTF-8. A cell that a spreadsheet would run as a formula gets a
/// leading apostrophe.
std::string results_csv(const std::vector<StaffResult>& results);
std::string csv_cell(std::string_view text);

}  // namespace tripos::exams

// SPDX-License-Identifier: MIT
#pragma once
// Result: an ended attempt with its key, marks and answers - what a candidate sees after release,
// and what staff list. Values and pure functions. May hold the answer key: served only once
// is_released() says so.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/candidate.hpp"
#include "attempts/attempt.hpp"
#include "attempts/grading.hpp"
#include "exams/exam.hpp"

namespace tripos::results {

struct ResultQuestion {
    exams::ExamQuestion question;
    std::vector<questions::Option> options;
    std::optional<questions::NumericalKey> key;
};

struct AttemptResult {
    attempts::Attempt attempt;
    exams::Exam exam;
    std::vector<ResultQuestion> questions;  ///< in the order of the paper
    std::vector<attempts::Answer> answers;
    std::vector<questions::Marks> marks;  ///< per question, in the same order
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

/// One line of the staff's list, and of the leaderboard.
struct StaffResult {
    attempts::Attempt attempt;
    std::optional<accounts::Candidate> candidate;  ///< none: the account's row is gone
};

struct ResultStatistics : attempts::AttemptStatistics {
    questions::Marks total_marks = 0;  ///< of the paper
};

void write_staff_result(http::JsonWriter& json, const StaffResult& result);
void write_statistics(http::JsonWriter& json, const ResultStatistics& statistics);

/// RFC 4180 with a header line, UTF-8; every cell that is no number by csv_cell().
std::string results_csv(const std::vector<StaffResult>& results);

}  // namespace tripos::results

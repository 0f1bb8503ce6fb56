// SPDX-License-Identifier: MIT
#pragma once
// Paper: an exam as its candidates see it. *Invariant:* no type in this file has a field that tells
// which option is correct or which number is asked for, so none can be cached or sent.
//
// A paper is kept as bytes: ready-made JSON around one gap per question, into which the caller's
// own answer is copied. Reading it makes views, and compresses each stretch of ready-made JSON once
// for the clients that take gzip. Immutable once published; thread-safe.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exams/exam.hpp"
#include "http/gzip_body.hpp"

namespace tripos::attempts {

struct PaperQuestion {
    exams::ExamQuestion question;
    std::vector<questions::ShownOption> options;  ///< in the order shown
};

/// What candidates see of it besides its options.
inline constexpr auto kPaperMembers = entity::joined(
    entity::only(exams::kQuestionMembers, &exams::ExamQuestion::id, &exams::ExamQuestion::order),
    entity::Table(questions::marks_member(nullptr, &exams::ExamQuestion::marks, "marks")),
    entity::only(exams::kQuestionMembers, &exams::ExamQuestion::negative_marks,
                 &exams::ExamQuestion::question_id, &exams::ExamQuestion::statement,
                 &exams::ExamQuestion::format, &exams::ExamQuestion::type,
                 &exams::ExamQuestion::domain));

/// What they see of the exam.
inline constexpr auto kPaperExamMembers = entity::only(
    exams::kMembers, &exams::Exam::id, &exams::Exam::title, &exams::Exam::instructions);

/// What is told of a paper before it is seen, and with it.
struct PaperSummary {
    std::int64_t question_count = 0;
    questions::Marks total_marks = 0;
    bool has_formulas = false;  ///< in a question, an option or the instructions
};

inline constexpr auto kSummaryMembers =
    entity::Table(entity::Member{nullptr, &PaperSummary::question_count, "totalQuestions"},
                  questions::marks_member(nullptr, &PaperSummary::total_marks, "totalMarks"),
                  entity::Member{nullptr, &PaperSummary::has_formulas, "hasFormulas"});

/// The paper's bytes. `exam` gives kPaperExamMembers.
std::string encode_paper(const exams::Exam& exam, const std::vector<PaperQuestion>& questions);

/// Views into the bytes it keeps alive.
class Paper {
  public:
    struct Question {
        std::string_view id;
        questions::QuestionType type = questions::QuestionType::single_correct;
        std::vector<std::string_view> option_ids;
        std::string_view json;  ///< from the end of the answer before it to its own answer
    };

    /// Nothing when the bytes are of another format.
    static std::optional<Paper> read(std::shared_ptr<const std::string> bytes);

    const PaperSummary& summary() const { return summary_; }
    std::string_view head() const { return head_; }  ///< the page up to the first question
    const std::vector<Question>& questions() const { return questions_; }
    /// The question of that id, or null.
    const Question* find(std::string_view question_id) const;
    std::size_t size() const { return bytes_->size(); }
    /// head(), then each question's json, compressed.
    const std::vector<http::GzipPiece>& pieces() const { return pieces_; }
    std::size_t packed_size() const { return packed_size_; }
    /// What it holds on the heap besides its bytes.
    friend std::size_t decoded_bytes(const Paper& paper);

  private:
    void pack();

    std::shared_ptr<const std::string> bytes_;
    PaperSummary summary_;
    std::string_view head_;
    std::vector<Question> questions_;
    std::unordered_map<std::string_view, std::size_t> places_;  ///< in questions_, by id
    std::vector<http::GzipPiece> pieces_;
    std::size_t packed_size_ = 0;
};

/// One saved answer, as the attempt's page shows it.
struct SavedAnswer {
    std::string_view question_id;
    std::string_view json;  ///< `{"selectedOptionIds":[...],"numericalAnswer":...}`
};

/// How the answer's bytes are to be written.
enum class PageCoding { plain, gzip };

/// The whole answer of GET /exam-attempt/:examId/attempt: the paper, and behind it these members,
/// `"a":1,"b":2`.
std::string attempt_page(const Paper& paper, const std::vector<SavedAnswer>& answers,
                         std::string_view members, PageCoding coding = PageCoding::plain);

}  // namespace tripos::attempts

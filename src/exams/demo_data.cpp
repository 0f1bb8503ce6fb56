// SPDX-License-Identifier: MIT
#include "exams/demo_data.hpp"

#include "core/id.hpp"
#include "exams/attempt_grading.hpp"
#include "exams/exam_store.hpp"
#include "exams/question_store.hpp"

namespace tripos::exams {

namespace {

/// An option's text; a leading '*' marks a correct one. Without options `value` and `tolerance` are
/// the key.
struct DemoQuestion {
    const char* statement;
    const char* domain;
    const char* difficulty;
    Marks marks;
    Marks negative_marks;
    std::vector<std::string> options;
    const char* value = "";
    const char* tolerance = "0";
};

std::vector<DemoQuestion> demo_questions() {
    return {
        {"Which data structure gives first-in, first-out order?",
         "computer science",
         "EASY",
         1000,
         0,
         {"Stack", "*Queue", "Binary heap", "Hash table"}},
        {"What is the worst-case time of binary search in a sorted array of n elements?",
         "computer science",
         "EASY",
         1000,
         250,
         {"O(1)", "*O(log n)", "O(n)", "O(n log n)"}},
        {"Which of these sorting algorithms are stable in their usual form?",
         "computer science",
         "MEDIUM",
         2000,
         500,
         {"*Merge sort", "Heap sort", "*Insertion sort", "Quick sort"}},
        {"How many edges has a tree with 25 vertices?",
         "computer science",
         "EASY",
         1000,
         0,
         {},
         "24"},
        {"Which properties does a database transaction promise under ACID?",
         "databases",
         "MEDIUM",
         2000,
         500,
         {"*Atomicity", "*Isolation", "Availability", "*Durability"}},
        {"Which SQL clause filters groups after aggregation?",
         "databases",
         "EASY",
         1000,
         250,
         {"WHERE", "*HAVING", "GROUP BY", "ORDER BY"}},
        {"What is the decimal value of the hexadecimal number 7E?",
         "computer science",
         "EASY",
         1000,
         0,
         {},
         "126"},
        {"Which layer of the Internet protocol suite does TCP belong to?",
         "networks",
         "EASY",
         1000,
         250,
         {"Link", "Internet", "*Transport", "Application"}},
        {"Which of these protocols run over UDP by default?",
         "networks",
         "MEDIUM",
         2000,
         500,
         {"*DNS", "SSH", "*NTP", "SMTP"}},
        {"A link carries 40 megabits per second. How many megabytes does it carry in 10 seconds?",
         "networks",
         "MEDIUM",
         2000,
         0,
         {},
         "50"},
        {"What is the acceleration of free fall near the surface of the Earth, in m/s2?",
         "physics",
         "EASY",
         1000,
         0,
         {},
         "9.81",
         "0.02"},
        {"Which planet of the solar system has the shortest year?",
         "general knowledge",
         "EASY",
         1000,
         250,
         {"Venus", "*Mercury", "Mars", "Neptune"}},
        {"Which of these numbers are prime?",
         "mathematics",
         "EASY",
         2000,
         500,
         {"*2", "51", "*97", "91"}},
        {"What is the value of the integral of x from 0 to 3?",
         "mathematics",
         "MEDIUM",
         2000,
         0,
         {},
         "4.5"},
        {"Which gas makes up the largest part of the Earth's atmosphere?",
         "general knowledge",
         "EASY",
         1000,
         250,
         {"Oxygen", "*Nitrogen", "Argon", "Carbon dioxide"}},
    };
}

/// One run of the seeding, inside its transaction.
class Seeder {
  public:
    Seeder(sql::Session& session, Timestamp now, Random& random)
        : session_(session), now_(now), random_(random) {}

    DemoExams run(const std::vector<std::string>& candidates) {
        const auto questions = insert_questions();
        using std::chrono::hours;
        using std::chrono::minutes;
        DemoExams made;
        made.ended_id = insert_exam({.title = "Foundations: last week's test",
                                     .description = "Over. Its results and leaderboard are out.",
                                     .duration = minutes(60),
                                     .start_at = now_ - hours(26),
                                     .end_at = now_ - hours(24)},
                                    questions);
        made.upcoming_id = insert_exam({.title = "Tomorrow's quiz",
                                        .description = "Opens in a day.",
                                        .duration = minutes(45),
                                        .start_at = now_ + hours(24),
                                        .end_at = now_ + hours(26)},
                                       questions);
        made.live_id = insert_exam({.title = "Open test",
                                    .description = "Start whenever you like: it is open now.",
                                    .duration = minutes(60),
                                    .start_at = now_ - minutes(10),
                                    .end_at = now_ + hours(2)},
                                   questions);
        insert_attempts(made.ended_id, questions, candidates);
        return made;
    }

  private:
    std::string id() { return new_id(now_, random_); }

    std::vector<Question> insert_questions() {
        std::vector<Question> questions;
        for (const auto& demo : demo_questions()) {
            Question question{.id = id(),
                              .statement = demo.statement,
                              .domain = demo.domain,
                              .marks = demo.marks,
                              .negative_marks = demo.negative_marks,
                              .difficulty = demo.difficulty,
                              .created_at = now_,
                              .updated_at = now_};
            std::int64_t correct = 0;
            for (const auto& text : demo.options) {
                const bool is_correct = text.starts_with('*');
                correct += is_correct ? 1 : 0;
                question.options.push_back({.id = id(),
                                            .text = text.substr(is_correct ? 1 : 0),
                                            .is_correct = is_correct});
            }
            question.type =
                correct > 1 ? QuestionType::multiple_correct : QuestionType::single_correct;
            if (demo.options.empty()) {
                question.type = QuestionType::numerical;
                question.key = NumericalKey{.value = demo.value, .tolerance = demo.tolerance};
            }
            question_store::insert(session_, question);
            questions.push_back(std::move(question));
        }
        return questions;
    }

    std::string insert_exam(Exam exam, const std::vector<Question>& questions) {
        exam.id = id();
        exam.release_at = exam.end_at;
        exam.status = ExamStatus::published;
        exam.created_at = exam.updated_at = now_;
        exam_store::insert(session_, exam);
        std::int64_t order = 0;
        for (const auto& question : questions) {
            exam_store::add_question(session_, exam.id,
                                     {.id = id(),
                                      .question_id = question.id,
                                      .order = ++order,
                                      .marks = question.marks,
                                      .negative_marks = question.negative_marks});
        }
        return exam.id;
    }

    /// Each candidate is right about another share of the questions, so that the leaderboard has a
    /// shape.
    void insert_attempts(const std::string& exam_id, const std::vector<Question>& questions,
                         const std::vector<std::string>& candidates) {
        using std::chrono::minutes;
        const auto started_at = now_ - minutes(25 * 60 + 30);
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            const Attempt attempt{.id = id(),
                                  .exam_id = exam_id,
                                  .user_id = candidates[i],
                                  .started_at = started_at,
                                  .deadline_at = started_at + minutes(60),
                                  .deadline_reason = "DURATION"};
            attempt_store::insert(session_, attempt);
            for (std::size_t j = 0; j < questions.size(); ++j) {
                const auto luck = (i * 7 + j * 3) % 10;
                if (luck < 9) {
                    const auto answer = answer_to(questions[j], luck < 4 + i % 5);
                    attempt_store::save_answer(session_, exam_id, candidates[i], answer,
                                               started_at + minutes(static_cast<int>(j)));
                }
            }
            const auto handed_in = started_at + minutes(30 + static_cast<int>(i % 25));
            grade_attempts(session_,
                           attempt_store::submit(session_, exam_id, candidates[i], handed_in),
                           NegativeMarks::count);
        }
    }

    static Answer answer_to(const Question& question, bool is_right) {
        Answer answer{.question_id = question.id};
        if (question.key) {
            answer.number = is_right ? question.key->value : "1";
        }
        for (const auto& option : question.options) {
            if (option.is_correct == is_right) {
                answer.option_ids.push_back(option.id);
            }
        }
        if (question.type == QuestionType::single_correct) {
            answer.option_ids.resize(1);
        }
        return answer;
    }

    sql::Session& session_;
    const Timestamp now_;
    Random& random_;
};

}  // namespace

Task<DemoExams> seed_demo(sql::Database& database, const Clock& clock, Random& random,
                          std::vector<std::string> candidate_ids) {
    auto work = [now = clock.now(), &random, candidate_ids](sql::Session& session) {
        Seeder seeder(session, now, random);
        return seeder.run(candidate_ids);
    };
    co_return co_await database.write(std::move(work));
}

}  // namespace tripos::exams

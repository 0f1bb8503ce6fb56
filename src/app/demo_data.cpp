// SPDX-License-Identifier: MIT
#include "app/demo_data.hpp"

#include "attempts/answer_store.hpp"
#include "attempts/attempt_grading.hpp"
#include "core/id.hpp"
#include "core/text.hpp"
#include "exams/exam_store.hpp"
#include "questions/question_store.hpp"

namespace tripos::app {

namespace {

/// Domain, difficulty, marks and negative marks in thousandths, statement, and then the options,
/// the correct ones with a star, or the number that is asked for and its tolerance.
constexpr std::string_view kQuestions =
    R"(computer science|EASY|1000|0|Which data structure gives first-in, first-out order?|Stack;*Queue;Binary heap;Hash table
computer science|EASY|1000|250|What is the worst-case time of binary search in a sorted array of $n$ elements?|$O(1)$;*$O(\log n)$;$O(n)$;$O(n \log n)$
computer science|MEDIUM|2000|500|Which of these sorting algorithms are stable in their usual form?|*Merge sort;Heap sort;*Insertion sort;Quick sort
computer science|EASY|1000|0|How many edges has a tree with 25 vertices?|24|0
databases|MEDIUM|2000|500|Which properties does a database transaction promise under ACID?|*Atomicity;*Isolation;Availability;*Durability
databases|EASY|1000|250|Which SQL clause filters groups after aggregation?|WHERE;*HAVING;GROUP BY;ORDER BY
computer science|EASY|1000|0|What is the decimal value of the hexadecimal number 7E?|126|0
networks|EASY|1000|250|Which layer of the Internet protocol suite does TCP belong to?|Link;Internet;*Transport;Application
networks|MEDIUM|2000|500|Which of these protocols run over UDP by default?|*DNS;SSH;*NTP;SMTP
networks|MEDIUM|2000|0|A link carries 40 megabits per second. How many megabytes does it carry in 10 seconds?|50|0
physics|EASY|1000|0|What is the acceleration of free fall near the surface of the Earth, in m/s2?|9.81|0.02
general knowledge|EASY|1000|250|Which planet of the solar system has the shortest year?|Venus;*Mercury;Mars;Neptune
mathematics|EASY|2000|500|Which of these numbers are prime?|*2;51;*97;91
mathematics|MEDIUM|2000|0|What is the value of $\int_0^3 x\,dx$?|4.5|0
general knowledge|EASY|1000|250|Which gas makes up the largest part of the Earth's atmosphere?|Oxygen;*Nitrogen;Argon;Carbon dioxide)";

constexpr std::ptrdiff_t kQuestionsOfTheEnded = 9;

/// One run of the seeding, inside its transaction.
class Seeder {
  public:
    Seeder(sql::Session& session, Timestamp now, Random& random)
        : session_(session), now_(now), random_(random) {}

    DemoExams run(const std::vector<std::string>& candidates) {
        const auto all = insert_questions();
        // What is over asks other questions than what is still answered: its keys can be shown.
        const auto middle = all.begin() + kQuestionsOfTheEnded;
        const std::vector<questions::Question> first(all.begin(), middle);
        const std::vector<questions::Question> questions(middle, all.end());
        using std::chrono::hours;
        using std::chrono::minutes;
        const auto ended = insert_exam({.title = "Foundations: last week's test",
                                        .description = "Over. Its results and leaderboard are out.",
                                        .duration = minutes(60),
                                        .start_at = now_ - hours(26),
                                        .end_at = now_ - hours(24)},
                                       first);
        const auto upcoming = insert_exam({.title = "Tomorrow's quiz",
                                           .description = "Opens in a day.",
                                           .duration = minutes(45),
                                           .start_at = now_ + hours(24),
                                           .end_at = now_ + hours(26)},
                                          questions);
        const auto live = insert_exam({.title = "Open test",
                                       .description = "Start whenever you like: it is open now.",
                                       .duration = minutes(60),
                                       .start_at = now_ - minutes(10),
                                       .end_at = now_ + hours(2)},
                                      questions);
        insert_attempts(ended, first, candidates);
        DemoExams made;
        made.ended_id = ended.id;
        made.upcoming_id = upcoming.id;
        made.live_id = live.id;
        return made;
    }

  private:
    std::string id() { return new_id(now_, random_); }

    std::vector<questions::Question> insert_questions() {
        std::vector<questions::Question> questions;
        for (const auto line : split(kQuestions, '\n')) {
            const auto parts = split(line, '|');
            questions::Question question{
                .id = id(),
                .statement = std::string(parts[4]),
                .format = parts[4].find('$') == parts[4].npos ? questions::Format::plain
                                                              : questions::Format::markdown,
                .domain = std::string(parts[0]),
                .marks = std::stoll(std::string(parts[2])),
                .negative_marks = std::stoll(std::string(parts[3])),
                .difficulty = entity::from_text<questions::Difficulty>(parts[1]),
                .created_at = now_,
                .updated_at = now_};
            if (parts.size() > 6) {
                question.type = questions::QuestionType::numerical;
                question.key = questions::NumericalKey{.value = std::string(parts[5]),
                                                       .tolerance = std::string(parts[6])};
            } else {
                add_options(question, parts[5]);
            }
            questions::question_store::insert(session_, question);
            questions.push_back(std::move(question));
        }
        return questions;
    }

    void add_options(questions::Question& question, std::string_view options) {
        std::int64_t correct = 0;
        for (const auto text : split(options, ';')) {
            const bool is_correct = text.starts_with('*');
            correct += is_correct ? 1 : 0;
            question.options.push_back({.id = id(),
                                        .text = std::string(text.substr(is_correct ? 1 : 0)),
                                        .is_correct = is_correct});
        }
        question.type = correct > 1 ? questions::QuestionType::multiple_correct
                                    : questions::QuestionType::single_correct;
    }

    exams::Exam insert_exam(exams::Exam exam, const std::vector<questions::Question>& questions) {
        exam.id = id();
        exam.status = exams::ExamStatus::published;
        exam.option_salt = random_.hex(16);
        exam.created_at = exam.updated_at = now_;
        exams::exam_store::insert(session_, exam);
        exams::exam_store::pin_negative_marks(session_, exam.id, exams::NegativeMarks::count);
        std::int64_t order = 0;
        for (const auto& question : questions) {
            exams::exam_store::add_question(session_, exam.id,
                                            {.id = id(),
                                             .question_id = question.id,
                                             .order = ++order,
                                             .marks = question.marks,
                                             .negative_marks = question.negative_marks});
        }
        return exam;
    }

    /// Each candidate is right about another share of the questions, so that the leaderboard has a
    /// shape.
    void insert_attempts(const exams::Exam& exam, const std::vector<questions::Question>& questions,
                         const std::vector<std::string>& candidates) {
        using std::chrono::minutes;
        const auto started_at = now_ - minutes(25 * 60 + 30);
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            const attempts::Attempt attempt{.id = id(),
                                            .exam_id = exam.id,
                                            .user_id = candidates[i],
                                            .started_at = started_at,
                                            .deadline_at = started_at + minutes(60)};
            attempts::attempt_store::insert(session_, attempt);
            for (std::size_t j = 0; j < questions.size(); ++j) {
                const auto luck = (i * 7 + j * 3) % 10;
                if (luck < 9) {
                    attempts::AnswerSave save{.question_id = questions[j].id};
                    save.answer = answer_to(exam, questions[j], luck < 4 + i % 5);
                    attempts::answer_store::save(session_, exam.id, candidates[i], save, {},
                                                 started_at + minutes(static_cast<int>(j)));
                }
            }
            const auto handed_in = started_at + minutes(30 + static_cast<int>(i % 25));
            grade_attempts(session_, attempts::attempt_store::submit(session_, exam.id,
                                                                     candidates[i], handed_in));
        }
    }

    static attempts::Answer answer_to(const exams::Exam& exam, const questions::Question& question,
                                      bool is_right) {
        attempts::Answer answer{.question_id = question.id};
        if (question.key) {
            answer.number = is_right ? question.key->value : "1";
        }
        for (const auto& option : question.options) {
            if (option.is_correct == is_right) {
                answer.option_ids.push_back(exams::shown_option_id(exam, option.id));
            }
        }
        if (question.type == questions::QuestionType::single_correct) {
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

}  // namespace tripos::app

// SPDX-License-Identifier: MIT
// A database as the release before "Exams that are fair at the edges" left it: its exams end and
// are graded as they would have been.

#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

constexpr const char* kOver = "00000000-0000-7000-8000-0000000000e1";
constexpr const char* kLive = "00000000-0000-7000-8000-0000000000e2";
constexpr const char* kAsha = "00000000-0000-7000-8000-0000000000a1";
constexpr const char* kRavi = "00000000-0000-7000-8000-0000000000a2";

class ResultsUpgrade : public ExamSite {
  protected:
    void fill(std::vector<sql::Migration> steps) override {
        std::erase_if(steps, [](const sql::Migration& step) {
            return (step.module == "exams" && step.number > 4) ||
                   (step.module == "attempts" && step.number > 3);
        });
        test_database().migrate(std::move(steps));
        auto write = [now = to_millis(clock.now())](sql::Session& session) {
            write_questions(session);
            write_exam(session, kOver, now - 7'200'000, now - 3'600'000);
            write_exam(session, kLive, now - 600'000, now + 3'600'000);
            write_people(session);
            // Graded by that release: right, wrong, right.
            write_attempt(session, "00000000-0000-7000-8000-0000000000b1", kOver, kAsha, now);
            session.execute(
                "UPDATE attempts SET status = 'SUBMITTED', submitted_at = $1, score = 2000, "
                "question_marks = '2000,-1000,1000'",
                now - 3'700'000);
            write_attempt(session, "00000000-0000-7000-8000-0000000000b2", kLive, kRavi, now);
        };
        run(db().write(std::move(write)));
    }

    static std::string question(int number) {
        return "00000000-0000-7000-8000-0000000000d" + std::to_string(number);
    }
    static std::string option(char letter) {
        return std::string("00000000-0000-7000-8000-0000000000c") + letter;
    }

    static void write_questions(sql::Session& session) {
        const char* const types[] = {"SINGLE_CORRECT", "MULTIPLE_CORRECT", "NUMERICAL"};
        for (int i = 0; i < 3; ++i) {
            session.execute(
                "INSERT INTO questions (id, statement, question_type, domain, marks, "
                "negative_marks, difficulty, numerical_answer, tolerance, created_at, updated_at) "
                "VALUES ($1, 'q', $2, 'd', 1000, 0, 'EASY', $3, $4, 1, 1)",
                question(i), types[i], i == 2 ? std::optional<std::string>("9.8") : std::nullopt,
                i == 2 ? std::optional<std::string>("0.1") : std::nullopt);
        }
        // a is right in the first; c and d, but not e, in the second.
        for (const char letter : {'a', 'b', 'c', 'd', 'e'}) {
            const bool is_correct = letter == 'a' || letter == 'c' || letter == 'd';
            session.execute(
                "INSERT INTO question_options (id, question_id, text, is_correct, position) "
                "VALUES ($1, $2, 'o', $3, $4)",
                option(letter), question(letter < 'c' ? 0 : 1), is_correct, letter - 'a' + 1);
        }
    }
    static void write_exam(sql::Session& session, const char* id, std::int64_t start,
                           std::int64_t end) {
        session.execute(
            "INSERT INTO exams (id, title, description, duration_minutes, start_at, end_at, "
            "release_at, status, created_at, updated_at) "
            "VALUES ($1, 'E', '', 30, $2, $3, $3, 'PUBLISHED', $2, $2)",
            id, start, end);
        const std::int64_t marks[] = {2000, 3000, 1000};
        for (int i = 0; i < 3; ++i) {
            session.execute(
                "INSERT INTO exam_questions (id, exam_id, question_id, position, marks, "
                "negative_marks) VALUES ($1, $2, $3, $4, $5, $6)",
                std::string(id) + std::to_string(i), id, question(i), i + 1, marks[i],
                marks[i] == 3000 ? 1000 : 0);
        }
    }
    static void write_people(sql::Session& session) {
        for (const char* const id : {kAsha, kRavi}) {
            session.execute(
                "INSERT INTO users (id, email, email_canonical, full_name, password_hash, role, "
                "email_verified, extra_minutes, created_at, updated_at) "
                "VALUES ($1, $1, $1, $1, '', 'USER', 1, 0, 1, 1)",
                id);
        }
    }
    /// Began ten minutes ago, with the three answers.
    static void write_attempt(sql::Session& session, const char* id, const char* exam,
                              const char* candidate, std::int64_t now) {
        session.execute(
            "INSERT INTO attempts (id, exam_id, user_id, status, started_at, deadline_at, "
            "deadline_reason) VALUES ($1, $2, $3, 'IN_PROGRESS', $4, $5, 'DURATION')",
            id, exam, candidate, now - 600'000, now + 1'200'000);
        session.execute(
            "INSERT INTO answers (attempt_id, question_id, option_ids, number, saved_at) VALUES "
            "($1, $2, $3, NULL, 1), ($1, $4, $5, NULL, 1), ($1, $6, NULL, '9.9', 1)",
            id, question(0), option('a'), question(1), option('c') + "," + option('e'),
            question(2));
    }
    Reply results(const char* exam) {
        return get(staff, "/api/exam/" + std::string(exam) + "/results");
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, ResultsUpgrade, both_engines(), engine_name);

TEST_P(ResultsUpgrade, ExamsThatAreOverKeepTheirScores) {
    run(exams->exams.start());
    const auto path = "/api/result/" + std::string(kOver) + "/calculate";
    const auto again = post(staff, path);
    EXPECT_EQ(again.at("/graded"), "1");
    EXPECT_EQ(again.at("/changed"), "0");
    EXPECT_EQ(results(kOver).at("/data/0/score"), "2");
    EXPECT_EQ(results(kOver).at("/statistics/totalMarks"), "6");
}

TEST_P(ResultsUpgrade, ExamsThatRunEndAndAreGradedAsBefore) {
    run(exams->exams.start());
    const auto deadline = clock.now() + minutes(20);
    clock.advance(minutes(19));
    run(exams->finisher().finish_due());
    EXPECT_EQ(results(kLive).at("/data/0/status"), "IN_PROGRESS");
    clock.advance(minutes(2));
    run(exams->finisher().finish_due());
    const auto ended = results(kLive);
    EXPECT_EQ(ended.at("/data/0/status"), "AUTO_SUBMITTED");
    EXPECT_EQ(ended.at("/data/0/submittedAt"), to_iso8601(deadline));
    EXPECT_EQ(ended.at("/data/0/score"), "2");
}

TEST_P(ResultsUpgrade, CandidatesGoOnWithWhatTheyHad) {
    const auto status = post(staff, "/api/exam/" + std::string(kLive) + "/extend",
                             R"({"minutes":10,)" + confirming(kLive) + "}");
    EXPECT_EQ(status.at("/extendedAttempts"), "1");
    clock.advance(minutes(25));
    run(exams->finisher().finish_due());
    EXPECT_EQ(results(kLive).at("/data/0/status"), "IN_PROGRESS");
}

}  // namespace
}  // namespace tripos::test

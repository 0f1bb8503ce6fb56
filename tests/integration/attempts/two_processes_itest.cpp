// SPDX-License-Identifier: MIT
// What two processes do to one attempt at the same moment: on PostgreSQL, since SQLite has one
// writer.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <semaphore>
#include <thread>

#include "attempts/answer_store.hpp"
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

class AttemptsOfTwoProcesses : public ExamSite {};
INSTANTIATE_TEST_SUITE_P(Engines, AttemptsOfTwoProcesses, testing::Values(sql::Engine::postgres),
                         engine_name);

TEST_P(AttemptsOfTwoProcesses, AHandInWaitsForTheSaveThatCameBeforeIt) {
    const auto exam = publish_exam();
    start(asha, exam);
    const auto other = sql::Database::open(test_database().options());
    attempts::AnswerSave right{.question_id = exam.single};
    right.answer = attempts::Answer{.question_id = exam.single, .option_ids = {exam.right}};
    std::binary_semaphore is_saved{0};
    std::atomic<bool> is_handed_in = false;
    auto save = [&](sql::Session& session) {
        const bool is_taken = attempts::answer_store::save(session, exam.exam, asha.id, right,
                                                           "192.0.2.1", clock.now())
                                  .has_value();
        is_saved.release();
        const auto waiting = [&session] {
            return session.query_one("SELECT COUNT(*) FROM pg_locks WHERE NOT granted")->integer(0);
        };
        while (!is_handed_in && waiting() == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return is_taken && !is_handed_in;
    };
    auto held = asio::co_spawn(context(), other->write(std::move(save)), asio::use_future);
    is_saved.acquire();
    EXPECT_EQ(post(asha, "/api/exam-attempt/" + exam.exam + "/submit").status, 200);
    is_handed_in = true;
    EXPECT_TRUE(held.get());
    EXPECT_EQ(scalar("SELECT score FROM attempts"), "2000");
}

}  // namespace
}  // namespace tripos::test

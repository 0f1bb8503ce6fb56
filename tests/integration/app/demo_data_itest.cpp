// SPDX-License-Identifier: MIT
#include "app/demo_data.hpp"

#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

class DemoData : public ExamSite {};
INSTANTIATE_TEST_SUITE_P(Engines, DemoData, both_engines(), engine_name);

TEST_P(DemoData, IsComplete) {
    const std::vector<std::string> candidates{asha.id, ravi.id};
    const auto demo = run(app::seed_demo(db(), clock, random, candidates));
    run(cache->clear());
    EXPECT_EQ(get(asha, "/api/exam/live").at("/exams/0/id"), demo.live_id);
    EXPECT_EQ(get(asha, "/api/exam/upcoming").at("/exams/0/id"), demo.upcoming_id);
    EXPECT_EQ(get(asha, "/api/result/" + demo.ended_id + "/analysis").at("/totalQuestions"), "15");
    EXPECT_EQ(get(Person(), "/api/leaderboard/top-five").at("/count"), "2");
}

}  // namespace
}  // namespace tripos::test

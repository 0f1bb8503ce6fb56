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
    const auto analysis = get(asha, "/api/result/" + demo.ended_id + "/analysis");
    EXPECT_EQ(analysis.at("/totalQuestions"), "9");
    EXPECT_EQ(analysis.body.find(R"("keyHeld":true)"), std::string::npos);
    for (const auto& exam : {demo.live_id, demo.upcoming_id}) {
        const auto last = get(staff, "/api/exam/" + exam).at("/exam/questions/5/id");
        ASSERT_FALSE(last.empty());
        EXPECT_EQ(analysis.body.find(last), std::string::npos);
    }
    EXPECT_EQ(get(Person(), "/api/leaderboard/top-five").at("/count"), "2");
}

}  // namespace
}  // namespace tripos::test

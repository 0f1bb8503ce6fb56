// SPDX-License-Identifier: MIT
// Law 7: no cached value depends on the clock or on the caller. What Redis holds after one set of
// callers at one time is byte for byte what it holds after other callers at another.
#include <map>

#include "cache/detail/stored_value.hpp"
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class CachedValues : public ExamSite {
  protected:
    /// Every value in Redis by name, without header; emptied afterwards.
    std::map<std::string, std::string> take_all() {
        std::map<std::string, std::string> values;
        for (const auto& key : run(client->command({"KEYS", "*"})).elements) {
            const auto value = run(client->command({"GET", key.text}));
            if (auto stored = cache::unpack(value.text)) {
                values[key.text] = std::move(stored->payload);
            }
        }
        run(cache->clear());
        run(client->command({"FLUSHALL"}));
        return values;
    }

    void read_everything(const std::vector<Person>& callers, const ExamIds& exam) {
        for (const auto& caller : callers) {
            for (const char* path : {"/api/exam/live", "/api/exam/upcoming", "/api/result",
                                     "/api/leaderboard/top-five", "/api/exam/all"}) {
                get(caller, path);
            }
            get(caller, "/api/exam/" + exam.exam);
            get(caller, "/api/question/" + exam.single);
            get(caller, "/api/exam-attempt/" + exam.exam + "/attempt");
            get(caller, "/api/result/" + exam.exam + "/score");
            get(caller, "/api/result/" + exam.exam + "/analysis");
        }
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, CachedValues, both_engines(), engine_name);

TEST_P(CachedValues, DependNeitherOnTheClockNorOnTheCaller) {
    const auto exam = publish_exam();
    for (const auto& candidate : {asha, ravi}) {
        start(candidate, exam);
        save_options(candidate, exam, exam.single, {exam.right});
    }
    const auto extra = person("Extra time", {}, 30);
    take_all();
    read_everything({staff, asha, ravi, extra}, exam);
    const auto running = take_all();
    clock.advance(minutes(7));
    read_everything({extra, ravi, asha, staff}, exam);
    EXPECT_EQ(take_all(), running);
    EXPECT_TRUE(running.contains("exam:" + exam.exam + ":questions"));
    EXPECT_TRUE(running.contains("attempt:" + exam.exam + ":" + asha.id));

    for (const auto& candidate : {asha, ravi}) {
        EXPECT_EQ(post(candidate, "/api/exam-attempt/" + exam.exam + "/submit").status, 200);
    }
    clock.advance(minutes(120));
    take_all();
    read_everything({asha, staff, ravi, extra}, exam);
    const auto ended = take_all();
    clock.advance(minutes(60 * 24));
    read_everything({extra, ravi, staff, asha}, exam);
    EXPECT_EQ(take_all(), ended);
    EXPECT_TRUE(ended.contains("leaderboard:" + exam.exam));
    EXPECT_TRUE(ended.contains("user:" + asha.id + ":exams"));
    std::size_t results = 0;
    for (const auto& [name, payload] : ended) {
        results += name.starts_with("result:") ? 1 : 0;
    }
    EXPECT_EQ(results, 2U);
}

}  // namespace
}  // namespace tripos::test

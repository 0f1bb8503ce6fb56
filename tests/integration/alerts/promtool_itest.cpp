// SPDX-License-Identifier: MIT
// The judge of our evaluator is Prometheus' own: promtool gets the file of rules that we write, and
// must say of random histories what we said.

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "promtool.hpp"

namespace tripos::alerts::test {
namespace {

constexpr std::uint32_t kFirstSeed = 41;  // of eight in a row in which every rule fires and clears
constexpr std::size_t kSteps = 480;       // of 15 s
constexpr std::size_t kStride = 11;

struct Ended {
    int code;
    std::string said;
};

Ended run(const std::string& command) {
    Ended ended{.code = -1, .said = {}};
    if (auto* pipe = popen((command + " 2>&1").c_str(), "r")) {
        std::array<char, 4096> bytes{};
        while (const auto count = std::fread(bytes.data(), 1, bytes.size(), pipe)) {
            ended.said.append(bytes.data(), count);
        }
        ended.code = pclose(pipe);
    }
    return ended;
}

class PromtoolTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::filesystem::create_directories(folder);
        write("rules.yml", prometheus_rules());
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder / name) << text;
    }
    Ended promtool(const std::string& what, const std::string& name) const {
        return run("cd '" + folder.string() + "' && promtool " + what + ' ' + name);
    }

    struct Seen {
        std::set<std::string> fired;
        std::set<std::string> cleared;
    };

    /// Of so many histories.
    Seen say_the_same(std::uint32_t histories) {
        std::string tests = "rule_files: [rules.yml]\nevaluation_interval: 15s\ntests:\n";
        Seen seen;
        for (std::uint32_t seed = kFirstSeed; seed < kFirstSeed + histories; ++seed) {
            const auto lines = make_history(seed, kSteps);
            const auto said = verdicts(lines, kSteps);
            tests += promtool_test(lines, said, kStride);
            std::set<std::string> before;
            for (const auto& firing : said) {
                std::set<std::string> now;
                for (const auto& key : firing) {
                    now.insert(key.rule);
                    seen.fired.insert(key.rule);
                }
                for (const auto& rule : before) {
                    if (!now.contains(rule)) {
                        seen.cleared.insert(rule);
                    }
                }
                before = std::move(now);
            }
        }
        write("tests.yml", tests);
        const auto tested = promtool("test rules", "tests.yml");
        EXPECT_EQ(tested.code, 0) << tested.said.substr(0, 4'000);
        return seen;
    }

    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("alerts_itest." + std::to_string(getpid()));
};

TEST_F(PromtoolTest, AcceptsOurFileOfRules) {
    const auto checked = promtool("check rules", "rules.yml");
    EXPECT_EQ(checked.code, 0) << checked.said;
    EXPECT_NE(checked.said.find(std::to_string(rules().size()) + " rules found"), std::string::npos)
        << checked.said;
}

TEST_F(PromtoolTest, SaysOfRandomHistoriesWhatWeSay) {
    say_the_same(3);
}

TEST_F(PromtoolTest, SaysSoOfHistoriesInWhichEachRuleFiresAtLength) {
    const auto seen = say_the_same(8);
    for (const auto& rule : rules()) {  // or the histories say nothing
        EXPECT_TRUE(seen.fired.contains(std::string(rule.name))) << rule.name << " never fires";
        const bool is_too_long = rule.name == "SavesBurnSlow";  // it looks back for three days
        EXPECT_TRUE(seen.cleared.contains(std::string(rule.name)) || is_too_long)
            << rule.name << " never clears";
    }
}

TEST_F(PromtoolTest, NoticesAVerdictThatIsWrong) {
    const auto lines = make_history(1, kSteps);
    auto said = verdicts(lines, kSteps);
    said.back().push_back({.rule = "QueueStuck", .labels = {{"queue", "nobody's"}}});
    write("tests.yml", "rule_files: [rules.yml]\nevaluation_interval: 15s\ntests:\n" +
                           promtool_test(lines, said, kSteps - 1));
    EXPECT_NE(promtool("test rules", "tests.yml").code, 0);
}

}  // namespace
}  // namespace tripos::alerts::test

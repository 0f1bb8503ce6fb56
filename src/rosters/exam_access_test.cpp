// SPDX-License-Identifier: MIT
#include "rosters/exam_access.hpp"

#include <gtest/gtest.h>

#include "core/digest.hpp"

namespace tripos::rosters {
namespace {

const std::string kUrl = "https://exams.example/api/exam-attempt/1/start";

std::string code_of(const ExamAccess& access, const Arrival& arrival,
                    const std::vector<std::string>& cohorts = {}) {
    const auto refusal = refusal_of(access, cohorts, arrival);
    return refusal ? refusal->code : "";
}

TEST(ExamAccess, AsksNothingUnlessItIsToldTo) {
    EXPECT_EQ(code_of({}, {}), "");
    EXPECT_TRUE(ExamAccess().is_open());
    EXPECT_TRUE(admits({}, {}));
}

TEST(ExamAccess, IsForItsCohorts) {
    const ExamAccess access{.cohort_ids = {"a", "b"}};
    EXPECT_EQ(code_of(access, {}), "not_in_cohort");
    EXPECT_EQ(code_of(access, {}, {"c"}), "not_in_cohort");
    EXPECT_EQ(code_of(access, {}, {"c", "b"}), "");
}

TEST(ExamAccess, TakesTheCodeOfAnyRoomHoweverItIsTyped) {
    const ExamAccess access{.codes = {"Lab-7 Tiger", "\u00C4pfel"}};
    EXPECT_EQ(code_of(access, {}), "access_code_required");
    EXPECT_EQ(code_of(access, {.code = "  "}), "access_code_required");
    EXPECT_EQ(code_of(access, {.code = "lab-8 tiger"}), "access_code_wrong");
    EXPECT_EQ(code_of(access, {.code = " LAB-7 tiger "}), "");
    EXPECT_EQ(code_of(access, {.code = "a\u0308pfel"}), "");
}

TEST(ExamAccess, KnowsItsNetworks) {
    const ExamAccess access{.addresses = {"10.1.0.0/16", "2001:db8::/32"}};
    EXPECT_EQ(code_of(access, {.ip = "10.1.2.3"}), "");
    EXPECT_EQ(code_of(access, {.ip = "2001:db8::7"}), "");
    for (const auto* other : {"10.2.0.1", "2001:db9::7", "", "nonsense"}) {
        EXPECT_EQ(code_of(access, {.ip = other}), "address_not_allowed") << other;
    }
}

TEST(ExamAccess, ProvesSafeExamBrowserByTheHashOfAddressAndKey) {
    const std::string key(64, 'a');
    const Arrival right{.url = kUrl, .config_key_hash = sha256(kUrl + key)};
    EXPECT_EQ(code_of({.config_keys = {std::string(64, 'b'), key}}, right), "");
    EXPECT_EQ(code_of({.config_keys = {key}}, {.url = kUrl}), "safe_exam_browser_required");
    EXPECT_EQ(code_of({.config_keys = {key}},
                      {.url = kUrl + "2", .config_key_hash = right.config_key_hash}),
              "safe_exam_browser_required");
    EXPECT_EQ(code_of({.config_keys = {key}, .browser_keys = {key}}, right),
              "safe_exam_browser_required");
    EXPECT_EQ(code_of({.browser_keys = {key}}, {.url = kUrl, .request_hash = sha256(kUrl + key)}),
              "");
}

}  // namespace
}  // namespace tripos::rosters

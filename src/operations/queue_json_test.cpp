// SPDX-License-Identifier: MIT
#include "operations/queue_json.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace tripos::operations {
namespace {

StatedJob job_with(std::string data) {
    StatedJob stated{.job = {.id = "7", .name = "send-email", .data = std::move(data)},
                     .state = queue::JobState::failed};
    stated.job.failed_reason = "550 no such user";
    return stated;
}

std::string data_of(const StatedJob& stated, bool is_mail) {
    return boost::json::serialize(to_full_json(stated, is_mail).at("data"));
}

TEST(QueueJson, NeverShowsTheBodyOfAMail) {
    const auto stated = job_with(R"({"to":"a@b.c","html":"<a>secret</a>","text":"secret"})");
    EXPECT_EQ(
        data_of(stated, true),
        R"json({"to":"a@b.c","html":"(13 bytes, not shown)","text":"(6 bytes, not shown)"})json");
    EXPECT_EQ(data_of(stated, false), stated.job.data);
}

TEST(QueueJson, LeavesASealedBodySealed) {
    const auto stated = job_with(R"({"to":"a@b.c","sealed":"c2VhbGVk"})");
    EXPECT_EQ(data_of(stated, true), stated.job.data);
}

TEST(QueueJson, ShowsDataThatIsNoJsonAsTextOutsideTheMailQueue) {
    EXPECT_EQ(data_of(job_with("{oops"), false), R"("{oops")");
}

TEST(QueueJson, HidesDataOfAMailThatCannotBeRead) {
    EXPECT_EQ(data_of(job_with(R"({"html":"<a>secret)"), true), "\"(18 bytes, not shown)\"");
    EXPECT_EQ(data_of(job_with(R"(["secret"])"), true), "\"(10 bytes, not shown)\"");
}

TEST(QueueJson, ListsAJobWithoutItsPayload) {
    const auto members = to_json(job_with(R"({"html":"x"})"));
    EXPECT_EQ(members.at("state").as_string(), "failed");
    EXPECT_EQ(members.at("failedReason").as_string(), "550 no such user");
    EXPECT_EQ(members.at("dataBytes").to_number<int>(), 12);
    EXPECT_EQ(members.if_contains("data"), nullptr);
}

TEST(ParseJobState, KnowsTheStatesAndTheWordOfBullMQ) {
    for (const auto state : listed_states()) {
        EXPECT_EQ(parse_job_state(queue::to_string(state)), state);
    }
    EXPECT_EQ(parse_job_state("wait"), queue::JobState::waiting);
    EXPECT_FALSE(parse_job_state("unknown"));
    EXPECT_FALSE(parse_job_state(""));
}

}  // namespace
}  // namespace tripos::operations

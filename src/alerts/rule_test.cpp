// SPDX-License-Identifier: MIT
#include "alerts/rule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "alerts/evaluator.hpp"

namespace tripos::alerts {
namespace {

using namespace std::chrono_literals;

TEST(RuleTest, EachHasANameOfItsOwnAndEveryWord) {
    std::set<std::string_view> names;
    for (const auto& rule : rules()) {
        EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
        for (const auto text : {rule.summary, rule.means, rule.cure}) {
            EXPECT_FALSE(text.empty()) << rule.name;
            EXPECT_FALSE(text.ends_with('.')) << rule.name;
        }
        EXPECT_EQ(find_rule(rule.name), &rule);
    }
    EXPECT_EQ(find_rule("Nonsense"), nullptr);
}

TEST(RuleTest, EachRunbookIsAHeadingOfTheReference) {
    const auto page = reference();
    for (const auto& rule : rules()) {
        EXPECT_NE(page.find("\n### " + std::string(rule.name) + '\n'), std::string::npos);
        EXPECT_EQ(rule.runbook().find(' '), std::string::npos);
    }
}

/// A queue of which 1,000 jobs ended in 15 minutes, so many of them badly.
bool job_failures_fire(double failed) {
    History history(wanted_figures());
    Evaluator evaluator(rules());
    Timestamp now{};
    for (int i = 0; i <= 120; ++i, now += kEvaluationInterval) {
        const auto so_far = static_cast<double>(i) / 60;
        for (const auto& [result, count] :
             {std::pair("failed", failed), std::pair("completed", 1'000 - failed)}) {
            history.add(now, "tripos_queue_jobs_total", {{"queue", "email"}, {"result", result}},
                        count * so_far);
        }
        evaluator.look(history, now);
    }
    const auto found =
        evaluator.active().find({.rule = "JobFailures", .labels = {{"queue", "email"}}});
    return found != evaluator.active().end() && found->second.is_firing;
}

TEST(RuleTest, MoreThanOnePercentOfFailedJobsIsATicket) {
    EXPECT_FALSE(job_failures_fire(0));
    EXPECT_FALSE(job_failures_fire(9.9));
    EXPECT_TRUE(job_failures_fire(10.1));
    EXPECT_TRUE(job_failures_fire(500));
}

/// A figure that stays as it is.
struct Figure {
    std::string name;
    double value;
    Labels labels = {};
};

/// Whether a rule fires while all is like this, for half an hour.
bool fires_while(const std::string& rule, const std::vector<Figure>& figures,
                 const Labels& labels) {
    History history(wanted_figures());
    Evaluator evaluator(rules());
    for (Timestamp now{}; now <= Timestamp(30min); now += kEvaluationInterval) {
        for (const auto& one : figures) {
            history.add(now, one.name, one.labels, one.value);
        }
        evaluator.look(history, now);
    }
    const auto found = evaluator.active().find({.rule = rule, .labels = labels});
    return found != evaluator.active().end() && found->second.is_firing;
}

TEST(RuleTest, ADatabaseThatReadsAndAnswersNoWriteIsDown) {
    const auto fires = [](double up, double oldest) {
        return fires_while("DatabaseDown",
                           {{"tripos_sql_up", up}, {"tripos_sql_oldest_write_seconds", oldest}},
                           {});
    };
    EXPECT_TRUE(fires(0, 0));
    EXPECT_TRUE(fires(1, 21));
    EXPECT_FALSE(fires(1, 12));
}

/// Of the queue "email": seconds that the next job waits, and since one ended.
bool stuck_fires(double oldest, double idle, double paused) {
    const Labels email{{"queue", "email"}};
    return fires_while("QueueStuck",
                       {{"tripos_queue_oldest_seconds", oldest, email},
                        {"tripos_queue_idle_seconds", idle, email},
                        {"tripos_queue_paused", paused, email},
                        {"tripos_restore_held_count", 0}},
                       email);
}

TEST(RuleTest, AQueueIsStuckThatNeitherMovesNorIsPaused) {
    EXPECT_TRUE(stuck_fires(61, 301, 0));
    EXPECT_TRUE(stuck_fires(61, 1.7e9, 0)) << "none has ever ended";
    EXPECT_FALSE(stuck_fires(1'000, 20, 0)) << "another process works on it";
    EXPECT_FALSE(stuck_fires(2, 90'000, 0)) << "there was nothing to do";
    EXPECT_FALSE(stuck_fires(1'000, 1'000, 1)) << "paused";
}

TEST(RuleTest, NobodyIsWokenForWhatAHeldSiteLeavesUndone) {
    const Labels email{{"queue", "email"}};
    const auto nobody = Labels();
    for (const auto& [rule, labels] :
         {std::pair("NoWorkers", email), std::pair("QueueStuck", email),
          std::pair("OutboxOld", nobody), std::pair("CodesStuck", nobody),
          std::pair("DeadlinesLate", nobody)}) {
        for (const double held : {0, 1}) {
            EXPECT_EQ(fires_while(rule,
                                  {{"tripos_queue_workers", 0, email},
                                   {"tripos_queue_oldest_seconds", 900, email},
                                   {"tripos_queue_idle_seconds", 900, email},
                                   {"tripos_queue_paused", 0, email},
                                   {"tripos_mail_outbox_oldest_seconds", 900},
                                   {"tripos_mail_queued_seconds", 900},
                                   {"tripos_exams_overdue_seconds", 900},
                                   {"tripos_restore_held_count", held}},
                                  labels),
                      held == 0)
                << rule << ' ' << held;
        }
    }
}

/// So many mails with codes, each of which took 8 s, within a minute; seen at any time after that.
bool slow_codes_fire(int mails) {
    History history(wanted_figures());
    Evaluator evaluator(rules());
    bool has_fired = false;
    for (int i = 0; i <= 80; ++i) {
        const Timestamp now(kEvaluationInterval * i);
        const auto sent = std::clamp(i - 40, 0, mails);
        for (const auto& [le, count] :
             {std::pair("5", 0), std::pair("10", sent), std::pair("+Inf", sent)}) {
            history.add(now, "tripos_mail_delivery_seconds_bucket",
                        {{"class", "security"}, {"le", le}}, count);
        }
        history.add(now, "tripos_mail_delivery_seconds_count", {{"class", "security"}}, sent);
        evaluator.look(history, now);
        const auto found = evaluator.active().find({.rule = "CodesSlow", .labels = {}});
        has_fired = has_fired || (found != evaluator.active().end() && found->second.is_firing);
    }
    return has_fired;
}

TEST(RuleTest, AFewSlowCodesWakeNobody) {
    EXPECT_FALSE(slow_codes_fire(1));
    EXPECT_FALSE(slow_codes_fire(4));
    EXPECT_TRUE(slow_codes_fire(5));
}

TEST(HistoryTest, KeepsWhatIsWantedForAsLongAsItIs) {
    History history(History::Wanted{{{"wanted"}, 10min}});
    for (int i = 0; i < 1'000; ++i) {
        const Timestamp at(kEvaluationInterval * i);
        history.add(at, {{.name = "wanted", .labels = {}, .value = 1, .at_most = {}},
                         {.name = "other", .labels = {}, .value = 1, .at_most = {}}});
    }
    EXPECT_EQ(history.point_count(), 41U);
}

TEST(HistoryTest, ForgetsSeriesThatAreNoMore) {
    History history(History::Wanted{{{"wanted"}, 10min}});
    history.add(Timestamp(0s),
                {{.name = "wanted", .labels = {{"a", "b"}}, .value = 1, .at_most = {}}});
    history.add(Timestamp(11min), std::vector<MetricReading>());
    EXPECT_EQ(history.point_count(), 0U);
}

TEST(HistoryTest, LabelsWithoutEndDoNotFillTheMemory) {
    History history(History::Wanted{{{"wanted"}, 10min}});
    for (int i = 0; i < 10'000; ++i) {
        history.add(Timestamp(std::chrono::milliseconds(i)), "wanted",
                    {{"user", std::to_string(i)}}, 1);
    }
    EXPECT_EQ(history.point_count(), 2'000U);
}

TEST(HistoryTest, KeepsOfAFigureWhatARuleAsksFor) {
    History history(wanted_figures());
    const auto requests = [](const std::string& route, const char* status) {
        return MetricReading{.name = "tripos_http_requests_total",
                             .labels = {{"route", route}, {"status", status}},
                             .value = 1,
                             .at_most = {}};
    };
    for (int i = 0; i < 200; ++i) {
        history.add(Timestamp(std::chrono::milliseconds(i)),
                    {requests("/api/" + std::to_string(i), "2xx"),
                     requests("/api/exam-attempt/:examId/save", "5xx")});
    }
    EXPECT_EQ(history.point_count(), 200U);
}

TEST(HistoryTest, KeepsASeriesForTheLongestThatItIsWanted) {
    History history(History::Wanted{{{"wanted"}, 10min}, {{"wanted", {{"a", "b"}}}, 20min}});
    for (Timestamp at{}; at <= Timestamp(1h); at += 1min) {
        history.add(at, "wanted", {{"a", "b"}}, 1);
        history.add(at, "wanted", {{"a", "c"}}, 1);
        history.forget_before(at);
    }
    EXPECT_EQ(history.point_count(), 21U + 11U);
}

TEST(EvaluatorTest, OneThatIsPendingAndOverLeavesNothing) {
    History history(wanted_figures());
    Evaluator evaluator(rules());
    auto look = [&, now = Timestamp()](double workers) mutable {
        history.add(now, "tripos_queue_workers", {{"queue", "email"}}, workers);
        history.add(now, "tripos_restore_held_count", {}, 0);
        evaluator.look(history, now);
        now += kEvaluationInterval;
    };
    look(0);
    ASSERT_EQ(evaluator.active().size(), 1U);
    EXPECT_FALSE(evaluator.active().begin()->second.is_firing);
    look(1);
    EXPECT_TRUE(evaluator.active().empty());
}

TEST(EvaluatorTest, WhatFiredBeforeTheRestartFiresUntilItIsSeenNotTo) {
    History history(wanted_figures());
    Evaluator evaluator(rules());
    const AlertKey key{.rule = "NoWorkers", .labels = {{"queue", "email"}}};
    const Timestamp start{100h};
    evaluator.restore(key, start - 1h);
    evaluator.look(history, start);
    EXPECT_TRUE(evaluator.active().at(key).is_firing);
    evaluator.look(history, start + kKeepFiring - 1s);
    EXPECT_TRUE(evaluator.active().contains(key));
    evaluator.look(history, start + kKeepFiring);
    EXPECT_TRUE(evaluator.active().empty());
}

TEST(EvaluatorTest, SaysNothingOfWhatOnlyOthersCanSee) {
    History history(wanted_figures());
    Evaluator evaluator(rules());
    evaluator.look(history, Timestamp(1h));  // there is no `up`
    EXPECT_TRUE(evaluator.active().empty());
}

}  // namespace
}  // namespace tripos::alerts

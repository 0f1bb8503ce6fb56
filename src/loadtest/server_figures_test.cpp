// SPDX-License-Identifier: MIT
#include "loadtest/server_figures.hpp"

#include <gtest/gtest.h>

namespace tripos::loadtest {
namespace {

TEST(ServerFigures, AddsUpOverLabels) {
    const auto figures = parse_figures(
        "# HELP tripos_cache_lookups_total Cache lookups\n"
        "tripos_cache_lookups_total{family=\"exam\",result=\"process\"} 6\n"
        "tripos_cache_lookups_total{family=\"exam\",result=\"miss\"} 2\n"
        "tripos_sql_statements_total 1e+03\n"
        "tripos_queue_jobs_total{queue=\"email\",result=\"failed\"} 1\n"
        "tripos_queue_jobs{queue=\"email\",state=\"waiting\"} 4\n"
        "tripos_queue_jobs{queue=\"email\",state=\"completed\"} 9\n"
        "nonsense\n");
    EXPECT_EQ(figures.hits, 6);
    EXPECT_EQ(figures.lookups, 8);
    EXPECT_EQ(figures.statements, 1000);
    EXPECT_EQ(figures.failed, 1);
    EXPECT_EQ(figures.waiting, 4);
}

TEST(ServerFigures, CountsFromTheFirstLookAndAcrossARestart) {
    ServerFigures figures;
    figures.add(0, "tripos_sql_statements_total 100\n");
    figures.add(1, "tripos_sql_statements_total 150\n");
    figures.add(2, "tripos_sql_statements_total 30\n");
    EXPECT_EQ(figures.total().statements, 80);
    EXPECT_EQ(figures.samples().size(), 3U);
}

TEST(ServerFigures, CountsMailsThatWereQueuedInTime) {
    const auto figures = parse_figures(
        "tripos_mail_queueing_seconds_bucket{class=\"notice\",le=\"0.5\"} 6\n"
        "tripos_mail_queueing_seconds_bucket{class=\"notice\",le=\"1\"} 7\n"
        "tripos_mail_queueing_seconds_count{class=\"notice\"} 9\n"
        "tripos_mail_queueing_seconds_bucket{class=\"security\",le=\"1\"} 2\n"
        "tripos_mail_queueing_seconds_count{class=\"security\"} 2\n"
        "tripos_mail_queueing_seconds_count{class=\"bulk\"} 100\n");
    EXPECT_EQ(figures.mails, 11);
    EXPECT_EQ(figures.mails_in_time, 9);
}

}  // namespace
}  // namespace tripos::loadtest

// SPDX-License-Identifier: MIT
#include "operations/route_class.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tripos::operations {
namespace {

TEST(RouteClass, GoesByWhatPeopleWaitFor) {
    struct Row {
        std::string_view route;
        std::string_view expected;
    };
    for (const auto& [route, expected] : std::initializer_list<Row>{
             {"/api/exam-attempt/:examId/save", "saves"},
             {"/api/exam-attempt/:examId/saves", "saves"},
             {"/api/exam-attempt/:examId/submit", "saves"},
             {"/api/exam-attempt/:examId/start", "papers"},
             {"/api/exam-attempt/:examId/attempt", "papers"},
             {"/api/exam-attempt/:examId/status", "api"},
             {"/api/auth/login", "login"},
             {"/api/admin/queues/:name", "admin"},
             {"/api/exam/live", "api"},
             {"/readyz", "probes"},
             {"/exams/:examId", "pages"},
             {"/", "pages"},
             {"", "pages"},
         }) {
        EXPECT_EQ(route_class(route), expected) << route;
        EXPECT_NE(std::find(kRouteClasses.begin(), kRouteClasses.end(), expected),
                  kRouteClasses.end());
    }
}

}  // namespace
}  // namespace tripos::operations

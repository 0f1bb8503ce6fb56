// SPDX-License-Identifier: MIT
#include "http/json_text.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace tripos::http {
namespace {

TEST(JsonText, WritesNumbersAsPeopleDo) {
    struct Row {
        const char* given;
        const char* written;
    };
    for (const auto& [given, written] :
         {Row{"1.0", "1"}, Row{"0.5", "0.5"}, Row{"-0.25", "-0.25"}, Row{"1e300", "1e+300"},
          Row{"0.001", "0.001"}, Row{"100.0", "100"}, Row{"7", "7"}, Row{"-7", "-7"},
          Row{"null", "null"}, Row{R"("1.0E \\\"E")", R"("1.0E \\\"E")"},
          Row{R"({"E":[1.0,{"b\"":2.5,"c":true}],"d":"E"})",
              R"({"E":[1,{"b\"":2.5,"c":true}],"d":"E"})"}}) {
        EXPECT_EQ(json_text(boost::json::parse(given)), written);
    }
}

}  // namespace
}  // namespace tripos::http

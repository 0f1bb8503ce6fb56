// SPDX-License-Identifier: MIT
#include "telemetry/trace_context.hpp"

#include <gtest/gtest.h>

namespace tripos::trace {
namespace {

constexpr const char* kGood = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(Traceparent, IsReadAndWritten) {
    const auto context = parse_traceparent(kGood);
    ASSERT_TRUE(context);
    EXPECT_EQ(to_hex(context->trace_id), "0af7651916cd43dd8448eb211c80319c");
    EXPECT_EQ(to_hex(context->span_id), "b7ad6b7169203331");
    EXPECT_TRUE(context->is_sampled);
    EXPECT_EQ(to_traceparent(*context), kGood);
}

TEST(Traceparent, KeepsToItsForm) {
    const std::string good = kGood;
    const auto with = [&good](std::size_t at, char c) {
        auto text = good;
        text[at] = c;
        return text;
    };
    const std::string bad[] = {"",
                               "00",
                               good.substr(1),
                               good.substr(0, 54),
                               good + "0",
                               good + "-00",           // version 00 has no more
                               "ff" + good.substr(2),  // no version
                               with(0, 'g'),
                               with(2, '_'),
                               with(35, ' '),
                               with(52, '0'),
                               with(10, 'A'),  // lower case only
                               with(54, 'x'),
                               "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                               "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                               "cc" + good.substr(2) + "x"};
    for (const auto& text : bad) {
        EXPECT_FALSE(parse_traceparent(text)) << text;
    }
}

TEST(Traceparent, OfALaterVersionIsReadAsFarAsItIsKnown) {
    const std::string rest = std::string(kGood).substr(2);
    EXPECT_TRUE(parse_traceparent("cc" + rest));
    EXPECT_TRUE(parse_traceparent("cc" + rest + "-what-the-future-brings"));
}

TEST(Traceparent, FlagsBesidesSampledMeanNothing) {
    const auto with_flags = [](const char* flags) {
        return parse_traceparent(std::string(kGood).substr(0, 53) + flags);
    };
    EXPECT_TRUE(with_flags("ff")->is_sampled);
    EXPECT_TRUE(with_flags("03")->is_sampled);
    EXPECT_FALSE(with_flags("00")->is_sampled);
    EXPECT_FALSE(with_flags("fe")->is_sampled);
}

TEST(Carrier, IsWhatBullMqKeepsWithAJob) {
    const auto context = *parse_traceparent(kGood);
    EXPECT_EQ(to_carrier(context), std::string(R"({"traceparent":")") + kGood + R"("})");
    EXPECT_EQ(parse_carrier(to_carrier(context)), context);
    EXPECT_EQ(
        parse_carrier(std::string(R"({"tracestate":"a=b","traceparent":")") + kGood + R"("})"),
        context);
}

TEST(Carrier, MayHoldAnything) {
    const std::string bad[] = {"",
                               "{",
                               "[]",
                               "null",
                               kGood,
                               R"({"traceparent":7})",
                               R"({"traceparent":"00-x"})",
                               std::string(5'000, '['),
                               std::string(R"({"x":")") + std::string(5'000, 'x') + R"("})"};
    for (const auto& text : bad) {
        EXPECT_FALSE(parse_carrier(text)) << text.substr(0, 40);
    }
}

}  // namespace
}  // namespace tripos::trace

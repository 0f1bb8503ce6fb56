// SPDX-License-Identifier: MIT
#include "notices/outbox.hpp"

#include <gtest/gtest.h>

#include "core/text.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"

namespace tripos::notices {
namespace {

struct Fixture {
    test::FakeClock clock;
    test::SeededRandom random;
    Outbox outbox{Secret("a secret"), true, clock, random};
};

TEST(OutboxSeal, OpensWhatItSealed) {
    const Fixture f;
    for (const std::string html : {"", "<p>123456</p>"}) {
        EXPECT_EQ(f.outbox.unseal("id", f.outbox.seal("id", html)), html);
    }
}

TEST(OutboxSeal, HidesTheTextAndNeverRepeatsItself) {
    const Fixture f;
    const auto sealed = f.outbox.seal("id", "<p>123456</p>");
    EXPECT_EQ(sealed.find("123456"), std::string::npos);
    EXPECT_EQ(base64_decode(sealed)->find("123456"), std::string::npos);
    EXPECT_NE(sealed, f.outbox.seal("id", "<p>123456</p>"));
}

TEST(OutboxSeal, RefusesWhatWasAlteredOrMovedToAnotherMail) {
    const Fixture f;
    const auto sealed = f.outbox.seal("id", "<p>123456</p>");
    EXPECT_FALSE(f.outbox.unseal("another id", sealed));
    for (const std::size_t at : {0U, 30U, 40U}) {
        auto altered = sealed;
        altered[at] = altered[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(f.outbox.unseal("id", altered)) << at;
    }
    EXPECT_FALSE(f.outbox.unseal("id", sealed.substr(0, 40)));
    EXPECT_FALSE(f.outbox.unseal("id", ""));
    EXPECT_FALSE(f.outbox.unseal("id", "not base64!"));
}

TEST(OutboxSeal, DependsOnTheServersSecret) {
    Fixture f;
    const Outbox other(Secret("another secret"), true, f.clock, f.random);
    EXPECT_FALSE(other.unseal("id", f.outbox.seal("id", "text")));
}

}  // namespace
}  // namespace tripos::notices

// SPDX-License-Identifier: MIT
// The watchdog notices whatever stands still, and takes a database that is away for none of it.
#include "app/watchdog.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "support/test_database.hpp"

namespace tripos::app {
namespace {

using namespace std::chrono_literals;

class WatchdogTest : public test::OnBothEngines {
  protected:
    WatchdogTest() { threads_.start(); }

    /// Within the time that this may take, asked again and again.
    static bool comes(Watchdog& watchdog) {
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (!watchdog.all_move()) {
            if (std::chrono::steady_clock::now() > end) {
                return false;
            }
            std::this_thread::sleep_for(1ms);
        }
        return true;
    }

    /// What was asked before something stood still may be answered; what is asked then is not.
    static void expect_silence(Watchdog& watchdog) {
        int answers = 0;
        for (int look = 0; look < 50; ++look) {
            std::this_thread::sleep_for(1ms);
            answers += watchdog.all_move() ? 1 : 0;
        }
        EXPECT_LE(answers, 1);
    }

    static void expect_silence_until(Watchdog& watchdog, std::promise<void>& held) {
        expect_silence(watchdog);
        held.set_value();
        EXPECT_TRUE(comes(watchdog));
    }

    IoThreads threads_{2};
};

TEST_P(WatchdogTest, IsFedWhileAllMove) {
    Watchdog watchdog(threads_, db());
    for (int look = 0; look < 20; ++look) {
        EXPECT_TRUE(comes(watchdog));
    }
}

TEST_P(WatchdogTest, MissesEachContextThatStandsStill) {
    for (auto* context : threads_.all()) {
        Watchdog watchdog(threads_, db());
        ASSERT_TRUE(comes(watchdog));
        std::promise<void> held;
        std::promise<void> entered;
        asio::post(*context, [&] {
            entered.set_value();
            held.get_future().wait();
        });
        entered.get_future().wait();
        expect_silence_until(watchdog, held);
    }
}

TEST_P(WatchdogTest, MissesAWriterLaneThatStandsStill) {
    Watchdog watchdog(threads_, db());
    ASSERT_TRUE(comes(watchdog));
    std::promise<void> held;
    std::promise<void> entered;
    std::promise<void> done;
    db().post_write(
        [&](sql::Session&) {
            entered.set_value();
            held.get_future().wait();
        },
        [&](const std::exception_ptr&) { done.set_value(); });
    entered.get_future().wait();
    expect_silence_until(watchdog, held);
    done.get_future().wait();
}

TEST_P(WatchdogTest, ARefusalAtOnceIsNoAnswer) {
    Watchdog watchdog(threads_, db());
    ASSERT_TRUE(comes(watchdog));
    db().close();
    expect_silence(watchdog);
}

INSTANTIATE_TEST_SUITE_P(Engines, WatchdogTest, test::both_engines(), test::engine_name);

}  // namespace
}  // namespace tripos::app

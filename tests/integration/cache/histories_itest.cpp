// SPDX-License-Identifier: MIT
// Random histories: three processes read and write the same few keys through caches of their own on
// one real Redis, while processes are killed and frozen, Redis is killed, restarted and frozen,
// connections are killed and cut, and keys vanish. No read may return what was invalidated before
// it began, by the measure of the freshness it asked for (histories/cache_agent.cpp judges each).
// The same history without any one guard of the protocol finds a stale read.
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <random>

#include "cache_site.hpp"
#include "histories/board.hpp"
#include "redis/detail/child_process.hpp"
#include "support/redis_gate.hpp"

namespace tripos::cache {
namespace {

using namespace std::chrono_literals;
using test::await;
using test::TestRedis;
using tripos::test::Board;
using tripos::test::MappedBoard;
using tripos::test::RedisGate;
using Clock = std::chrono::steady_clock;

class History {
  public:
    History(std::string guard, unsigned seed, const std::string& settings = "")
        : guard_(std::move(guard)),
          random_(seed),
          server_(TestRedis::Persistence::append_only, "appendfsync no\n" + settings),
          folder_(std::filesystem::path(server_.socket_path()).parent_path().string()),
          board_(folder_ + "/board", MappedBoard::Mode::create) {
        for (std::size_t i = 0; i < agents_.size(); ++i) {
            launch(i);
        }
    }
    ~History() {
        for (std::size_t i = 0; i < agents_.size(); ++i) {
            kill(i);
        }
    }
    History(const History&) = delete;
    History& operator=(const History&) = delete;

    /// Disturbances, with up to twice `rest` between them, until the time is over or a stale read
    /// is found; on a busy machine up to `more`, until it was a history worth the name.
    void disturb(Clock::duration time, std::chrono::milliseconds rest, Clock::duration more) {
        const auto end = Clock::now() + time;
        const auto last_end = end + more;
        while (Clock::now() < (shortfall().empty() ? end : last_end) && violations() == 0) {
            disturb_once();
            const auto next = Clock::now() + std::chrono::milliseconds(
                                                 below(2 * static_cast<unsigned>(rest.count())));
            while (Clock::now() < next && violations() == 0) {
                std::this_thread::sleep_for(10ms);
            }
        }
    }
    /// Undisturbed again, every process serves from its memory without a restart.
    void recover() {
        board_->is_calm = true;
        for (auto& tally : board_->tallies) {
            const auto before = tally.process_hits.load();
            await([&] { return tally.process_hits.load() > before + 50; });
        }
    }
    /// Every process ends by itself.
    void end() {
        board_->is_over = true;
        for (auto& agent : agents_) {
            int status = -1;
            await([&] { return waitpid(agent, &status, WNOHANG) == agent; });
            EXPECT_EQ(status, 0);
            agent = 0;
        }
    }

    std::uint32_t violations() { return board_->violations.load(); }
    std::string first_violation() { return board_->first_violation.data(); }
    std::uint64_t sum(std::atomic<std::uint64_t> Board::Tally::*of) {
        std::uint64_t sum = 0;
        for (auto& tally : board_->tallies) {
            sum += (tally.*of).load();
        }
        return sum;
    }
    /// What there was too little of to be a history worth the name: each kind of disturbance, and
    /// enough of all that is judged. Empty: of nothing.
    std::string shortfall() {
        using Tally = Board::Tally;
        struct Need {
            const char* name;
            std::uint64_t got;
            std::uint64_t least;
        };
        const Need needs[] = {{"disturbances", disturbances_, 12},
                              {"reads", sum(&Tally::reads), 5'001},
                              {"process hits", sum(&Tally::process_hits), 501},
                              {"Redis hits", sum(&Tally::redis_hits), 501},
                              {"refused fills", sum(&Tally::refused_fills), 1},
                              {"writes", sum(&Tally::writes), 201},
                              {"abandoned writes", sum(&Tally::abandoned), 1},
                              {"unconfirmed writes", sum(&Tally::unconfirmed), 1}};
        std::string text;
        for (const auto& need : needs) {
            if (need.got < need.least) {
                text += std::to_string(need.got) + " " + need.name + "; ";
            }
        }
        return text;
    }

  private:
    static constexpr unsigned kWays = 9;

    unsigned below(unsigned bound) {
        return std::uniform_int_distribution<unsigned>(0, bound - 1)(random_);
    }
    void pause() { std::this_thread::sleep_for(std::chrono::milliseconds(20 + below(250))); }

    void launch(std::size_t index) {
        std::vector<std::string> arguments{TRIPOS_CACHE_AGENT, gate_.url(), folder_ + "/board",
                                           std::to_string(index), std::to_string(random_())};
        if (!guard_.empty()) {
            arguments.push_back(guard_);
        }
        agents_[index] = redis::spawn_child(TRIPOS_CACHE_AGENT, std::move(arguments),
                                            redis::ChildFiles{.log_path = folder_ + "/agent.log"});
    }
    void kill(std::size_t index) {
        if (agents_[index] != 0) {
            ::kill(agents_[index], SIGKILL);
            waitpid(agents_[index], nullptr, 0);
            agents_[index] = 0;
        }
    }
    /// Redis is away from before it until after it.
    template <class Trouble>
    void outage(Trouble trouble) {
        ++board_->outages;
        trouble();
        ++board_->outages;
    }
    void disturb_once() {
        const std::size_t agent = below(Board::kAgents);
        ++disturbances_;
        // The first nine are one of each kind.
        switch (disturbances_ <= kWays ? disturbances_ - 1 : below(kWays)) {
            case 0:
                server_.raw({"CLIENT", "KILL", "TYPE", "normal"});
                break;
            case 1:
                kill(agent);
                launch(agent);
                break;
            case 2:
                gate_.cut();
                break;
            case 3:
                outage([&] { server_.restart(); });  // with what it had: it keeps a log
                break;
            case 4:
                ::kill(agents_[agent], SIGSTOP);
                pause();
                ::kill(agents_[agent], SIGCONT);
                break;
            case 5:
                outage([&] {
                    server_.pause();
                    pause();
                    server_.resume();
                });
                break;
            case 6:
                outage([&] {
                    server_.kill();
                    pause();
                    server_.restart();
                });
                break;
            case 7:
                server_.raw({"UNLINK", "cachetag:group:1", "{v:1}:lease", "{v:2}:lease", "v:3"});
                break;
            default:
                ++board_->flushes;
                server_.raw({"FLUSHALL"});
                break;
        }
    }

    const std::string guard_;
    std::mt19937 random_;
    TestRedis server_;
    const std::string folder_;
    RedisGate gate_{server_.socket_path()};
    MappedBoard board_;
    std::array<pid_t, Board::kAgents> agents_{};
    std::size_t disturbances_ = 0;
};

unsigned any_seed() {
    return std::random_device()();
}

void expect_no_stale_read(std::chrono::seconds length, const std::string& settings = "") {
    const auto seed = any_seed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    History history("", seed, settings);
    history.disturb(length, 300ms, 270s);
    history.recover();
    history.end();
    EXPECT_EQ(history.violations(), 0U) << history.first_violation();
    EXPECT_EQ(history.shortfall(), "");
}

// What is announced comes over a connection of its own, and may overtake what was read or come
// later.
constexpr const char* kWithoutResp3 = "rename-command HELLO \"\"\n";

TEST(Histories, OfThreeProcessesHoldNoStaleRead) {
    expect_no_stale_read(12s);
}

TEST(Histories, WithoutResp3HoldNoStaleRead) {
    expect_no_stale_read(8s, kWithoutResp3);
}

TEST(HistoriesAtLength, HoldNoStaleRead) {
    expect_no_stale_read(60s);
    expect_no_stale_read(60s, kWithoutResp3);
}

class WithoutItsGuard : public testing::TestWithParam<const char*> {};

TEST_P(WithoutItsGuard, AHistoryHoldsAStaleRead) {
    const auto seed = any_seed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    History history(GetParam(), seed);
    history.disturb(180s, 600ms, 0s);  // it takes seconds where nothing else is at work
    EXPECT_GT(history.violations(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Histories, WithoutItsGuard,
                         testing::Values("lease", "guards", "tickets", "flush", "barrier",
                                         "versions"),
                         [](const auto& guard) { return std::string(guard.param); });

}  // namespace
}  // namespace tripos::cache

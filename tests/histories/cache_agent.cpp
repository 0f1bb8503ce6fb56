// SPDX-License-Identifier: MIT
// cache_agent <redis url> <board file> <agent> <seed> [lease|guards|tickets|flush|barrier|versions]
// One process of a history: readers and writers of a few keys over one cache, on two contexts,
// until the board says that it is over or somebody kills it. Each read is judged where it returns,
// by what was confirmed before it began. The last argument names the guard to take out.

#include <algorithm>
#include <charconv>
#include <csignal>
#include <deque>
#include <iostream>
#include <memory>
#include <random>
#include <thread>

#include "async/io_threads.hpp"
#include "async/task_group.hpp"
#include "cache/cache.hpp"
#include "cache/detail/seams.hpp"
#include "cache/write_scope.hpp"
#include "histories/board.hpp"
#include "redis/client.hpp"
#include "redis/url.hpp"

namespace tripos::cache {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using test::Board;

constexpr std::size_t kGroups = 4;
constexpr std::size_t kContexts = 2;
constexpr std::size_t kReaders = 6;  // per context
/// Over the bound of CacheOptions: its clock ticks every few milliseconds.
constexpr Clock::duration kTick = 20ms;
/// Of a guard, and of the transaction it guards: a process may be frozen for a quarter of a second
/// in between.
constexpr std::chrono::milliseconds kGuard = 1s;
constexpr Clock::duration kTransaction = 300ms;

/// Makes it at least that.
void raise(std::atomic<std::uint64_t>& number, std::uint64_t least) {
    for (auto seen = number.load(); seen < least && !number.compare_exchange_weak(seen, least);) {
    }
}

/// What one coroutine knows of what was confirmed when.
class Memory {
  public:
    /// The newest version known to have been confirmed `staleness` before now.
    std::uint64_t floor(std::size_t key, std::uint64_t confirmed, Clock::duration staleness) {
        auto& samples = samples_[key];
        const auto now = Clock::now();
        samples.push_back({now, confirmed});
        if (staleness == Clock::duration::zero()) {
            return confirmed;
        }
        while (samples.size() > 1 && samples[1].at <= now - kLongest) {
            samples.pop_front();
        }
        std::uint64_t found = 0;
        for (const auto& sample : samples) {
            found = sample.at <= now - staleness ? sample.version : found;
        }
        return found;
    }

  private:
    static constexpr Clock::duration kLongest = 2s;
    struct Sample {
        Clock::time_point at;
        std::uint64_t version;
    };
    std::array<std::deque<Sample>, Board::kKeys> samples_;
};

Seams seams_without(std::string_view guard) {
    Seams seams;
    seams.check_lease = guard != "lease";
    seams.check_guards = guard != "guards";
    seams.check_tickets = guard != "tickets";
    seams.flush_on_loss = guard != "flush";
    seams.run_barrier = guard != "barrier";
    seams.check_versions = guard != "versions";
    return seams;
}

FamilyOptions family_options() {
    return {.name = "history",
            .pattern = "v:{0}",
            .tags = {"group:{1}"},
            .ttl = 1'500ms,
            .grace = 500ms,
            .early_refresh = 3,
            .soft_timeout = 10ms,
            .hard_timeout = 400ms};
}

class Agent {
  public:
    Agent(const std::string& url, Board& board, std::size_t index, unsigned seed,
          std::string_view guard)
        : board_(board),
          tally_(board.tallies[index]),
          random_(seed),
          threads_(kContexts),
          client_(threads_.all(), connection(url)),
          cache_(client_, CacheOptions(), metrics_, disturbed(seams_without(guard))),
          family_(cache_.declare<2>(family_options())),
          twins_(cache_.declare({.name = "twins", .pattern = "v:{0}:twin", .ttl = 1s})) {
        threads_.start();
        client_.start();
    }
    ~Agent() {
        run_blocking(threads_.background(), cache_.stop());
        run_blocking(threads_.background(), client_.stop());
        threads_.stop();
    }
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    void run() {
        std::vector<std::unique_ptr<TaskGroup>> groups;
        for (std::size_t i = 0; i < kContexts; ++i) {
            auto& context = threads_.request(i);
            groups.push_back(std::make_unique<TaskGroup>(context.get_executor()));
            asio::post(context, [this, group = groups.back().get()] {
                for (std::size_t reader = 0; reader < kReaders; ++reader) {
                    group->spawn("reader", read_on());
                }
                group->spawn("writer", write_on());
                group->spawn("hiccups", stand_still());
            });
        }
        run_blocking(threads_.background(), tell());
        for (std::size_t i = 0; i < kContexts; ++i) {
            run_blocking(threads_.request(i), groups[i]->stop());
        }
    }

  private:
    static redis::ConnectionOptions connection(const std::string& url) {
        return {.endpoint = redis::parse_url(url).value(),
                .connect_limit = 200ms,
                .command_limit = 200ms};
    }
    /// A reply and what is made of it are apart for a moment, as on a busy machine.
    Seams disturbed(Seams seams) {
        seams.after_read = [this] { return sleep_for(std::chrono::milliseconds(below(3))); };
        return seams;
    }
    unsigned below(unsigned bound) {
        const std::lock_guard lock(random_mutex_);
        return std::uniform_int_distribution<unsigned>(0, bound - 1)(random_);
    }
    static std::string group_of(std::size_t key) { return std::to_string(key % kGroups); }
    KeyOf<std::string> key(std::size_t index) const {
        return family_.key(std::to_string(index), group_of(index));
    }
    /// The value is in hand some time before it is handed over: an invalidation may come between.
    Task<Bytes> load(std::size_t index) {
        const auto version = board_.keys[index].committed.load();
        co_await sleep_for(std::chrono::milliseconds(below(4)));
        if (below(40) == 0) {
            throw SystemError("load", "broken on purpose");
        }
        co_return std::make_shared<const std::string>(std::to_string(version));
    }
    Freshness any_freshness() {
        switch (below(4)) {
            case 0:
                return Freshness::cached();
            case 1:
                return Freshness::at_most(50ms);
            default:
                return Freshness::strict();
        }
    }

    Task<> read_on();
    Task<> read_twin(std::size_t index);
    Task<Bytes> read_some(std::size_t index, Freshness freshness, bool* is_peek);
    Task<> write_on();
    /// `is_well`: its last write was confirmed before it was answered.
    Task<> write_one(std::size_t index, bool& is_well);
    Task<> write_guarded(std::size_t index);
    Task<> stand_still();
    Task<> tell();

    Board& board_;
    Board::Tally& tally_;
    std::mutex random_mutex_;
    std::mt19937 random_;
    IoThreads threads_;
    Metrics metrics_;
    redis::Client client_;
    Cache cache_;
    FamilyOf<std::string, 2> family_;
    /// Its keys are those of the first with a part that looks like two.
    FamilyOf<std::string> twins_;
    /// Of this process's own invalidations that have returned, confirmed or not.
    std::array<std::atomic<std::uint64_t>, Board::kKeys> own_{};
};

Task<Bytes> Agent::read_some(std::size_t index, Freshness freshness, bool* is_peek) {
    *is_peek = freshness.is_cached() && below(2) == 0;
    if (*is_peek) {
        co_return cache_.peek(key(index));
    }
    const Call call{.freshness = freshness};
    if (below(8) == 0) {
        const auto found = co_await cache_.get(key(index), call);
        co_return found ? *found : nullptr;
    }
    Loader loader = [this, index] { return load(index); };
    co_return co_await cache_.get_or_set(key(index), std::move(loader), call);
}

/// A value of one family must not answer for a key of another.
Task<> Agent::read_twin(std::size_t index) {
    const std::string id = std::to_string(index);
    Loader of_twin = []() -> Task<Bytes> { co_return std::make_shared<const std::string>("twin"); };
    Loader of_first = []() -> Task<Bytes> { co_return std::make_shared<const std::string>("0"); };
    try {
        const auto twin = co_await cache_.get_or_set(twins_.key(id), std::move(of_twin));
        const auto first = co_await cache_.get_or_set(family_.key(id + ":twin", group_of(index)),
                                                      std::move(of_first));
        if (*twin != "twin" || *first != "0") {
            board_.accuse("a value of another family: " + *twin + ", " + *first);
        }
    } catch (const SystemError&) {
        tally_.reads.fetch_add(1);  // no answer is not a wrong answer
    }
}

Task<> Agent::read_on() {
    Memory memory;
    for (;;) {
        const std::size_t index = below(Board::kKeys);
        if (below(32) == 0) {
            co_await read_twin(index);
        }
        const auto freshness = any_freshness();
        auto staleness = Clock::duration::zero();
        if (!freshness.is_strict()) {
            const auto bound = std::min(freshness.staleness(), CacheOptions().max_staleness);
            staleness = bound + kTick;
        }
        const auto own = own_[index].load();
        const auto confirmed = memory.floor(index, board_.keys[index].confirmed.load(), staleness);
        const auto needed = std::max(own, confirmed);
        Bytes value;
        bool is_peek = false;
        try {
            value = co_await read_some(index, freshness, &is_peek);
        } catch (const SystemError&) {
            value = nullptr;  // no answer is not a wrong answer
        }
        tally_.reads.fetch_add(1);
        std::uint64_t version = 0;
        if (value) {
            std::from_chars(value->data(), value->data() + value->size(), version);
        }
        if (value && version < needed) {
            board_.accuse("key " + std::to_string(index) + ": version " + *value + " where " +
                          std::to_string(needed) + " was due (own " + std::to_string(own) +
                          ", confirmed " + std::to_string(confirmed) + "), allowed staleness " +
                          std::to_string(freshness.staleness().count()) + " ms" +
                          (is_peek ? ", peek" : ""));
        }
        const std::chrono::microseconds pause(below(1'000));
        co_await sleep_for(pause);
    }
}

Task<> Agent::write_one(std::size_t index, bool& is_well) {
    const auto outages = board_.outages.load();
    const auto began_at = Clock::now();
    const auto version = board_.keys[index].committed.fetch_add(1) + 1;
    const auto way = below(8);
    if (way == 0) {
        co_await cache_.clear();
    } else if (way <= 3) {
        co_await cache_.invalidate_tag("group:" + group_of(index));
    } else {
        co_await cache_.del(key(index));
    }
    raise(own_[index], version);
    tally_.writes.fetch_add(1);
    // Answered: from here on everybody sees it, unless Redis was away.
    const bool is_quick = Clock::now() - began_at < kTransaction;  // this process was not frozen
    if (is_well && is_quick && board_.outages.load() == outages) {
        raise(board_.keys[index].confirmed, version);
    }
    is_well = cache_.stats().journal == 0;
    if (cache_.stats().journal != 0) {
        tally_.unconfirmed.fetch_add(1);
        while (cache_.stats().journal != 0) {
            co_await sleep_for(5ms);
        }
    }
    raise(board_.keys[index].confirmed, version);
}

/// From the commit on nobody may see an older version, although every second of these writers dies
/// before it has invalidated.
Task<> Agent::write_guarded(std::size_t index) {
    const auto flushes = board_.flushes.load();
    const auto began_at = Clock::now();
    WriteScope writes(cache_);
    writes.del(key(index));
    const bool is_guarded = co_await writes.guard(kGuard);
    co_await sleep_for(std::chrono::milliseconds(below(4)));  // the transaction
    if (!is_guarded || Clock::now() - began_at > kTransaction) {
        co_return;  // rolled back
    }
    const auto version = board_.keys[index].committed.fetch_add(1) + 1;
    if (board_.flushes.load() == flushes) {
        raise(board_.keys[index].confirmed, version);
    }
    if (below(2) == 0) {
        tally_.abandoned.fetch_add(1);
        co_return;
    }
    co_await writes.committed();
    tally_.writes.fetch_add(1);
}

Task<> Agent::write_on() {
    bool is_well = false;
    for (;;) {
        const std::size_t index = below(Board::kKeys);
        if (!board_.is_calm && below(6) == 0) {
            co_await write_guarded(index);
        } else {
            co_await write_one(index, is_well);
        }
        const std::chrono::milliseconds pause(below(40));
        co_await sleep_for(pause);
    }
}

/// As on a busy machine: the context's thread does not run for a moment, and what is announced to
/// it waits, while the other context goes on.
Task<> Agent::stand_still() {
    for (;;) {
        const std::chrono::milliseconds pause(below(100));
        co_await sleep_for(pause);
        std::this_thread::sleep_for(std::chrono::milliseconds(below(10)));
    }
}

Task<> Agent::tell() {
    FamilyStats told;
    while (!board_.is_over.load()) {
        co_await sleep_for(20ms);
        const auto now = cache_.stats().families.front();
        tally_.process_hits.fetch_add(now.process_hits - told.process_hits);
        tally_.redis_hits.fetch_add(now.redis_hits - told.redis_hits);
        tally_.stale_hits.fetch_add(now.stale_hits - told.stale_hits);
        tally_.refused_fills.fetch_add(now.refused_fills - told.refused_fills);
        told = now;
    }
}

}  // namespace
}  // namespace tripos::cache

int main(int argc, char** argv) {
    if (argc < 5) {
        std::cerr << "usage: cache_agent <redis url> <board> <agent> <seed> [guard]\n";
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    tripos::test::MappedBoard board(argv[2], tripos::test::MappedBoard::Mode::open);
    tripos::cache::Agent agent(argv[1], *board, std::stoul(argv[3]),
                               static_cast<unsigned>(std::stoul(argv[4])), argc > 5 ? argv[5] : "");
    agent.run();
    return 0;
}

// SPDX-License-Identifier: MIT
#include "doctor/redis_probe.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "doctor/detail/own_client.hpp"
#include "doctor/detail/stand_in_probe.hpp"
#include "redis/resolver.hpp"
#include "redis/server_watch.hpp"

namespace tripos::doctor {

namespace {

using redis::Arguments;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kLooks = 2;
constexpr int kPings = 50;
constexpr std::int64_t kSlowScript = 100'000;  ///< microseconds
constexpr std::int64_t kLongDelay = 100;       ///< milliseconds
constexpr int kScans = 8;
constexpr const char* kKeysOfScan = "250";
constexpr std::int64_t kBigKey = 16 << 20;  ///< bytes
constexpr std::size_t kMostBigKeys = 5;
constexpr std::chrono::minutes kOfLate{15};

/// Which server it is, and how far one gets.
struct Way {
    redis::Endpoint server;
    redis::Reach reach;
};

/// Where that is asked for. The second look is patient with nodes that were slow at the first.
redis::Endpoint resolve(asio::io_context& context, redis::Resolver& resolver,
                        std::string& problem) {
    for (int looks = 0; looks < kLooks; ++looks) {
        try {
            problem.clear();
            return run_blocking(context, resolver.resolve());
        } catch (const redis::Unavailable& failure) {
            problem = failure.what();
        }
    }
    return resolver.address().server;
}

Way find_way(asio::io_context& context, const redis::Address& address,
             const std::string& slot_key) {
    Way way{.server = address.server};
    if (address.kind != redis::Address::Kind::fixed) {
        const auto resolver = std::make_shared<redis::Resolver>(context, address, slot_key);
        way.server = resolve(context, *resolver, way.reach.problem);
        run_blocking(context, resolver->stop());
        if (!way.reach.problem.empty()) {
            return way;
        }
    }
    way.reach = run_blocking(context, redis::reach(context, OwnClient::options(way.server)));
    return way;
}

/// What scripts and code of the queue, the limits and the cache use, each with the arguments it
/// needs for an absent key.
std::vector<Arguments> needed(Use use, const std::string& key) {
    std::vector<Arguments> all = {{"GET", key},
                                  {"SET", key, "x"},
                                  {"EXISTS", key},
                                  {"DEL", key},
                                  {"UNLINK", key},
                                  {"PTTL", key},
                                  {"PEXPIRE", key, "1"},
                                  {"ZADD", key, "0", "x"},
                                  {"ZCARD", key},
                                  {"ZCOUNT", key, "0", "1"},
                                  {"ZRANGE", key, "0", "0"},
                                  {"ZREM", key, "x"},
                                  {"ZREMRANGEBYSCORE", key, "0", "0"},
                                  {"TIME"},
                                  {"INFO"},
                                  {"PING"},
                                  {"EVAL", "return 1", "0"},
                                  {"EVALSHA", std::string(40, '0'), "0"}};
    if (use != Use::queue) {
        all.push_back({"MGET", key});
        all.push_back({"CLIENT", "TRACKING", "ON", "OPTIN"});
        all.push_back({"CLIENT", "CACHING", "YES"});
    }
    if (use == Use::cache) {
        return all;
    }
    const std::vector<Arguments> of_queue = {{"HGET", key, "x"},
                                             {"HSET", key, "x", "x"},
                                             {"HDEL", key, "x"},
                                             {"HMGET", key, "x"},
                                             {"HGETALL", key},
                                             {"HINCRBY", key, "x", "1"},
                                             {"HEXISTS", key, "x"},
                                             {"HKEYS", key},
                                             {"HLEN", key},
                                             {"INCR", key},
                                             {"INCRBY", key, "1"},
                                             {"LLEN", key},
                                             {"LPUSH", key, "x"},
                                             {"RPUSH", key, "x"},
                                             {"LPOP", key},
                                             {"RPOP", key},
                                             {"LPOS", key, "x"},
                                             {"LRANGE", key, "0", "0"},
                                             {"LREM", key, "0", "x"},
                                             {"LTRIM", key, "0", "0"},
                                             {"PERSIST", key},
                                             {"RENAME", key, key},
                                             {"SADD", key, "x"},
                                             {"SCARD", key},
                                             {"SMEMBERS", key},
                                             {"SREM", key, "x"},
                                             {"TYPE", key},
                                             {"XADD", key, "*", "x", "x"},
                                             {"XLEN", key},
                                             {"XRANGE", key, "-", "+"},
                                             {"XREAD", "STREAMS", key, "0"},
                                             {"XREVRANGE", key, "+", "-"},
                                             {"XTRIM", key, "MAXLEN", "0"},
                                             {"ZPOPMIN", key},
                                             {"ZRANGEBYSCORE", key, "0", "1"},
                                             {"ZREMRANGEBYRANK", key, "0", "0"},
                                             {"ZREVRANGEBYSCORE", key, "1", "0"},
                                             {"ZSCORE", key, "x"},
                                             {"BZPOPMIN", key, "1"},
                                             {"CLIENT", "LIST"}};
    all.insert(all.end(), of_queue.begin(), of_queue.end());
    return all;
}

std::string right_of(const Arguments& command, const std::string& reply,
                     const std::string& prefix) {
    if (reply.find("of the keys") != std::string::npos) {
        return "~" + prefix + "*";
    }
    return "+" + to_lower(command[0] == "CLIENT" ? command[0] + "|" + command[1] : command[0]);
}

/// Rights are judged when a command is queued, so that nothing has to be run.
Task<> try_rights(redis::Client& client, const RedisTarget& target, RedisLook& seen) {
    const Arguments begin{"MULTI"};
    const auto begun = co_await client.command(begin);
    if (begun.is_error()) {
        co_return;
    }
    seen.refusals.emplace();
    for (const auto& prefix : target.prefixes) {
        const auto commands = needed(target.use, prefix + "doctor:nothing");
        const auto replies = co_await client.pipeline(commands);
        for (std::size_t i = 0; i < replies.size(); ++i) {
            const auto& text = replies[i].text;
            const bool is_unknown = text.starts_with("ERR unknown command");
            if (!replies[i].is_error() || (!is_unknown && !text.starts_with("NOPERM"))) {
                continue;
            }
            const Refusal refusal{.right = right_of(commands[i], text, prefix),
                                  .reply = text,
                                  .is_unknown = is_unknown};
            const auto is_known = [&refusal](const Refusal& one) {
                return one.right == refusal.right;
            };
            if (std::none_of(seen.refusals->begin(), seen.refusals->end(), is_known)) {
                seen.refusals->push_back(refusal);
            }
        }
    }
    const Arguments end{"DISCARD"};
    co_await client.command(end);
}

Task<> time_pings(redis::Client& client, RedisLook& seen) {
    const Arguments ping{"PING"};
    std::vector<microseconds> took;
    for (int i = 0; i < kPings; ++i) {
        const auto begin = steady_clock::now();
        co_await client.command(ping);
        took.push_back(std::chrono::duration_cast<microseconds>(steady_clock::now() - begin));
    }
    std::sort(took.begin(), took.end());
    seen.p99 = took[took.size() - 2];  // one of fifty may have met anything
}

Task<> compare_clocks(redis::Client& client, const Clock& clock, RedisLook& seen) {
    const Arguments question{"TIME"};
    const auto before = clock.now();
    const auto reply = co_await client.command(question);
    const auto middle = before + (clock.now() - before) / 2;
    if (reply.elements.size() == 2) {
        const auto theirs = from_millis(1'000 * parse_int(reply.elements[0].text).value_or(0) +
                                        parse_int(reply.elements[1].text).value_or(0) / 1'000);
        seen.ahead = theirs - middle;
    }
}

Task<> read_slow_log(redis::Client& client, const Clock& clock, RedisLook& seen) {
    const Arguments question{"SLOWLOG", "GET", "64"};
    const auto log = co_await client.command(question);
    const auto since = to_millis(clock.now() - kOfLate) / 1'000;
    for (const auto& entry : log.elements) {
        const bool is_entry = entry.elements.size() >= 4 && !entry.elements[3].elements.empty();
        const bool is_script =
            is_entry && starts_with_ignoring_case(entry.elements[3].elements[0].text, "EVAL");
        if (is_script && entry.elements[1].integer >= since &&
            entry.elements[2].integer > kSlowScript) {
            ++seen.slow_scripts;
        }
    }
}

/// Empty where nothing is recorded (latency-monitor-threshold), or asking is not allowed.
Task<> read_delays(redis::Client& client, const Clock& clock, RedisLook& seen) {
    const Arguments question{"LATENCY", "LATEST"};
    const auto events = co_await client.command(question);
    const auto since = to_millis(clock.now() - kOfLate) / 1'000;
    for (const auto& event : events.elements) {
        const auto& parts = event.elements;
        if (parts.size() >= 4 && parts[1].integer >= since && parts[2].integer > kLongDelay) {
            seen.delays.push_back(
                {.event = parts[0].text, .worst = milliseconds(parts[3].integer)});
        }
    }
}

/// At most 2,000 keys or so: the larger a server's share of big ones, the sooner one is met.
Task<> look_for_big_keys(redis::Client& client, RedisLook& seen) {
    auto& found = seen.big_keys.emplace();
    std::string cursor = "0";
    for (int scan = 0; scan < kScans && found.size() < kMostBigKeys; ++scan) {
        const Arguments next{"SCAN", cursor, "COUNT", kKeysOfScan};
        const auto page = co_await client.command(next);
        if (page.elements.size() != 2) {
            seen.big_keys.reset();  // it is not allowed
            co_return;
        }
        std::vector<Arguments> questions;
        for (const auto& key : page.elements[1].elements) {
            questions.push_back({"MEMORY", "USAGE", key.text, "SAMPLES", "5"});
        }
        if (!questions.empty()) {
            const auto sizes = co_await client.pipeline(questions);
            for (std::size_t i = 0; i < sizes.size(); ++i) {
                if (sizes[i].integer > kBigKey && found.size() < kMostBigKeys) {
                    found.push_back({.name = questions[i][2],
                                     .bytes = static_cast<std::uint64_t>(sizes[i].integer)});
                }
            }
        }
        cursor = page.elements[0].text;
        if (cursor == "0") {
            co_return;
        }
    }
}

Task<> ask_all(redis::Client& client, const RedisTarget& target, const Clock& clock,
               RedisLook& seen) {
    co_await try_rights(client, target, seen);
    co_await time_pings(client, seen);
    co_await compare_clocks(client, clock, seen);
    co_await read_slow_log(client, clock, seen);
    co_await read_delays(client, clock, seen);
    co_await look_for_big_keys(client, seen);
    seen.report = co_await redis::ask_server(client);
}

}  // namespace

Task<std::vector<queue::QueueCondition>> ask_queues(redis::Client& client, std::string prefix,
                                                    std::vector<std::string> names,
                                                    const Clock& clock) {
    std::vector<queue::QueueCondition> seen;
    for (const auto& name : names) {
        queue::QueueOptions options{.name = name, .prefix = prefix};
        queue::Queue queue(client, std::move(options), clock);
        auto condition = co_await queue::look_at(client, queue, clock.now());
        seen.push_back(std::move(condition));
    }
    co_return seen;
}

Task<> ask_for_strays(redis::Client& client, const std::string& prefix, const Clock& clock,
                      std::vector<queue::QueueCondition>& queues) {
    for (auto& condition : queues) {
        queue::QueueOptions options{.name = condition.name, .prefix = prefix};
        const queue::Queue queue(client, std::move(options), clock);
        co_await queue::look_for_strays(client, queue, condition);
    }
}

std::int64_t planned_clients(std::int64_t threads) {
    return 9 + 3 * threads;
}

RedisLook look_of(const redis::Address& address, Use use) {
    const auto& server = address.server;
    return {.use = use,
            .address = address.display(),
            .user = server.user.empty() ? "default" : server.user,
            .is_unverified = server.kind == redis::Endpoint::Kind::tls && !server.tls.verify};
}

RedisLook look_at_redis(asio::io_context& context, const RedisTarget& target, const Clock& clock) {
    auto seen = look_of(target.address, target.use);
    seen.planned_clients = target.planned_clients;
    const auto way = find_way(context, target.address, target.slot_key);
    seen.reach = way.reach;
    if (seen.reach.step == redis::Step::done) {
        OwnClient client(context, way.server);
        try {
            seen.stand_ins =
                look_at_stand_ins(context, client.get(), target.address, target.slot_key);
            run_blocking(context, ask_all(client.get(), target, clock, seen));
        } catch (const redis::CommandFailed&) {
            seen.report.reset();  // INFO is refused: its rights say so
        } catch (const redis::Unavailable& failure) {
            seen.is_lost = true;
            seen.reach.problem = failure.what();
        }
    }
    return seen;
}

std::vector<queue::QueueCondition> look_at_queues(asio::io_context& context,
                                                  const redis::Address& address,
                                                  const std::string& prefix,
                                                  const std::vector<std::string>& names,
                                                  const Clock& clock) {
    const auto way = find_way(context, address, prefix + ":");
    if (way.reach.step != redis::Step::done) {
        throw redis::Unavailable(way.reach.problem);
    }
    OwnClient client(context, way.server);
    auto seen = run_blocking(context, ask_queues(client.get(), prefix, names, clock));
    run_blocking(context, ask_for_strays(client.get(), prefix, clock, seen));
    return seen;
}

}  // namespace tripos::doctor

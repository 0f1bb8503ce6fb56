// SPDX-License-Identifier: MIT
#include "redis/server_watch.hpp"

#include <algorithm>

#include "async/with_timeout.hpp"
#include "core/text.hpp"
#include "telemetry/log.hpp"

namespace tripos::redis {

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kInterval{5};

/// By how much `now` is before the server's time; 0 when it does not tell.
milliseconds clock_offset(const Reply& told, Timestamp now) {
    if (told.elements.size() != 2) {
        return {};
    }
    const auto seconds = parse_int(told.elements[0].text);
    const auto micros = parse_int(told.elements[1].text);
    if (!seconds || !micros) {
        return {};
    }
    return now - from_millis(*seconds * 1'000 + *micros / 1'000);
}

void announce(const std::string& name, const Client& client, const ServerReport& report) {
    log::info("redis", "server checked",
              {{"use", name},
               {"endpoint", client.address().display()},
               {"version", report.version},
               {"maxmemoryPolicy", report.eviction},
               {"persistence", report.persistence()},
               {"memoryUsed", report.memory_used},
               {"memoryLimit", report.memory_limit}});
}

void announce(const std::string& name, const Finding& finding) {
    const auto say = finding.verdict == Verdict::fail ? log::error : log::warn;
    say("redis", "server does not suit its use",
        {{"use", name}, {"finding", finding.text}, {"cure", finding.cure}});
}

}  // namespace

ServerWatch::ServerWatch(Client& client, std::string name, Judge judge, const Clock& wall,
                         Metrics& metrics)
    : client_(client),
      name_(std::move(name)),
      judge_(std::move(judge)),
      wall_(wall),
      up_(metrics.gauge("tripos_redis_up", "1: every connection to the server is there",
                        {{"use", name_}})),
      latency_(metrics.gauge("tripos_redis_latency_seconds",
                             "How long the Redis server took to answer when it was asked last",
                             {{"use", name_}})),
      clock_offset_(metrics.gauge("tripos_clock_offset_seconds",
                                  "By how much this machine's clock is before that of a server",
                                  {{"server", name_}})),
      clients_(
          metrics.gauge("tripos_redis_clients", "Clients of the Redis server", {{"use", name_}})),
      client_limit_(metrics.gauge("tripos_redis_client_limit",
                                  "maxclients of the Redis server; 0: it does not say",
                                  {{"use", name_}})),
      keys_(metrics.gauge("tripos_redis_keys", "Keys of the Redis server", {{"use", name_}})),
      memory_used_(metrics.gauge("tripos_redis_memory_used_bytes",
                                 "Memory that the Redis server uses", {{"use", name_}})),
      memory_limit_(metrics.gauge("tripos_redis_memory_limit_bytes",
                                  "maxmemory of the Redis server; 0: none", {{"use", name_}})),
      dangers_(metrics.gauge("tripos_redis_dangers_count",
                             "Findings about the Redis server that endanger its use",
                             {{"use", name_}})),
      evicted_(metrics.counter("tripos_redis_evicted_keys_total",
                               "Keys that the Redis server threw away for room", {{"use", name_}})),
      commands_(metrics.counter("tripos_redis_commands_total", "Commands of all its clients",
                                {{"use", name_}})),
      failovers_(metrics.counter("tripos_redis_failovers_total",
                                 "How often another Redis server became master", {{"use", name_}})),
      group_(client.first_context().get_executor()) {}

void ServerWatch::start() {
    group_.spawn("redis watch", run());
}

Task<> ServerWatch::stop() {
    co_await group_.stop();
}

std::optional<ServerCheck> ServerWatch::latest() const {
    const std::lock_guard lock(mutex_);
    return latest_;
}

Task<> ServerWatch::run() {
    for (;;) {
        co_await sleep_for(kInterval);
        co_await look();
    }
}

Task<> ServerWatch::look() {
    up_.set(client_.is_connected() ? 1 : 0);
    const auto failovers = client_.failovers();
    failovers_.add(static_cast<double>(failovers - std::exchange(known_failovers_, failovers)));
    if (!client_.is_connected()) {  // whoever needs the server says that it is away
        clock_offset_.set(0);
        co_return;
    }
    try {
        co_await ask_time();
        auto report = co_await ask_server(client_);
        auto findings = judge_(report);
        note(ServerCheck{.report = std::move(report), .findings = std::move(findings)});
    } catch (const SystemError& failure) {
        log::debug("redis", "server not checked", {{"use", name_}, {"what", failure.what()}});
    }
}

Task<> ServerWatch::ask_time() {
    const Arguments question{"TIME"};
    const auto before = wall_.now();
    const auto begin = std::chrono::steady_clock::now();
    const auto told = co_await client_.command(question);
    const auto took = std::chrono::steady_clock::now() - begin;
    latency_.set(std::chrono::duration<double>(took).count());
    const auto offset = clock_offset(told, before + std::chrono::floor<milliseconds>(took / 2));
    clock_offset_.set(std::chrono::duration<double>(offset).count());
}

Task<ServerReport> ask_server(Client& client) {
    std::vector<Arguments> questions;
    questions.push_back({"INFO"});
    questions.push_back({"CONFIG", "GET", "save"});
    const auto replies = co_await client.pipeline(std::move(questions));
    if (replies[0].is_error()) {
        throw CommandFailed(replies[0].text);
    }
    std::optional<std::string> save_points;  // refused by many a managed server
    if (!replies[1].is_error() && replies[1].elements.size() == 2) {
        save_points = replies[1].elements[1].text;
    }
    co_return read_report(replies[0].text, save_points);
}

void ServerWatch::note(ServerCheck check) {
    const auto& dangers = check.findings;
    memory_used_.set(static_cast<double>(check.report.memory_used));
    clients_.set(static_cast<double>(check.report.clients));
    client_limit_.set(static_cast<double>(check.report.client_limit));
    keys_.set(static_cast<double>(check.report.keys));
    memory_limit_.set(static_cast<double>(check.report.memory_limit));
    dangers_.set(static_cast<double>(
        std::count_if(dangers.begin(), dangers.end(),
                      [](const Finding& finding) { return finding.verdict == Verdict::fail; })));
    const auto before = latest();
    // What it did before the first look is nobody's news.
    const auto grown = [&](std::int64_t ServerReport::*count) {
        const auto now = check.report.*count;
        const auto known = before ? before->report.*count : now;
        return static_cast<double>(now >= known ? now - known : now);  // smaller: it began anew
    };
    evicted_.add(grown(&ServerReport::evicted));
    commands_.add(grown(&ServerReport::commands));
    if (!before || before->report.version != check.report.version) {
        announce(name_, client_, check.report);
    }
    const auto& known = before ? before->findings : std::vector<Finding>();
    for (const auto& finding : check.findings) {
        const auto is_same = [&finding](const Finding& other) {  // whatever its figures are now
            return other.id == finding.id && other.text == finding.text;
        };
        if (std::none_of(known.begin(), known.end(), is_same)) {
            announce(name_, finding);
        }
    }
    const std::lock_guard lock(mutex_);
    latest_ = std::move(check);
}

}  // namespace tripos::redis

// SPDX-License-Identifier: MIT
#include "limits/rate_limits.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "async/with_timeout.hpp"
#include "core/assert.hpp"
#include "core/text.hpp"
#include "limits/client_address.hpp"
#include "limits/embedded.hpp"

namespace tripos::limits {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Per = http::RateLimit::Per;

/// A key tells nobody's address, and is as long whatever it stands for.
std::string key_of(const std::string& prefix, const std::string& counter, std::string_view who) {
    std::array<std::uint8_t, crypto_generichash_BYTES_MIN> digest{};
    crypto_generichash(digest.data(), digest.size(),
                       reinterpret_cast<const unsigned char*>(who.data()), who.size(), nullptr, 0);
    return prefix + "limit:" + counter + ":" + to_hex(digest);
}

/// Whose counter it is; kinds of subjects are kept apart.
std::string subject_of(Per per, const std::string& client, const Subject& subject) {
    const auto known = subject.device.empty() ? std::string() : " by " + subject.device;
    switch (per) {
        case Per::client:
            return "client " + client;
        case Per::account_at_client:
            TRIPOS_ASSERT(!subject.account.empty());
            return "account " + subject.account + (known.empty() ? " at " + client : known);
        case Per::account:
            return "account " + subject.account;
        case Per::recipient_at_client:
            TRIPOS_ASSERT(!subject.recipient.empty());
            return "recipient " + subject.recipient + (known.empty() ? " at " + client : known);
        case Per::recipient:
            TRIPOS_ASSERT(!subject.recipient.empty());
            return "recipient " + subject.recipient + (known.empty() ? "" : " by its devices");
    }
    return {};
}

std::string kind_of(const http::RateLimit& limit, bool is_known) {
    if (is_known && limit.per != Per::client) {
        return limit.counter + ":device";
    }
    switch (limit.per) {
        case Per::client:
            return limit.counter + ":client";
        case Per::account_at_client:
            return limit.counter + ":account-at-client";
        case Per::account:
            return limit.counter + ":account";
        case Per::recipient_at_client:
            return limit.counter + ":recipient-at-client";
        case Per::recipient:
            return limit.counter + ":recipient";
    }
    return {};
}

std::string_view name_of(Act act) {
    return act == Act::look ? "look" : act == Act::take ? "take" : "add";
}

std::string text_of(Timestamp at) {
    return std::to_string(std::max<std::int64_t>(0, to_millis(at)));
}

std::vector<std::string> arguments_of(Act act, const std::vector<Ask>& asks,
                                      const std::vector<CounterTable::Report>& reports,
                                      std::size_t room, Timestamp now) {
    std::vector<std::string> arguments{text_of(now), std::string(name_of(act)),
                                       std::to_string(room)};
    for (std::size_t i = 0; i < asks.size(); ++i) {
        const auto& limit = asks[i].limit;
        arguments.push_back(std::to_string(limit.count));
        arguments.push_back(std::to_string(milliseconds(limit.window).count()));
        arguments.push_back(std::to_string(limit.without_delay));
        arguments.push_back(std::to_string(reports[i].heard.count));
        arguments.push_back(text_of(reports[i].heard.ends_at));
        arguments.push_back(text_of(reports[i].heard.next_at));
        arguments.push_back(std::to_string(reports[i].alone));
    }
    return arguments;
}

}  // namespace

Claim::Claim(RateLimits& table, const http::Request& request, const Subject& subject)
    : Claim(table, request.limits, client_of(request.peer), subject, false) {}

Claim::Claim(RateLimits& table, std::span<const http::RateLimit> limits, std::string peer,
             Subject subject, bool is_beyond)
    : table_(table), limits_(limits), peer_(std::move(peer)), subject_(std::move(subject)) {
    const bool is_known = !subject_.device.empty();
    // As many devices as somebody has, they stand in line as one.
    client_ = is_known ? "devices of " + subject_.account : peer_;
    for (const auto& limit : limits_) {
        const bool is_exempt = limit.per == Per::client && (is_known || is_beyond);
        const bool is_open = limit.per == Per::account && subject_.account.empty();
        if (is_exempt || is_open || (limit.beyond_client && !is_beyond)) {
            continue;
        }
        auto& asks = limit.counts == http::RateLimit::Counts::failures ? failures_ : requests_;
        asks.push_back({.key = key_of(table.options_.prefix, limit.counter,
                                      subject_of(limit.per, peer_, subject_)),
                        .kind = kind_of(limit, is_known),
                        .limit = limit});
    }
}

Claim Claim::of(const std::string& account) const {
    TRIPOS_ASSERT(subject_.account.empty());
    return {table_, limits_, peer_, Subject{.account = account}, false};
}

Claim Claim::beyond_client() const {
    return {table_, limits_, peer_, subject_, true};
}

Task<Result<>> Claim::admit() const {
    auto admitted = co_await look();
    if (admitted) {
        admitted = co_await table_.apply(Act::take, requests_);
    }
    co_return admitted;
}

Task<Result<>> Claim::look() const {
    co_return co_await table_.apply(Act::look, failures_);
}

Task<> Claim::failed() const {
    co_await table_.apply(Act::add, failures_);
}

RateLimits::RateLimits(redis::Client* redis, const Clock& clock, Metrics& metrics,
                       RateLimitsOptions options)
    : redis_(redis),
      clock_(clock),
      metrics_(metrics),
      local_(metrics.counter("tripos_limits_local_total",
                             "Decisions that a process made without Redis")),
      options_(options),
      script_("count", std::string(embedded::file("lua/count-n.lua"))),
      here_(options.room) {}

Task<Result<>> RateLimits::apply(Act act, const Asks& asks) {
    if (asks.empty()) {
        co_return Result<>();
    }
    const auto now = clock_.now();
    std::optional<Refusal> refusal;
    const bool is_counted = co_await apply_in_redis(act, asks, now, refusal);
    if (!is_counted) {
        refusal = here_.apply(act, asks, now);
    }
    if (!refusal) {
        co_return Result<>();
    }
    metrics_
        .counter("tripos_limits_refused_total", "Requests refused by a limit",
                 {{"counter", asks[refusal->which].limit.counter}})
        .add();
    const auto wait = std::max(std::chrono::ceil<seconds>(refusal->wait), seconds(1));
    co_return rate_limited("Too many attempts. Please try again later.", wait);
}

Task<bool> RateLimits::apply_in_redis(Act act, const Asks& asks, Timestamp now,
                                      std::optional<Refusal>& refusal) {
    using std::chrono::steady_clock;
    if (redis_ == nullptr) {
        co_return false;
    }
    if (steady_clock::now() >= alone_until_.load()) {
        const auto reports = here_.report(asks, now);
        try {
            const bool in_time =
                co_await with_timeout(options_.patience, ask(act, asks, reports, now, refusal));
            if (in_time) {
                co_return true;
            }
            alone_until_ = steady_clock::now() + seconds(1);
        } catch (const SystemError&) {
            // Decided here.
        }
        here_.take_back(asks, reports, now);
    }
    local_.add();
    co_return false;
}

Task<> RateLimits::ask(Act act, const Asks& asks, const Reports& reports, Timestamp now,
                       std::optional<Refusal>& refusal) {
    std::vector<std::string> keys;
    for (const auto& one : asks) {
        keys.push_back(one.key);
        keys.push_back(options_.prefix + "limit:ends:" + one.kind);
    }
    auto arguments = arguments_of(act, asks, reports, options_.room, now);
    const auto reply = co_await redis_->eval(script_, std::move(keys), std::move(arguments));
    const auto number = [&reply](std::size_t at) { return reply.elements.at(at).integer; };
    std::vector<Counter> counters;
    for (std::size_t i = 0; i < asks.size(); ++i) {
        counters.push_back({.count = number(3 * i + 2),
                            .ends_at = from_millis(number(3 * i + 3)),
                            .next_at = from_millis(number(3 * i + 4))});
    }
    here_.learn(asks, reports, counters, now);
    if (number(0) != 0) {
        refusal = Refusal{.which = static_cast<std::size_t>(number(0) - 1),
                          .wait = milliseconds(number(1))};
    }
}

}  // namespace tripos::limits

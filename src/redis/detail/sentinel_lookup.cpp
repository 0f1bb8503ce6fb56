// SPDX-License-Identifier: MIT
#include "redis/detail/sentinel_lookup.hpp"

#include "async/backoff.hpp"
#include "async/with_timeout.hpp"
#include "core/random.hpp"
#include "core/text.hpp"
#include "redis/detail/ask_node.hpp"
#include "redis/detail/handshake.hpp"

namespace tripos::redis {

namespace {

constexpr const char* kChannel = "+switch-master";
constexpr std::chrono::seconds kSignOfLife{1};
constexpr BackoffOptions kRelisten{.first = std::chrono::milliseconds(100),
                                   .limit = std::chrono::milliseconds(2'000)};

std::vector<Arguments> questions(const std::string& master) {
    std::vector<Arguments> all;
    all.push_back({"SENTINEL", "get-master-addr-by-name", master});
    all.push_back({"SENTINEL", "sentinels", master});
    return all;
}

std::uint16_t port_of(std::string_view text) {
    const auto port = parse_int(text).value_or(0);
    return port > 0 && port <= 65535 ? static_cast<std::uint16_t>(port) : std::uint16_t{0};
}

Task<> open_to(asio::io_context& context, Endpoint node, HostResolver& resolver,
               std::shared_ptr<Session>& session) {
    session = co_await open_session(context, std::move(node), resolver);
}

/// The value of a field in an array of names and values, or in a map.
std::string_view field_of(const Reply& entry, std::string_view name) {
    for (std::size_t i = 0; i + 1 < entry.elements.size(); i += 2) {
        if (entry.elements[i].text == name) {
            return entry.elements[i + 1].text;
        }
    }
    return {};
}

}  // namespace

SentinelLookup::SentinelLookup(asio::io_context& context, const Address& address)
    : context_(context),
      master_(address.master),
      server_(address.server),
      poll_(context, address.nodes) {}

Endpoint SentinelLookup::server_at(const std::string& host, std::uint16_t port) const {
    Endpoint server = server_;
    server.host = host;
    server.port = port;
    return server;
}

Task<Result<Endpoint>> SentinelLookup::find() {
    auto asked = questions(master_);
    auto read = [this](const Endpoint&, const std::vector<Reply>& replies) {
        return master_in(replies);
    };
    return poll_.ask(std::move(asked), "no Sentinel answers", std::move(read));
}

Result<Endpoint> SentinelLookup::master_in(const std::vector<Reply>& replies) {
    const auto& place = replies[0];
    if (place.is_error()) {
        return invalid("refused", "a Sentinel refuses: " + place.text);
    }
    const auto port =
        place.elements.size() == 2 ? port_of(place.elements[1].text) : std::uint16_t{0};
    if (port == 0) {
        return invalid("unknown_master", "no Sentinel that answers knows a master \"" + master_ +
                                             "\"; correct the name in the address");
    }
    learn(replies[1]);
    return server_at(place.elements[0].text, port);
}

void SentinelLookup::learn(const Reply& sentinels) {
    for (const auto& entry : sentinels.elements) {
        poll_.nodes().learn(std::string(field_of(entry, "ip")), port_of(field_of(entry, "port")));
    }
}

Task<> SentinelLookup::listen(std::size_t which, OnSwitch on_switch) {
    HostResolver resolver(context_);
    SecureRandom random;
    Backoff backoff(kRelisten, random);
    for (;;) {
        const auto nodes = poll_.nodes().all();
        const auto node = nodes[which++ % nodes.size()];
        const auto began = std::chrono::steady_clock::now();
        try {
            co_await listen_to(node, resolver, on_switch);
        } catch (const boost::system::system_error&) {
            // Its connection: another Sentinel is next. A cancellation comes again below.
        } catch (const std::exception&) {
            // Likewise; or there was no thread to look its name up.
        }
        if (std::chrono::steady_clock::now() - began > kRelisten.limit) {
            backoff.reset();
        }
        co_await sleep_for(backoff.next());
    }
}

/// Until its connection ends. With RESP2, where a subscription is answered like a command.
Task<> SentinelLookup::listen_to(Endpoint node, HostResolver& resolver, const OnSwitch& on_switch) {
    std::shared_ptr<Session> session;
    const bool in_time =
        co_await with_timeout(kSignOfLife, open_to(context_, node, resolver, session));
    if (!in_time) {
        if (session) {  // opened in the same instant
            session->break_off(BreakCause::closed, "late");
        }
        co_return;
    }
    const HangUp at_the_end(session);
    session->set_on_push([this, on_switch](const Reply& message) { hear(message, on_switch); });
    session->expect_messages();
    const Patience patience{.limit = kSignOfLife};
    std::vector<Arguments> greeting;
    if (needs_auth(node)) {
        greeting.push_back(auth(node));
    }
    greeting.push_back({"SUBSCRIBE", kChannel});
    const auto subscribed = co_await exchange(context_, session, std::move(greeting), patience);
    while (!session->is_broken() && !subscribed.back().is_error()) {
        co_await sleep_for(kSignOfLife);
        std::vector<Arguments> ping(1, Arguments(1, "PING"));
        co_await exchange(context_, session, std::move(ping), patience);
    }
}

void SentinelLookup::hear(const Reply& message, const OnSwitch& on_switch) const {
    if (message.elements.size() != 3 || message.elements[1].text != kChannel) {
        return;
    }
    const auto words =
        split(message.elements[2].text, ' ');  // name, old host, port, new host, port
    if (words.size() == 5 && words[0] == master_ && port_of(words[4]) != 0) {
        on_switch(server_at(std::string(words[1]), port_of(words[2])),
                  server_at(std::string(words[3]), port_of(words[4])));
    }
}

}  // namespace tripos::redis

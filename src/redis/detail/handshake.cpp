// SPDX-License-Identifier: MIT
#include "redis/detail/handshake.hpp"

#include "redis/server_report.hpp"

namespace tripos::redis {

namespace {

Arguments hello(const Endpoint& endpoint) {
    Arguments command{"HELLO", "3"};
    if (needs_auth(endpoint)) {
        const std::string user = endpoint.user.empty() ? "default" : endpoint.user;
        command.insert(command.end(), {"AUTH", user, endpoint.password.reveal()});
    }
    return command;
}

bool does_not_know_hello(const Reply& reply) {
    return reply.is_error() &&
           (reply.text.starts_with("ERR unknown command") || reply.text.starts_with("NOPROTO"));
}

/// "master", "slave", "sentinel"; empty: it does not say.
Task<std::string> role_of(asio::io_context& context, std::shared_ptr<Session> session,
                          Patience patience) {
    std::vector<Arguments> question(1, Arguments(1, "ROLE"));
    const auto answer = co_await exchange(context, session, std::move(question), patience);
    if (!answer.front().is_error()) {
        co_return answer.front().elements.empty() ? "" : answer.front().elements.front().text;
    }
    std::vector<Arguments> other(1);
    other[0] = {"INFO", "replication"};
    const auto info = co_await exchange(context, session, std::move(other), patience);
    co_return read_report(info.front().text, std::nullopt).role;
}

void require_ok(const Reply& reply) {
    if (!reply.is_error()) {
        return;
    }
    const auto refusal = "the server refuses: " + reply.text;
    if (reply.text.starts_with("WRONGPASS") || reply.text.starts_with("NOAUTH")) {
        throw LogInRefused(refusal);
    }
    throw Unavailable(refusal);
}

}  // namespace

Task<std::vector<Reply>> exchange(asio::io_context& context, std::shared_ptr<Session> session,
                                  std::vector<Arguments> commands, Patience patience) {
    const std::size_t count = commands.size();
    auto submit = [session, commands = std::move(commands),
                   patience](std::shared_ptr<Waiter> waiter) {
        session->submit(commands, waiter, patience);
    };
    return await_replies<std::vector<Reply>>(context.get_executor(), count, std::move(submit));
}

bool needs_auth(const Endpoint& endpoint) {
    return !endpoint.password.empty() || !endpoint.user.empty();
}

Arguments auth(const Endpoint& endpoint) {
    if (endpoint.user.empty()) {
        return {"AUTH", endpoint.password.reveal()};
    }
    return {"AUTH", endpoint.user, endpoint.password.reveal()};
}

Task<std::shared_ptr<Session>> open_session(asio::io_context& context, Endpoint endpoint,
                                            HostResolver& resolver) {
    auto stream = std::make_unique<Stream>(context);
    co_await stream->connect(std::move(endpoint), resolver);
    auto session = std::make_shared<Session>(context, std::move(stream));
    session->start();
    co_return session;
}

Task<bool> shake_hands(asio::io_context& context, std::shared_ptr<Session> session,
                       ConnectionOptions options) {
    const Patience patience{.limit = options.connect_limit};
    std::vector<Arguments> greeting;
    greeting.push_back(hello(options.endpoint));
    const auto welcome = co_await exchange(context, session, std::move(greeting), patience);

    std::vector<Arguments> rest;
    const bool has_resp3 = !does_not_know_hello(welcome.front());
    if (has_resp3) {
        require_ok(welcome.front());
    } else if (needs_auth(options.endpoint)) {
        rest.push_back(auth(options.endpoint));
    }
    if (options.endpoint.database != 0) {
        rest.push_back(Arguments{"SELECT", std::to_string(options.endpoint.database)});
    }
    rest.push_back(Arguments{"PING"});
    const auto replies = co_await exchange(context, session, std::move(rest), patience);
    for (const auto& reply : replies) {
        require_ok(reply);
    }
    if (!options.client_name.empty()) {
        // A user of an ACL need not have the right to it, and nothing depends on the name.
        std::vector<Arguments> name;
        name.push_back(Arguments{"CLIENT", "SETNAME", options.client_name});
        co_await exchange(context, session, std::move(name), patience);
    }
    co_return has_resp3;
}

Task<> require_master(asio::io_context& context, std::shared_ptr<Session> session,
                      std::chrono::milliseconds limit, std::string slot_key) {
    const Patience patience{.limit = limit};
    const auto role = co_await role_of(context, session, patience);
    if (role == "slave") {
        throw Unavailable("the server is a replica");
    }
    if (role == "sentinel") {
        throw Unavailable(
            "the server is a Sentinel; write its address as redis+sentinel://host/NAME");
    }
    if (!slot_key.empty()) {
        // Whoever does not own the slot says MOVED, which ends the exchange.
        std::vector<Arguments> probe(1);
        probe[0] = {"EXISTS", std::move(slot_key)};
        co_await exchange(context, session, std::move(probe), patience);
    }
}

Task<bool> start_tracking(asio::io_context& context, std::shared_ptr<Session> session,
                          std::chrono::milliseconds limit) {
    const Patience patience{.limit = limit};
    std::vector<Arguments> tracking;
    tracking.push_back(Arguments{"CLIENT", "TRACKING", "ON", "OPTIN"});
    const auto answer = co_await exchange(context, session, std::move(tracking), patience);
    co_return !answer.front().is_error();
}

Task<bool> start_tracking_over(asio::io_context& context, std::shared_ptr<Session> session,
                               std::shared_ptr<Session> feed, std::chrono::milliseconds limit) {
    const Patience patience{.limit = limit};
    feed->expect_messages();
    std::vector<Arguments> subscription;
    subscription.push_back(Arguments{"CLIENT", "ID"});
    subscription.push_back(Arguments{"SUBSCRIBE", "__redis__:invalidate"});
    const auto subscribed = co_await exchange(context, feed, std::move(subscription), patience);
    if (subscribed[0].is_error() || subscribed[1].is_error()) {
        co_return false;
    }
    std::vector<Arguments> tracking;
    tracking.push_back(Arguments{"CLIENT", "TRACKING", "ON", "REDIRECT",
                                 std::to_string(subscribed[0].integer), "OPTIN"});
    const auto answer = co_await exchange(context, session, std::move(tracking), patience);
    if (answer.front().text.find("redirect to does not exist") != std::string::npos) {
        throw Unavailable("the connection that announces changes is gone");
    }
    co_return !answer.front().is_error();
}

}  // namespace tripos::redis

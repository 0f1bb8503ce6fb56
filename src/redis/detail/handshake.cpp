// SPDX-License-Identifier: MIT
#include "redis/detail/handshake.hpp"

namespace tripos::redis {

namespace {

Task<std::vector<Reply>> exchange(asio::io_context& context, std::shared_ptr<Session> session,
                                  std::vector<Arguments> commands, Patience patience) {
    const std::size_t count = commands.size();
    auto submit = [session, commands = std::move(commands),
                   patience](std::shared_ptr<Waiter> waiter) {
        session->submit(commands, waiter, patience);
    };
    return await_replies<std::vector<Reply>>(context.get_executor(), count, std::move(submit));
}

Arguments hello(const Endpoint& endpoint) {
    Arguments command{"HELLO", "3"};
    if (!endpoint.password.empty()) {
        const std::string user = endpoint.user.empty() ? "default" : endpoint.user;
        command.insert(command.end(), {"AUTH", user, endpoint.password.reveal()});
    }
    return command;
}

Arguments auth(const Endpoint& endpoint) {
    if (endpoint.user.empty()) {
        return {"AUTH", endpoint.password.reveal()};
    }
    return {"AUTH", endpoint.user, endpoint.password.reveal()};
}

bool does_not_know_hello(const Reply& reply) {
    return reply.is_error() &&
           (reply.text.starts_with("ERR unknown command") || reply.text.starts_with("NOPROTO"));
}

void require_ok(const Reply& reply) {
    if (reply.is_error()) {
        throw Unavailable("the server refuses: " + reply.text);
    }
}

}  // namespace

Task<> shake_hands(asio::io_context& context, std::shared_ptr<Session> session,
                   ConnectionOptions options) {
    const Patience patience{.limit = options.connect_limit};
    std::vector<Arguments> greeting;
    greeting.push_back(hello(options.endpoint));
    const auto welcome = co_await exchange(context, session, std::move(greeting), patience);

    std::vector<Arguments> rest;
    if (!does_not_know_hello(welcome.front())) {
        require_ok(welcome.front());
    } else if (!options.endpoint.password.empty()) {
        rest.push_back(auth(options.endpoint));
    }
    if (options.endpoint.database != 0) {
        rest.push_back(Arguments{"SELECT", std::to_string(options.endpoint.database)});
    }
    if (!options.client_name.empty()) {
        rest.push_back(Arguments{"CLIENT", "SETNAME", options.client_name});
    }
    rest.push_back(Arguments{"PING"});
    const auto replies = co_await exchange(context, session, std::move(rest), patience);
    for (const auto& reply : replies) {
        require_ok(reply);
    }
}

}  // namespace tripos::redis

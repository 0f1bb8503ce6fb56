// SPDX-License-Identifier: MIT
#include "redis/detail/ask_node.hpp"

#include "async/with_timeout.hpp"
#include "redis/detail/handshake.hpp"

namespace tripos::redis {

namespace {

Task<> ask(asio::io_context& context, HostResolver& resolver, ConnectionOptions options,
           std::vector<Arguments> questions, std::vector<Reply>& replies) {
    const auto session = co_await open_session(context, options.endpoint, resolver);
    const HangUp at_the_end(session);
    const Patience patience{.limit = options.connect_limit};
    co_await shake_hands(context, session, std::move(options));
    replies = co_await exchange(context, session, std::move(questions), patience);
}

}  // namespace

Task<NodeAnswer> ask_node(asio::io_context& context, HostResolver& resolver, Endpoint node,
                          std::vector<Arguments> questions, std::chrono::milliseconds limit) {
    NodeAnswer answer;
    ConnectionOptions options{.endpoint = std::move(node), .connect_limit = limit};
    try {
        auto asking =
            ask(context, resolver, std::move(options), std::move(questions), answer.replies);
        const bool in_time = co_await with_timeout(limit, std::move(asking));
        answer.problem = in_time ? "" : "no answer in time";
    } catch (const boost::system::system_error& failure) {
        answer.problem = failure.code().message();
    } catch (const std::exception& failure) {  // a thread for the name, too
        answer.problem = failure.what();
    }
    if (!answer.problem.empty()) {
        answer.replies.clear();
    }
    co_return answer;
}

}  // namespace tripos::redis

// SPDX-License-Identifier: MIT
#include "redis/reach.hpp"

#include "async/with_timeout.hpp"
#include "redis/detail/ask_node.hpp"
#include "redis/detail/handshake.hpp"

namespace tripos::redis {

namespace {

Task<> go(asio::io_context& context, ConnectionOptions options, HostResolver& resolver,
          Step& step) {
    auto stream = std::make_unique<Stream>(context);
    co_await stream->connect(options.endpoint, resolver, &step);
    step = Step::log_in;
    auto session = std::make_shared<Session>(context, std::move(stream));
    session->start();
    const HangUp at_the_end(session);
    co_await shake_hands(context, session, std::move(options));
    step = Step::done;
}

}  // namespace

Task<Reach> reach(asio::io_context& context, ConnectionOptions options) {
    Reach seen;
    HostResolver resolver(context);
    try {
        const auto limit = options.connect_limit;
        const bool in_time =
            co_await with_timeout(limit, go(context, std::move(options), resolver, seen.step));
        if (!in_time) {
            seen.problem = "no answer in time";
            seen.is_silent = true;
        }
    } catch (const boost::system::system_error& failure) {
        seen.problem = failure.code().message();
    } catch (const std::exception& failure) {  // a thread for the name, too
        seen.problem = failure.what();
    }
    co_return seen;
}

}  // namespace tripos::redis

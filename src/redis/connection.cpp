// SPDX-License-Identifier: MIT
#include "redis/connection.hpp"

#include <boost/asio/dispatch.hpp>

#include "redis/detail/command_span.hpp"
#include "redis/detail/connection_impl.hpp"

namespace tripos::redis {

Connection::Connection(asio::io_context& context, ConnectionOptions options)
    : impl_(std::make_shared<Impl>(context, std::move(options))) {}

Connection::~Connection() {
    impl_->shut();
}

void Connection::start() {
    asio::dispatch(impl_->context(), [impl = impl_] { impl->begin(); });
}

Task<> Connection::stop() {
    return impl_->stop();
}

bool Connection::is_connected() const {
    return impl_->is_connected();
}

// The functions below are no coroutines: one frame less on the hot path. Their arguments live in
// the initiation.

Task<Reply> Connection::command(Arguments arguments) {
    const Patience patience{.limit = impl_->options().command_limit};
    auto submit = [impl = impl_.get(), arguments = std::move(arguments),
                   patience](std::shared_ptr<Waiter> waiter) {
        waiter->watch(command_span(std::span(&arguments, 1)));
        impl->submit(std::span(&arguments, 1), waiter, patience);
    };
    return await_replies<Reply>(impl_->context().get_executor(), 1, std::move(submit));
}

Task<Reply> Connection::blocking_command(Arguments arguments, std::chrono::milliseconds limit) {
    const Patience patience{.limit = limit, .is_blocking = true};
    auto submit = [impl = impl_.get(), arguments = std::move(arguments),
                   patience](std::shared_ptr<Waiter> waiter) {
        waiter->watch(command_span(std::span(&arguments, 1)));
        impl->submit(std::span(&arguments, 1), waiter, patience);
    };
    return await_replies<Reply>(impl_->context().get_executor(), 1, std::move(submit));
}

Task<std::vector<Reply>> Connection::pipeline(std::vector<Arguments> commands) {
    if (commands.empty()) {
        co_return std::vector<Reply>();
    }
    const Patience patience{.limit = impl_->options().command_limit};
    const std::size_t count = commands.size();
    auto submit = [impl = impl_.get(), &commands, patience](std::shared_ptr<Waiter> waiter) {
        waiter->watch(command_span(commands));
        impl->submit(commands, waiter, patience);
    };
    co_return co_await await_replies<std::vector<Reply>>(impl_->context().get_executor(), count,
                                                         std::move(submit));
}

Task<Reply> Connection::catch_up(Arguments proof) {
    Reply reply = co_await command(std::move(proof));
    if (!reply.is_error() && impl_->has_feed()) {
        // Announcements come beside the replies, and that connection knows nothing but PING.
        const auto submit = [impl = impl_.get()](const std::shared_ptr<Waiter>& waiter) {
            impl->ping_feed(waiter);
        };
        reply = co_await await_replies<Reply>(impl_->context().get_executor(), 1, submit);
    }
    co_return reply;
}

Task<Reply> Connection::eval(const Script& script, std::vector<std::string> keys,
                             std::vector<std::string> arguments) {
    // Everything of the script that is needed after the wait stays borrowed: scripts are constants
    // of their modules.
    Arguments call;
    call.reserve(3 + keys.size() + arguments.size());
    call.emplace_back("EVALSHA");
    call.push_back(script.sha1());
    call.push_back(std::to_string(keys.size()));
    std::move(keys.begin(), keys.end(), std::back_inserter(call));
    std::move(arguments.begin(), arguments.end(), std::back_inserter(call));
    const Patience patience{.limit = impl_->options().command_limit};
    auto submit = [impl = impl_.get(), &call, &script, patience](std::shared_ptr<Waiter> waiter) {
        waiter->watch(command_span(std::span(&call, 1), script.name()));
        impl->submit(std::span(&call, 1), waiter, patience);
    };
    const auto executor = impl_->context().get_executor();
    Reply reply = co_await await_replies<Reply>(executor, 1, submit);
    if (reply.is_error() && reply.text.starts_with("NOSCRIPT")) {
        call[0] = "EVAL";
        call[1] = script.source();
        reply = co_await await_replies<Reply>(executor, 1, submit);
    }
    if (reply.is_error()) {
        throw CommandFailed(reply.text);
    }
    co_return reply;
}

}  // namespace tripos::redis

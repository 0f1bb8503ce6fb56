// SPDX-License-Identifier: MIT
#include "redis/client.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution/context.hpp>

#include "core/assert.hpp"
#include "redis/detail/greeting_slot.hpp"
#include "redis/detail/outage_log.hpp"
#include "redis/resolver.hpp"

namespace tripos::redis {

Client::Client(std::vector<asio::io_context*> contexts, ConnectionOptions options)
    : options_(std::move(options)), contexts_(std::move(contexts)) {
    TRIPOS_ASSERT(!contexts_.empty());
    if (!options_.outages) {
        options_.outages = std::make_shared<OutageLog>(address().display());
    }
    options_.greeting = std::make_shared<GreetingSlot>();
    for (auto* context : contexts_) {
        connections_.push_back(std::make_unique<Connection>(*context, options_));
    }
}

Client::~Client() = default;

Address Client::address() const {
    if (options_.resolver) {
        return options_.resolver->address();
    }
    return Address{.kind = Address::Kind::fixed, .server = options_.endpoint};
}

std::uint64_t Client::failovers() const {
    return options_.resolver ? options_.resolver->failovers() : 0;
}

void Client::set_greeting(Greeting greeting) {
    options_.greeting->set(std::move(greeting));
}

void Client::start() {
    if (options_.resolver) {
        options_.resolver->start();
    }
    for (auto& connection : connections_) {
        connection->start();
    }
}

Task<> Client::stop() {
    for (std::size_t i = 0; i < contexts_.size(); ++i) {
        co_await asio::co_spawn(*contexts_[i], connections_[i]->stop(), asio::use_awaitable);
    }
    if (options_.resolver) {
        co_await options_.resolver->stop();
    }
}

bool Client::is_connected() const {
    return std::all_of(connections_.begin(), connections_.end(),
                       [](const auto& connection) { return connection->is_connected(); });
}

std::size_t Client::index_of(const asio::any_io_executor& executor) const {
    const asio::execution_context& here = asio::query(executor, asio::execution::context);
    for (std::size_t i = 0; i < contexts_.size(); ++i) {
        if (contexts_[i] == &here) {
            return i;
        }
    }
    return contexts_.size();
}

Task<Reply> Client::command(Arguments arguments) {
    const std::size_t index = index_of(co_await asio::this_coro::executor);
    if (index < contexts_.size()) {
        co_return co_await connections_[index]->command(std::move(arguments));
    }
    co_return co_await asio::co_spawn(*contexts_.front(),
                                      connections_.front()->command(std::move(arguments)),
                                      asio::use_awaitable);
}

Task<std::vector<Reply>> Client::pipeline(std::vector<Arguments> commands) {
    const std::size_t index = index_of(co_await asio::this_coro::executor);
    if (index < contexts_.size()) {
        co_return co_await connections_[index]->pipeline(std::move(commands));
    }
    co_return co_await asio::co_spawn(*contexts_.front(),
                                      connections_.front()->pipeline(std::move(commands)),
                                      asio::use_awaitable);
}

Task<Reply> Client::eval(const Script& script, std::vector<std::string> keys,
                         std::vector<std::string> arguments) {
    const std::size_t index = index_of(co_await asio::this_coro::executor);
    if (index < contexts_.size()) {
        co_return co_await connections_[index]->eval(script, std::move(keys), std::move(arguments));
    }
    auto call = connections_.front()->eval(script, std::move(keys), std::move(arguments));
    co_return co_await asio::co_spawn(*contexts_.front(), std::move(call), asio::use_awaitable);
}

std::unique_ptr<Connection> Client::dedicated(asio::io_context& context,
                                              std::string client_name) const {
    ConnectionOptions options = options_;
    options.client_name = std::move(client_name);
    return std::make_unique<Connection>(context, std::move(options));
}

std::unique_ptr<Connection> Client::tracking(asio::io_context& context,
                                             TrackingListener& listener) const {
    ConnectionOptions options = options_;
    options.tracking = &listener;
    return std::make_unique<Connection>(context, std::move(options));
}

}  // namespace tripos::redis

// SPDX-License-Identifier: MIT
#include "cache_site.hpp"

namespace tripos::cache::test {

Task<Bytes> Source::load() {
    ++runs_;
    Bytes value;
    {
        const std::lock_guard lock(mutex_);
        value = std::make_shared<const std::string>(value_);
    }
    struct Running {
        explicit Running(std::atomic<int>& count) : count_(count) { ++count_; }
        ~Running() { --count_; }
        std::atomic<int>& count_;
    };
    const Running running(running_);
    while (held_) {
        co_await sleep_for(1ms);
    }
    if (fails_) {
        throw SystemError("load", "broken");
    }
    co_return value->empty() ? nullptr : value;
}

Site::Site(TestRedis& server, SiteOptions options) : threads_(2) {
    redis::ConnectionOptions connection;
    connection.endpoint = *redis::parse_url(options.url.empty() ? server.url() : options.url);
    connection.connect_limit = 200ms;
    connection.command_limit = options.command_limit;
    client_ = std::make_unique<redis::Client>(threads_.all(), connection);
    threads_.start();
    client_->start();
    options.cache.prefix = options.prefix;
    cache_ = std::make_unique<Cache>(*client_, options.cache, metrics_, options.seams);
    family_ = cache_->declare(options.family);
    run(client_->command({"PING"}));
    await([&] { return cache_->stats().is_tracking || !options.awaits_tracking; });
}

Site::~Site() {
    cache_.reset();
    run_blocking(threads_.background(), client_->stop());
    threads_.stop();
}

std::string Site::get(const std::string& id, Source& source, Call call) {
    const Bytes value = run(cache_->get_or_set(key(id), source.loader(), call));
    return value ? *value : "(null)";
}

std::future<Bytes> Site::begin(std::size_t index, const std::string& id, Source& source,
                               Call call) {
    return asio::co_spawn(context(index), cache_->get_or_set(key(id), source.loader(), call),
                          asio::use_future);
}

void Site::warm(const std::string& id, Source& source) {
    get(id, source);
    await([&] {
        get(id, source);
        return cache_->peek(key(id)) != nullptr;
    });
}

void await(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "waited in vain";
        std::this_thread::sleep_for(2ms);
    }
}

}  // namespace tripos::cache::test

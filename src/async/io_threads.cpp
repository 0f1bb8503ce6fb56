// SPDX-License-Identifier: MIT
#include "async/io_threads.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "async/this_thread.hpp"
#include "telemetry/log.hpp"

namespace tripos {

IoThreads::IoThreads(std::size_t request_threads) {
    if (request_threads == 0) {
        request_threads = std::max(1U, std::thread::hardware_concurrency());
    }
    for (std::size_t i = 0; i <= request_threads; ++i) {
        contexts_.push_back(std::make_unique<asio::io_context>(1));
    }
}

IoThreads::~IoThreads() {
    stop();
}

void IoThreads::start() {
    if (!threads_.empty()) {
        return;
    }
    for (std::size_t i = 0; i < contexts_.size(); ++i) {
        contexts_[i]->restart();  // after a stop
        work_.emplace_back(contexts_[i]->get_executor());
        threads_.emplace_back([context = contexts_[i].get(), i] {
            i == 0 ? introduce_thread("background", kPatient) : introduce_thread("http");
            context->run();
        });
    }
}

void IoThreads::stop() {
    work_.clear();
    for (auto& context : contexts_) {
        context->stop();
    }
    for (auto& thread : threads_) {
        thread.join();
    }
    threads_.clear();
}

std::vector<asio::io_context*> IoThreads::all() {
    std::vector<asio::io_context*> all;
    for (auto& context : contexts_) {
        all.push_back(context.get());
    }
    return all;
}

void finish_on(asio::io_context& context, Task<> task) {
    constexpr std::chrono::milliseconds kStep{5};
    constexpr std::size_t kCredit = 10'000;  // more than a handler posts
    const auto ended = std::make_shared<std::atomic<bool>>(false);
    asio::co_spawn(context, std::move(task), [ended](const std::exception_ptr& problem) {
        if (problem) {
            log::error("async", "the end of a background task failed");
        }
        *ended = true;
    });
    const bool is_ours = context.get_executor().running_in_this_thread();
    // What the handler around us has posted is counted when that handler returns, but taken off the
    // count as it runs here: without these the count could come to 0, and the context would stop.
    using Work = asio::executor_work_guard<asio::io_context::executor_type>;
    std::vector<Work> credit(is_ours ? kCredit : 0, Work(context.get_executor()));
    while (!*ended && !context.stopped()) {
        // poll_one, unlike run_one, takes over what the handler around us has posted.
        if (!is_ours) {
            std::this_thread::sleep_for(kStep);
        } else if (context.poll_one() == 0) {
            context.run_one_for(kStep);
        }
    }
    if (is_ours) {
        asio::post(context, [held = std::move(credit)] {});  // until that handler has returned
    }
}

}  // namespace tripos

// SPDX-License-Identifier: MIT
#include "async/io_threads.hpp"

#include <pthread.h>

#include <algorithm>

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
            pthread_setname_np(pthread_self(), i == 0 ? "background" : "http");
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

}  // namespace tripos

// SPDX-License-Identifier: MIT
#include "cache/batch_loader.hpp"

#include <boost/asio/post.hpp>
#include <mutex>

#include "async/completion.hpp"
#include "core/assert.hpp"

namespace tripos::cache {

namespace {

/// The ids of one call; the first one's coroutine makes it and answers the others.
struct Batch {
    std::vector<std::string> ids;
    std::vector<Completion<Bytes>> others;  ///< from the second id on
};

}  // namespace

struct BatchLoader::State {
    explicit State(LoadMany load) : load_many(std::move(load)) {}

    const LoadMany load_many;
    std::mutex mutex;
    std::shared_ptr<Batch> open;  ///< still taking ids; null: the next id begins one

    static Task<Bytes> load(std::shared_ptr<State> state, std::string id);
    static Task<Bytes> lead(std::shared_ptr<State> state, std::shared_ptr<Batch> batch);
};

BatchLoader::BatchLoader(LoadMany load_many)
    : state_(std::make_shared<State>(std::move(load_many))) {}

Loader BatchLoader::of(std::string id) const {
    return [state = state_, id = std::move(id)] { return State::load(state, id); };
}

Task<Bytes> BatchLoader::State::load(std::shared_ptr<State> state, std::string id) {
    std::shared_ptr<Batch> own;
    {
        const std::lock_guard lock(state->mutex);
        if (!state->open) {
            own = std::make_shared<Batch>();
            own->ids.push_back(id);
            state->open = own;
        }
    }
    if (own) {
        co_return co_await lead(std::move(state), std::move(own));
    }
    bool has_joined = false;
    auto join = [&state, &id, &has_joined](const Completion<Bytes>& done) {
        const std::lock_guard lock(state->mutex);
        has_joined = state->open != nullptr;
        if (has_joined) {
            state->open->ids.push_back(id);
            state->open->others.push_back(done);
        } else {
            done.complete(nullptr);  // it closed meanwhile, on another thread
        }
    };
    auto value = co_await suspend<Bytes>(std::move(join));
    if (!has_joined) {
        co_return co_await load(std::move(state), std::move(id));
    }
    co_return value;
}

Task<Bytes> BatchLoader::State::lead(std::shared_ptr<State> state, std::shared_ptr<Batch> batch) {
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    {
        const std::lock_guard lock(state->mutex);
        state->open = nullptr;
    }
    std::vector<Bytes> values;
    std::exception_ptr problem;
    try {
        values = co_await state->load_many(batch->ids);
    } catch (...) {
        problem = std::current_exception();  // for everyone in the batch
    }
    if (problem) {
        for (const auto& other : batch->others) {
            other.fail(problem);
        }
        std::rethrow_exception(problem);
    }
    TRIPOS_ASSERT(values.size() == batch->ids.size());
    for (std::size_t i = 0; i < batch->others.size(); ++i) {
        batch->others[i].complete(values[i + 1]);
    }
    co_return values.front();
}

}  // namespace tripos::cache

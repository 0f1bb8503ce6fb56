// SPDX-License-Identifier: MIT
// A hundred readers want the same value at once, in two processes: it is loaded once.

#include <atomic>

#include "async/task_group.hpp"
#include "example.hpp"

using namespace tripos;
using namespace tripos::cache;
using namespace tripos::cache::example;

std::atomic<int> g_loads{0};
std::atomic<int> g_answers{0};

Task<Bytes> load_slowly() {
    ++g_loads;
    co_await sleep_for(100ms);
    co_return bytes("a paper of many questions");
}

Task<> read(Cache& cache, KeyOf<std::string> key) {
    const auto paper = co_await cache.get_or_set(key, load_slowly);
    g_answers += paper ? 1 : 0;
}

Task<> read_over_there(Process& there, KeyOf<std::string> key) {
    co_await asio::co_spawn(there.context(), read(there.cache, key), asio::use_awaitable);
}

Task<> story(Process& here, Process& there) {
    const FamilyOptions papers{.name = "papers", .pattern = "paper:{0}"};
    const auto ours = here.cache.declare(papers);
    const auto theirs = there.cache.declare(papers);
    co_await here.cache.clear();

    TaskGroup readers(here.context().get_executor());
    for (int i = 0; i < 50; ++i) {
        readers.spawn("reader", read(here.cache, ours.key("1")));
        readers.spawn("distant reader", read_over_there(there, theirs.key("1")));
    }
    while (g_answers < 100) {
        co_await sleep_for(5ms);
    }
    std::cout << g_answers << " answers, " << g_loads << " load\n";
    co_await readers.stop();
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}

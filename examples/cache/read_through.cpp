// SPDX-License-Identifier: MIT
// A value is loaded once, answers from this process, and after its change is loaded again.

#include "example.hpp"

using namespace tripos;
using namespace tripos::cache;
using namespace tripos::cache::example;

/// Stands for the database.
std::string g_title = "Algebra";
int g_loads = 0;

Task<Bytes> load_title() {
    ++g_loads;
    co_return bytes(g_title);
}

Task<> story(Process& here, Process&) {
    auto& cache = here.cache;
    const auto titles =
        cache.declare({.name = "titles", .pattern = "exam:{0}:title", .ttl = 10min});
    co_await cache.clear();  // what an earlier run has left

    for (int reader = 1; reader <= 3; ++reader) {
        const auto title = co_await cache.get_or_set(titles.key("42"), load_title);
        std::cout << "reader " << reader << ": " << *title << ", loads " << g_loads << '\n';
    }
    // Without a suspension, where a value is likely to be here already:
    const auto at_hand = cache.peek(titles.key("42"));
    std::cout << "at hand: " << (at_hand ? *at_hand : "nothing") << '\n';

    g_title = "Geometry";
    co_await cache.del(titles.key("42"));  // after the commit, never before
    const auto changed = co_await cache.get_or_set(titles.key("42"), load_title);
    std::cout << "changed: " << *changed << ", loads " << g_loads << '\n';
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}

// SPDX-License-Identifier: MIT
// One tag ends many values at once; "there is none" is worth remembering, too.

#include "example.hpp"

using namespace tripos;
using namespace tripos::cache;
using namespace tripos::cache::example;

int g_loads = 0;

Task<Bytes> load_row() {
    ++g_loads;
    co_return bytes("a row");
}

Task<Bytes> load_nothing() {
    ++g_loads;
    co_return nullptr;
}

Task<> story(Process& here, Process&) {
    auto& cache = here.cache;
    const auto results =
        cache.declare<2>({.name = "results", .pattern = "result:{0}:{1}", .tags = {"exam:{0}"}});
    const auto users =
        cache.declare({.name = "users", .pattern = "user:{0}", .negative_ttl = 1min});
    co_await cache.clear();

    for (const auto* user : {"ada", "ben", "cleo"}) {
        co_await cache.get_or_set(results.key("42", user), load_row);
    }
    co_await cache.get_or_set(results.key("43", "ada"), load_row);
    std::cout << "four results, loads " << g_loads << '\n';

    co_await cache.invalidate_tag("exam:42");
    for (const auto* user : {"ada", "ben", "cleo"}) {
        co_await cache.get_or_set(results.key("42", user), load_row);
    }
    co_await cache.get_or_set(results.key("43", "ada"), load_row);
    std::cout << "after the tag exam:42, loads " << g_loads << '\n';

    g_loads = 0;
    for (int i = 0; i < 5; ++i) {
        const auto user = co_await cache.get_or_set(users.key("nobody"), load_nothing);
        std::cout << (user ? "found" : "absent") << ' ';
    }
    std::cout << "loads " << g_loads << '\n';
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}

// SPDX-License-Identifier: MIT
// What one process invalidates, no strict reader of another gets any more; other readers hear of it
// a moment later.

#include "example.hpp"

using namespace tripos;
using namespace tripos::cache;
using namespace tripos::cache::example;

std::string g_score = "6";

Task<Bytes> load_score() {
    co_return bytes(g_score);
}

Task<> story(Process& here, Process& there) {
    const FamilyOptions scores{.name = "scores", .pattern = "score:{0}"};
    const auto ours = here.cache.declare(scores);
    const auto theirs = there.cache.declare(scores);
    co_await here.cache.clear();

    const auto before = co_await here.cache.get_or_set(ours.key("ada"), load_score);
    std::cout << "here: " << *before << '\n';

    g_score = "7";
    // From now on the other process takes part; it runs on a thread of its own.
    co_await asio::co_spawn(there.context(), there.cache.del(theirs.key("ada")),
                            asio::use_awaitable);
    const Call strictly{.freshness = Freshness::strict()};
    const auto after = co_await here.cache.get_or_set(ours.key("ada"), load_score, strictly);
    std::cout << "here, strictly: " << *after << '\n';
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}

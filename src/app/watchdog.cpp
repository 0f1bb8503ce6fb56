// SPDX-License-Identifier: MIT
#include "app/watchdog.hpp"

#include <boost/asio/post.hpp>
#include <thread>

namespace tripos::app {

Watchdog::Watchdog(IoThreads& threads, sql::Database& database)
    : threads_(threads), database_(database) {
    ask();
}

bool Watchdog::all_move() {
    if (*silent_ > 0) {
        return false;
    }
    ask();
    return true;
}

void Watchdog::ask() {
    const auto contexts = threads_.all();
    *silent_ = contexts.size() + 1;
    for (auto* context : contexts) {
        asio::post(*context, [silent = silent_] { --*silent; });
    }
    // A refusal that comes at once is of the full line before the lane, and none of its answers.
    database_.post_write(
        [](sql::Session&) {},
        [silent = silent_, asker = std::this_thread::get_id()](const std::exception_ptr&) {
            if (std::this_thread::get_id() != asker) {
                --*silent;
            }
        });
}

}  // namespace tripos::app

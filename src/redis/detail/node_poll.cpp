// SPDX-License-Identifier: MIT
#include "redis/detail/node_poll.hpp"

#include "redis/detail/ask_node.hpp"

namespace tripos::redis {

using std::chrono::steady_clock;

NodePoll::NodePoll(asio::io_context& context, const std::vector<Endpoint>& configured)
    : context_(context), nodes_(configured), resolver_(context) {}

Task<Result<Endpoint>> NodePoll::ask(std::vector<Arguments> questions, std::string nobody,
                                     Read read) {
    std::string silence;
    std::optional<Error> ignorance;
    for (const auto& node : nodes_.all()) {
        const auto asked_at = steady_clock::now();
        auto asked = questions;
        const auto answer =
            co_await ask_node(context_, resolver_, node, std::move(asked), nodes_.patience());
        if (!answer.problem.empty()) {
            silence = node.display() + ": " + answer.problem;
            nodes_.failed(node);
            continue;
        }
        auto found = read(node, answer.replies);
        if (found) {
            nodes_.answered(node, steady_clock::now() - asked_at);
            co_return std::move(found);
        }
        ignorance = found.error();
    }
    if (ignorance) {
        co_return std::move(*ignorance);
    }
    nodes_.all_silent();
    co_return invalid("no_node", std::move(nobody) + " (" + silence + ")");
}

}  // namespace tripos::redis

// SPDX-License-Identifier: MIT
#include "queue/detail/children.hpp"

#include "queue/detail/queue_impl.hpp"

namespace tripos::queue::detail {
namespace {

std::map<std::string, std::string> read_map(const redis::Reply& reply) {
    const std::vector<redis::Reply>& flat = require(reply).elements;
    std::map<std::string, std::string> found;
    for (std::size_t i = 0; i + 1 < flat.size(); i += 2) {
        found[flat[i].text] = flat[i + 1].text;
    }
    return found;
}

std::vector<std::string> read_list(const redis::Reply& reply) {
    std::vector<std::string> found;
    for (const redis::Reply& element : require(reply).elements) {
        found.push_back(element.text);
    }
    return found;
}

}  // namespace

Task<Children> read_children(redis::Client& client, std::string job_key) {
    std::vector<redis::Arguments> commands(4);
    commands[0] = {"HGETALL", job_key + ":processed"};
    commands[1] = {"HGETALL", job_key + ":failed"};
    commands[2] = {"ZRANGE", job_key + ":unsuccessful", "0", "-1"};
    commands[3] = {"SMEMBERS", job_key + ":dependencies"};
    const std::vector<redis::Reply> replies = co_await client.pipeline(std::move(commands));
    Children children;
    children.values = read_map(replies.at(0));
    children.ignored = read_map(replies.at(1));
    children.failed = read_list(replies.at(2));
    children.pending = read_list(replies.at(3));
    co_return children;
}

}  // namespace tripos::queue::detail

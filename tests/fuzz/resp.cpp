// SPDX-License-Identifier: MIT
#include "redis/resp.hpp"

#include "core/text.hpp"
#include "fuzz/fuzz.hpp"

namespace tripos::fuzz {

namespace {

using redis::Reply;
using redis::ReplyReader;

/// Every member, so that two replies are the same when their descriptions are.
void describe(const Reply& reply, std::string& out, std::size_t& weight) {
    weight += 1 + reply.text.size();
    out += std::to_string(static_cast<int>(reply.type)) + " " + std::to_string(reply.integer) +
           " " + std::to_string(reply.real) + " " + std::to_string(reply.text.size()) + " " +
           reply.text + "[";
    for (const auto& element : reply.elements) {
        describe(element, out, weight);
    }
    out += "]";
}

std::string understood(const Pieces& pieces) {
    ReplyReader reader;
    std::string out;
    std::size_t weight = 0;
    std::size_t fed = 0;
    for (const auto piece : pieces) {
        reader.feed(piece);
        fed += piece.size();
        for (;;) {
            const auto reply = reader.next();
            if (!reply) {
                return out + "garbage";
            }
            if (!*reply) {
                break;
            }
            describe(**reply, out, weight);
            require(weight <= fed, "a reply holds no more than arrived");
        }
    }
    return out;
}

}  // namespace

void resp(std::string_view input) {
    require_same_in_pieces(input, understood);

    const auto arguments = split(input, '\n');
    std::string command;
    redis::append_command(command, arguments);
    ReplyReader reader;
    reader.feed(command);
    const auto reply = reader.next();
    require(reply && *reply && (*reply)->elements.size() == arguments.size(),
            "a command is an array of its arguments");
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        require((*reply)->elements[i].text == arguments[i], "an argument arrives as it was sent");
    }
}

}  // namespace tripos::fuzz

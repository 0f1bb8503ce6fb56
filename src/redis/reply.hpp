// SPDX-License-Identifier: MIT
#pragma once
// A reply of Redis, RESP2 and RESP3 alike (redis.io/docs/reference/protocol-spec). Value type, not
// thread-safe.

#include <cstdint>
#include <string>
#include <vector>

namespace tripos::redis {

/// One reply, RESP2 or RESP3.
struct Reply {
    /// Kinds of replies.
    enum class Type { null, text, integer, error, array, real, boolean, map, push };

    Type type = Type::null;       ///< which members count
    std::string text;             ///< text, or an error's message
    std::int64_t integer = 0;     ///< integer, or boolean as 0/1
    double real = 0;              ///< of a double
    std::vector<Reply> elements;  ///< array and push; a map is its keys and values in turn

    bool is_null() const { return type == Type::null; }    ///< there is none
    bool is_error() const { return type == Type::error; }  ///< `text` is the server's message
    bool is_text() const { return type == Type::text; }    ///< bulk or simple string
};

}  // namespace tripos::redis

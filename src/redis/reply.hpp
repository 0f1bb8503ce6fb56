// SPDX-License-Identifier: MIT
#pragma once
// A reply of Redis, RESP2 and RESP3 alike (redis.io/docs/reference/protocol-spec). Value type, not
// thread-safe.

#include <cstdint>
#include <string>
#include <vector>

namespace tripos::redis {

struct Reply {
    enum class Type { null, text, integer, error, array, real, boolean, map, push };

    Type type = Type::null;
    std::string text;          ///< text, or an error's message
    std::int64_t integer = 0;  ///< integer, or boolean as 0/1
    double real = 0;
    std::vector<Reply> elements;  ///< array and push; a map is its keys and values in turn

    bool is_null() const { return type == Type::null; }
    bool is_error() const { return type == Type::error; }
    bool is_text() const { return type == Type::text; }
};

}  // namespace tripos::redis

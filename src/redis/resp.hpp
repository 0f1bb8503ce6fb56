// SPDX-License-Identifier: MIT
#pragma once
// RESP: the wire format of Redis, without I/O. The reader takes bytes as they come and never trusts
// a length: depth, element counts and bulk sizes are bounded.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "redis/reply.hpp"

namespace tripos::redis {

/// Appends one command in the form every server understands (array of bulk strings).
void append_command(std::string& out, std::span<const std::string_view> arguments);

/// Incremental parser. Not thread-safe.
class ReplyReader {
  public:
    static constexpr std::size_t kMaxBulk = 512U << 20;  ///< bytes, the server's own limit
    static constexpr std::size_t kMaxElements = 1U << 24;
    static constexpr int kMaxDepth = 16;

    void feed(std::string_view bytes);

    /// The next whole reply; nothing: more bytes are needed; an error: the stream is garbage, drop
    /// the connection.
    Result<std::optional<Reply>> next();

  private:
    std::string buffer_;
    std::size_t consumed_ = 0;
};

}  // namespace tripos::redis

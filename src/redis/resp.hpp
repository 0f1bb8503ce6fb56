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
    static constexpr std::size_t kMaxBulk = 512U << 20;    ///< bytes, the server's own limit
    static constexpr std::size_t kMaxElements = 1U << 24;  ///< of one array or map
    static constexpr int kMaxDepth = 16;                   ///< of arrays in arrays

    void feed(std::string_view bytes);  ///< any piece of the stream

    /// The next whole reply; nothing: more bytes are needed; an error: the stream is garbage, drop
    /// the connection.
    Result<std::optional<Reply>> next();

  private:
    /// An aggregate whose elements have not all come yet.
    struct Open {
        Reply reply;
        std::size_t missing = 0;
        bool discard =
            false;  ///< an attribute: information about the next reply that nobody here asked for
    };
    enum class Step { value, opened, skipped, starved };

    Result<Step> read_item(Reply& out);
    Result<Step> read_bulk(char type, std::string_view length, Reply& out);
    Result<Step> open_aggregate(char type, std::string_view count, Reply& out);
    /// Puts a finished value where it belongs; true if it is a whole reply, now in `value`.
    bool close_aggregates(Reply& value);

    std::string buffer_;
    std::size_t consumed_ = 0;
    std::vector<Open>
        open_;  ///< outermost first; kept between calls, so that no byte is parsed twice
};

}  // namespace tripos::redis

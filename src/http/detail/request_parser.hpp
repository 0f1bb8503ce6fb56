// SPDX-License-Identifier: MIT
#pragma once
// RequestParser: bytes in, Request out. Framing is Beast's; check_head() holds the stricter rules.
// The only user of Beast, which stays inside the .cpp because it is slow to compile.

#include <memory>
#include <optional>
#include <string_view>

#include "http/detail/rejection.hpp"
#include "http/message.hpp"

namespace tripos::http::detail {

struct ParserLimits {
    std::size_t header = 16 * 1024;  ///< bytes of the head
    std::size_t body = 1024 * 1024;  ///< bytes of the body, chunks joined
};

/// Not thread-safe; one per connection, used for one request after the other.
class RequestParser {
  public:
    enum class State {
        head,      ///< the head is not complete
        body,      ///< the head is read, the body is not complete
        complete,  ///< the Request is filled
        rejected,  ///< see rejection(); the connection must close
    };

    explicit RequestParser(ParserLimits limits);
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    /// Begins a request. Lifetime: `request` outlives the parsing of it.
    void begin(Request& request);

    /// Takes from `input` what it can and returns how many bytes that were; the rest must be
    /// offered again, with more behind it. Requires: state() is head or body.
    std::size_t consume(std::string_view input);

    State state() const { return state_; }
    const Rejection& rejection() const { return rejection_; }

    // About the head. Requires: it was read.
    bool keep_alive() const;  ///< what the client asks for
    bool is_http11() const;
    bool expects_continue() const;  ///< 100-continue, and no byte of the body has arrived

  private:
    class Parser;

    std::size_t reject(Rejection rejection);
    std::size_t consume_head(std::string_view input);
    std::size_t consume_body(std::string_view input);
    std::optional<Rejection> check_expectation() const;

    const ParserLimits limits_;
    Request* request_ = nullptr;
    std::unique_ptr<Parser> parser_;
    Rejection rejection_;
    State state_ = State::head;
    std::size_t framing_ = 0;  ///< bytes taken that are not of the body
    std::size_t scanned_ = 0;  ///< bytes of the unfinished head that were looked at already
};

}  // namespace tripos::http::detail

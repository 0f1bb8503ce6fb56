// SPDX-License-Identifier: MIT
#pragma once
// Seat: one candidate's connection, and the answer that is being read from it.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "loadtest/dial.hpp"

namespace tripos::loadtest {

/// Reads answers with a Content-Length; keeps a body only if it is wanted.
class AnswerReader {
  public:
    void expect(bool wants_body);
    /// False: this is no answer we know how to read.
    bool take(std::string_view bytes);
    bool is_complete() const { return has_head_ && missing_ == 0; }
    int status() const { return status_; }
    const std::string& body() const { return body_; }

  private:
    bool read_head();

    bool wants_body_ = false;
    bool has_head_ = false;
    int status_ = 0;
    std::size_t missing_ = 0;
    std::string head_;
    std::string body_;
};

/// Instants in microseconds of the steady clock.
struct Seat {
    std::string token;  ///< of the log-in; empty: none yet
    Descriptor socket;
    std::deque<std::uint32_t> waiting;  ///< steps; the first is under way if is_busy
    bool is_busy = false;
    bool is_watched_for_room = false;  ///< what is left of `out` waits for room to be written
    int tries = 0;                     ///< of the first step
    std::int64_t sent_at = 0;          ///< the last try
    std::int64_t retry_at = 0;         ///< when not busy: not before; 0: at once
    std::int64_t on_its_way = 0;       ///< until when the request or its answer is; 0: neither
    std::int64_t journal_at = -1;      ///< the first line of what is under way
    std::string out;
    std::size_t written = 0;
    AnswerReader answer;
};

}  // namespace tripos::loadtest

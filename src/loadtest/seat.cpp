// SPDX-License-Identifier: MIT
#include "loadtest/seat.hpp"

#include <algorithm>
#include <cstdlib>

namespace tripos::loadtest {

namespace {

constexpr std::string_view kLength = "\r\nContent-Length: ";

}  // namespace

void AnswerReader::expect(bool wants_body) {
    wants_body_ = wants_body;
    has_head_ = false;
    status_ = 0;
    missing_ = 0;
    head_.clear();
    body_.clear();
}

bool AnswerReader::take(std::string_view bytes) {
    if (!has_head_) {
        head_ += bytes;
        const auto end = head_.find("\r\n\r\n");
        if (end == std::string::npos) {
            return head_.size() < 65'536;
        }
        const auto rest = std::string(std::string_view(head_).substr(end + 4));
        head_.resize(end);
        return read_head() && take(rest);
    }
    if (bytes.size() > missing_) {
        return false;
    }
    missing_ -= bytes.size();
    if (wants_body_) {
        body_ += bytes;
    }
    return true;
}

bool AnswerReader::read_head() {
    const auto length = head_.find(kLength);
    if (!head_.starts_with("HTTP/1.1 ") || length == std::string::npos) {
        return false;
    }
    status_ = std::atoi(head_.c_str() + 9);
    missing_ = std::strtoull(head_.c_str() + length + kLength.size(), nullptr, 10);
    has_head_ = true;
    return true;
}

}  // namespace tripos::loadtest

// SPDX-License-Identifier: MIT
#pragma once
// CachedBody: a body that is the same for everyone until it changes, such as a page, a script, a
// leaderboard. It is hashed and compressed once, when it is made; a request costs a comparison of
// entity tags and a copy.
//
// Compression is chosen here, by who makes a CachedBody, and nowhere else: an answer that holds a
// caller's secret beside text that somebody else may have chosen would tell the secret by its
// compressed length (the BREACH attack), so such answers go out as they are.

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace tripos::http {

/// Immutable; thread-safe.
class CachedBody {
  public:
    /// `cache_control` defaults to: keep it, but ask each time.
    CachedBody(std::string content_type, std::string plain, std::string cache_control = "no-cache");

    /// 200 in the coding the client prefers, 304 when it has that already, 412 for an If-Match that
    /// names another.
    Response answer(const Request& request) const;

    const std::string& plain() const { return plain_; }

  private:
    std::string content_type_;
    std::string cache_control_;
    std::string plain_;
    std::string packed_;  ///< gzip; empty when it saves too little
    std::string etag_;
    std::string packed_etag_;
};

/// The CachedBody of a value that is read from elsewhere each time: made anew only when the value
/// differs from the last one. Thread-safe.
class LatestBody {
  public:
    explicit LatestBody(std::string content_type) : content_type_(std::move(content_type)) {}

    std::shared_ptr<const CachedBody> of(std::string plain);

  private:
    const std::string content_type_;
    std::mutex mutex_;
    std::shared_ptr<const CachedBody> latest_;
};

}  // namespace tripos::http

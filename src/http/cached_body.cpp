// SPDX-License-Identifier: MIT
#include "http/cached_body.hpp"

#include "core/digest.hpp"
#include "http/detail/preconditions.hpp"
#include "http/gzip_body.hpp"

namespace tripos::http {

namespace {

constexpr std::size_t kWorthPacking = 1024;  ///< below it fits into one packet anyway

/// Empty when compression saves less than a tenth.
std::string pack(std::string_view plain) {
    if (plain.size() < kWorthPacking) {
        return {};
    }
    const auto piece = compress_pieces({plain}).front();
    GzipBody body(piece.deflated.size());
    body.add(piece);
    auto packed = body.finish();
    return packed.size() < plain.size() - plain.size() / 10 ? packed : std::string();
}

}  // namespace

CachedBody::CachedBody(std::string content_type, std::string plain, std::string cache_control)
    : content_type_(std::move(content_type)),
      cache_control_(std::move(cache_control)),
      plain_(std::move(plain)),
      packed_(pack(plain_)),
      etag_('"' + content_digest(plain_) + '"'),
      packed_etag_('"' + content_digest(plain_) + "-gz\"") {}

Response CachedBody::answer(const Request& request) const {
    const bool is_packed = !packed_.empty() && prefers_gzip(request);
    const auto& etag = is_packed ? packed_etag_ : etag_;
    const auto verdict = detail::check_preconditions(request, etag);
    if (verdict == detail::Precondition::failed) {
        return problem(412, "precondition_failed", "This is another version than If-Match names");
    }
    Response response;
    // In a 304, too: the server's policy for browsers goes by the type, and they take it over.
    response.with_header("Content-Type", content_type_)
        .with_header("ETag", etag)
        .with_header("Cache-Control", cache_control_);
    if (!packed_.empty()) {
        response.with_header("Vary", "Accept-Encoding");
    }
    if (verdict == detail::Precondition::not_modified) {
        response.status = 304;
        return response;
    }
    if (is_packed) {
        response.with_header("Content-Encoding", "gzip");
    }
    response.body = is_packed ? packed_ : plain_;
    return response;
}

std::shared_ptr<const CachedBody> LatestBody::of(std::string plain) {
    const std::lock_guard lock(mutex_);
    if (!latest_ || latest_->plain() != plain) {
        latest_ = std::make_shared<const CachedBody>(content_type_, std::move(plain));
    }
    return latest_;
}

}  // namespace tripos::http

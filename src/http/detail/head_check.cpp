// SPDX-License-Identifier: MIT
#include "http/detail/head_check.hpp"

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <string>

#include "core/text.hpp"

namespace tripos::http::detail {

namespace {

constexpr std::size_t kMaxFields = 100;
constexpr std::size_t kMaxLengthDigits = 18;

constexpr Rejection bad(std::string_view message) {
    return Rejection{.status = 400, .code = "bad_request", .message = message};
}

/// Which bytes a grammar rule allows.
class ByteSet {
  public:
    /// Letters, digits and `marks`.
    explicit constexpr ByteSet(std::string_view marks) {
        for (unsigned char c = '0'; c <= 'z'; ++c) {
            allowed_[c] = c <= '9' || (c >= 'A' && c <= 'Z') || c >= 'a';
        }
        for (const char c : marks) {
            allowed_[static_cast<unsigned char>(c)] = true;
        }
    }

    constexpr bool holds_all_of(std::string_view text) const {
        return std::all_of(text.begin(), text.end(),
                           [this](char c) { return allowed_[static_cast<unsigned char>(c)]; });
    }

  private:
    std::array<bool, 256> allowed_{};
};

constexpr ByteSet kToken("!#$%&'*+-.^_`|~");
constexpr ByteSet kHost("-._~!$&'()*+,;=:%[]");

/// A host that a URL could have, and perhaps a port (RFC 9112, 3.2).
bool is_host(std::string_view value) {
    if (!kHost.holds_all_of(value)) {
        return false;
    }
    const auto authority = boost::urls::parse_authority(value);
    return authority && !authority->encoded_host().empty();
}
// Wider than RFC 3986, because browsers leave some of these bare in queries.
constexpr ByteSet kTarget("!$%&'()*+,-./:;=?@[\\]^_`{|}~");

std::optional<Rejection> check_version(std::string_view version) {
    if (version == "HTTP/1.1" || version == "HTTP/1.0") {
        return std::nullopt;
    }
    const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") &&
                             version[6] == '.' && version[5] >= '0' && version[5] <= '9' &&
                             version[7] >= '0' && version[7] <= '9';
    if (well_formed) {
        return Rejection{505, "version_not_supported", "This server speaks HTTP/1.1"};
    }
    return bad("The request line must end with HTTP/1.1");
}

/// Absolute form names the host twice; a proxy in front may have believed the other one.
bool authority_differs(std::string_view target, std::string_view host) {
    const auto scheme = target.find("://");
    if (target.front() == '/' || scheme == std::string_view::npos) {
        return false;
    }
    const auto rest = target.substr(scheme + 3);
    return to_lower(rest.substr(0, rest.find_first_of("/?"))) != to_lower(host);
}

/// The fields that decide where the message ends and for whom it is.
class Framing {
  public:
    std::optional<Rejection> add(std::string_view name, std::string_view value) {
        if (name == "host") {
            if (++hosts_ > 1 || !is_host(value)) {
                return bad("Exactly one valid Host header is needed");
            }
            host_ = value;
        } else if (name == "content-length") {
            const bool digits = !value.empty() && value.size() <= kMaxLengthDigits &&
                                std::all_of(value.begin(), value.end(),
                                            [](char c) { return c >= '0' && c <= '9'; });
            if (++lengths_ > 1 || !digits) {
                return bad("Content-Length must be one plain number");
            }
        } else if (name == "transfer-encoding") {
            if (++encodings_ > 1 || to_lower(value) != "chunked") {
                return bad("The only Transfer-Encoding served is chunked");
            }
        }
        return std::nullopt;
    }

    std::optional<Rejection> finish(std::string_view target, bool is_http11) const {
        if (is_http11 && hosts_ == 0) {
            return bad("Exactly one valid Host header is needed");
        }
        if (encodings_ > 0 && lengths_ > 0) {
            return bad("Content-Length and Transfer-Encoding exclude each other");
        }
        if (encodings_ > 0 && !is_http11) {
            return bad("HTTP/1.0 has no Transfer-Encoding");
        }
        if (hosts_ > 0 && authority_differs(target, host_)) {
            return bad("The request target and the Host header name different hosts");
        }
        return std::nullopt;
    }

  private:
    std::string_view host_;
    int hosts_ = 0;
    int lengths_ = 0;
    int encodings_ = 0;
};

std::optional<Rejection> check_field(std::string_view line, Framing& framing) {
    if (line.front() == ' ' || line.front() == '\t') {
        return bad("Header lines must not be folded");
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 ||
        !kToken.holds_all_of(line.substr(0, colon))) {
        return bad("A header line must be a name, a colon and a value");
    }
    const auto raw = line.substr(colon + 1);
    if (has_control_characters(raw, "\t")) {
        return bad("A header value must not contain control characters");
    }
    const auto first = line.front() | 0x20;
    return first == 'h' || first == 'c' || first == 't'
               ? framing.add(to_lower(line.substr(0, colon)), trim(raw))
               : std::nullopt;
}

/// Takes the text up to CRLF off the front. CR and LF elsewhere stay in the line and are rejected
/// as control characters.
std::string_view take_line(std::string_view& rest) {
    const auto end = rest.find("\r\n");
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    return line;
}

}  // namespace

std::optional<Rejection> check_head(std::string_view head) {
    const auto request_line = take_line(head);
    const auto first = request_line.find(' ');
    const auto last = request_line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return bad("The request line must be a method, a target and a version");
    }
    const auto target = request_line.substr(first + 1, last - first - 1);
    if (first == 0 || target.empty() || !kToken.holds_all_of(request_line.substr(0, first)) ||
        !kTarget.holds_all_of(target)) {
        return bad("The method or the target contains bytes that are not allowed");
    }
    const auto version = request_line.substr(last + 1);
    if (auto rejection = check_version(version)) {
        return rejection;
    }
    Framing framing;
    std::size_t fields = 0;
    for (auto line = take_line(head); !line.empty(); line = take_line(head)) {
        if (++fields > kMaxFields) {
            return Rejection{431, "header_too_large", "The request has too many headers"};
        }
        if (auto rejection = check_field(line, framing)) {
            return rejection;
        }
    }
    return framing.finish(target, version == "HTTP/1.1");
}

std::optional<Rejection> check_partial_head(std::string_view beginning, std::size_t seen) {
    for (std::size_t i = seen == 0 ? 0 : seen - 1; i < beginning.size(); ++i) {
        const bool last = i + 1 == beginning.size();
        const bool lone_cr = beginning[i] == '\r' && !last && beginning[i + 1] != '\n';
        const bool lone_lf = beginning[i] == '\n' && (i == 0 || beginning[i - 1] != '\r');
        if (lone_cr || lone_lf || beginning[i] == '\0') {
            return bad("Lines of the head must end in CR LF");
        }
    }
    return std::nullopt;
}

}  // namespace tripos::http::detail

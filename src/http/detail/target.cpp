// SPDX-License-Identifier: MIT
#include "http/detail/target.hpp"

#include "core/text.hpp"

namespace tripos::http::detail {

namespace {

bool is_clean(std::string_view text) {
    return is_valid_utf8(text) && !has_control_characters(text);
}

/// The target without scheme and authority; nothing for forms that only proxies serve.
std::optional<std::string_view> origin_form(std::string_view target) {
    if (target.starts_with('/')) {
        return target;
    }
    if (!starts_with_ignoring_case(target, "http://") &&
        !starts_with_ignoring_case(target, "https://")) {
        return std::nullopt;
    }
    const auto authority = target.find("://") + 3;
    const auto path = target.find_first_of("/?", authority);
    if (path == std::string_view::npos) {
        return "/";
    }
    return target.substr(path);
}

}  // namespace

std::optional<Rejection> read_target(std::string_view target, Request& request) {
    if (target == "*" && request.method == Method::options) {
        request.path = "*";
        return std::nullopt;
    }
    const auto origin = origin_form(target);
    if (!origin) {
        return Rejection{400, "bad_request", "The request target must begin with a slash"};
    }
    const auto question = origin->find('?');
    const auto path = origin->substr(0, question);
    if (path.find('%') != std::string_view::npos) {
        const auto decoded = percent_decode(path);
        if (!decoded || !is_clean(*decoded)) {
            return Rejection{400, "bad_request", "The path is not percent-encoded UTF-8 text"};
        }
    }
    request.path = path.empty() ? "/" : path;
    if (question == std::string_view::npos) {
        return std::nullopt;
    }
    request.query = origin->substr(question + 1);
    if (request.query.find('%') != std::string::npos) {
        const auto decoded = percent_decode(request.query);
        if (!decoded || !is_valid_utf8(*decoded) || decoded->find('\0') != std::string::npos) {
            return Rejection{400, "bad_request", "The query is not percent-encoded UTF-8 text"};
        }
    }
    return std::nullopt;
}

}  // namespace tripos::http::detail

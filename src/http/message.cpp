// SPDX-License-Identifier: MIT
#include "http/message.hpp"

#include <algorithm>
#include <boost/url/pct_string_view.hpp>

#include "core/assert.hpp"
#include "core/text.hpp"

namespace tripos::http {

namespace {

std::optional<std::string> decode(std::string_view text, boost::urls::encoding_opts rules) {
    const auto encoded = boost::urls::make_pct_string_view(text);
    return encoded ? std::optional(encoded->decode(rules)) : std::nullopt;
}

Response with_content_type(int status, std::string_view type, std::string body) {
    Response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", type);
    response.body = std::move(body);
    return response;
}

/// Forms write a blank as '+', and so does the browsers' URLSearchParams.
std::optional<std::string> decode_query_part(std::string_view text) {
    boost::urls::encoding_opts rules;
    rules.space_as_plus = true;
    return decode(text, rules);
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) {
            return value;
        }
    }
    return std::nullopt;
}

std::vector<std::string_view> Request::cookies(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : headers) {
        if (key != "cookie") {
            continue;
        }
        for (const auto part : split(value, ';')) {
            const auto pair = trim(part);
            const auto equals = pair.find('=');
            if (equals == std::string_view::npos || trim(pair.substr(0, equals)) != name) {
                continue;
            }
            auto found = trim(pair.substr(equals + 1));
            if (found.size() >= 2 && found.front() == '"' && found.back() == '"') {
                found = found.substr(1, found.size() - 2);
            }
            values.push_back(found);
        }
    }
    return values;
}

std::optional<std::string> Request::query_parameter(std::string_view name) const {
    if (query.empty()) {
        return std::nullopt;
    }
    for (const auto part : split(query, '&')) {
        const auto equals = part.find('=');
        const auto key = decode_query_part(part.substr(0, equals));
        if (!key || *key != name) {
            continue;
        }
        return equals == std::string_view::npos ? std::string()
                                                : decode_query_part(part.substr(equals + 1));
    }
    return std::nullopt;
}

const std::string& Request::parameter(std::string_view name) const {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const auto& pair) { return pair.first == name; });
    TRIPOS_ASSERT(found != parameters.end());
    return found->second;
}

Response& Response::with_header(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
}

Response json_response(int status, std::string body) {
    return with_content_type(status, "application/json; charset=utf-8", std::move(body));
}

Response html_response(int status, std::string body) {
    return with_content_type(status, "text/html; charset=utf-8", std::move(body));
}

Response text_response(int status, std::string body) {
    return with_content_type(status, "text/plain; charset=utf-8", std::move(body));
}

std::optional<std::string> percent_decode(std::string_view text) {
    return decode(text, {});
}

}  // namespace tripos::http

// SPDX-License-Identifier: MIT
#include "http/detail/preconditions.hpp"

#include "core/text.hpp"

namespace tripos::http::detail {

namespace {

enum class Comparison { strong, weak };

/// Takes the next entity tag off the front of a list; empty at its end or where it is malformed.
std::string_view take_tag(std::string_view& list) {
    while (!list.empty() && (list.front() == ' ' || list.front() == '\t' || list.front() == ',')) {
        list.remove_prefix(1);
    }
    const std::size_t opening = list.starts_with("W/") ? 2 : 0;
    const auto closing = list.find('"', opening + 1);
    if (list.size() <= opening || list[opening] != '"' || closing == std::string_view::npos) {
        return {};
    }
    const auto tag = list.substr(0, closing + 1);
    list.remove_prefix(closing + 1);
    return tag;
}

/// Whether the list names `etag`, or is `*`.
bool names(std::string_view list, std::string_view etag, Comparison comparison) {
    if (trim(list) == "*") {
        return true;
    }
    for (auto tag = take_tag(list); !tag.empty(); tag = take_tag(list)) {
        if (comparison == Comparison::weak && tag.starts_with("W/")) {
            tag.remove_prefix(2);
        }
        if (tag == etag) {
            return true;
        }
    }
    return false;
}

/// Whether any header of that name names `etag`; nothing without such a header.
std::optional<bool> named_by(const Request& request, std::string_view name, std::string_view etag,
                             Comparison comparison) {
    std::optional<bool> found;
    for (const auto& [key, value] : request.headers) {
        if (key == name) {
            found = found.value_or(false) || names(value, etag, comparison);
        }
    }
    return found;
}

}  // namespace

Precondition check_preconditions(const Request& request, std::string_view etag) {
    if (named_by(request, "if-match", etag, Comparison::strong) == false) {
        return Precondition::failed;
    }
    const bool is_known = named_by(request, "if-none-match", etag, Comparison::weak) == true;
    return is_known ? Precondition::not_modified : Precondition::met;
}

}  // namespace tripos::http::detail

// SPDX-License-Identifier: MIT
#include "app/control_values.hpp"
#include "http/json_text.hpp"

namespace tripos::app {

namespace json = boost::json;

std::string plain_text(const json::value& value) {
    if (value.is_null()) {
        return {};
    }
    return value.is_string() ? std::string(value.get_string()) : http::json_text(value);
}

json::object typed(
    std::initializer_list<std::pair<const char*, std::string_view>> texts,
    std::initializer_list<std::pair<const char*, std::optional<std::int64_t>>> numbers,
    std::initializer_list<std::pair<const char*, bool>> flags) {
    json::object body;
    for (const auto& [name, text] : texts) {
        if (!text.empty()) {
            body[name] = text;
        }
    }
    for (const auto& [name, number] : numbers) {
        if (number) {
            body[name] = *number;
        }
    }
    for (const auto& [name, flag] : flags) {
        if (flag) {
            body[name] = true;
        }
    }
    return body;
}

std::string member_text(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? std::string() : plain_text(*value);
}

}  // namespace tripos::app

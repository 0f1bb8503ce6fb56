// SPDX-License-Identifier: MIT
#include "app/json_text.hpp"
#include "http/json_text.hpp"

namespace tripos::app {

namespace json = boost::json;

std::string plain_text(const json::value& value) {
    if (value.is_null()) {
        return {};
    }
    return value.is_string() ? std::string(value.get_string()) : http::json_text(value);
}

std::string member_text(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? std::string() : plain_text(*value);
}

}  // namespace tripos::app

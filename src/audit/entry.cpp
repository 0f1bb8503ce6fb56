// SPDX-License-Identifier: MIT
#include "audit/entry.hpp"

#include "http/json_writer.hpp"

namespace tripos::audit {

Actor system() {
    return {.id = "system"};
}

Actor command_line() {
    return {.id = "command line"};
}

std::string facts(std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
    http::JsonWriter json;
    json.begin_object();
    for (const auto& [name, value] : members) {
        json.member(name, value);
    }
    return json.end_object().take();
}

}  // namespace tripos::audit

// SPDX-License-Identifier: MIT
#include "app/cache_command.hpp"

#include <boost/json/value_from.hpp>
#include <iostream>

#include "app/cache_tables.hpp"
#include "app/control_session.hpp"
#include "app/start_failure.hpp"
#include "http/json_text.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

json::object body_of(const CacheArguments& arguments) {
    json::object body;
    const std::pair<const char*, const std::string&> texts[] = {
        {"key", arguments.key}, {"exam", arguments.exam}, {"family", arguments.family}};
    for (const auto& [name, text] : texts) {
        if (!text.empty()) {
            body[name] = text;
        }
    }
    if (arguments.action == "invalidate") {
        body["keys"] = json::value_from(arguments.keys);
        body["tags"] = json::value_from(arguments.tags);
    }
    return body;
}

}  // namespace

int run_cache_command(const CacheArguments& arguments, bool as_json, const Config& config) {
    ControlSession session(config);
    const auto answer = session.succeed("/control/cache/" + arguments.action, body_of(arguments));
    if (!answer) {
        return static_cast<int>(ExitCode::failure);
    }
    std::cout << (as_json ? http::json_text(*answer) + "\n" : cache_text(arguments, *answer));
    return static_cast<int>(ExitCode::ok);
}

}  // namespace tripos::app

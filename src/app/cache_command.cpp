// SPDX-License-Identifier: MIT
#include "app/cache_command.hpp"

#include <boost/json/value_from.hpp>

#include "app/cache_tables.hpp"
#include "app/control_session.hpp"
#include "app/control_values.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

json::object body_of(const CacheArguments& arguments) {
    auto body =
        typed({{"key", arguments.key}, {"exam", arguments.exam}, {"family", arguments.family}});
    if (arguments.action == "invalidate") {
        body["keys"] = json::value_from(arguments.keys);
        body["tags"] = json::value_from(arguments.tags);
    } else if (arguments.action == "clear") {  // whoever typed it names what
        body["confirm"] = arguments.family.empty() ? "all" : arguments.family;
    }
    return body;
}

}  // namespace

int run_cache_command(const CacheArguments& arguments, bool as_json, const Config& config) {
    ControlSession session(config);
    const auto answer = session.succeed("/control/cache/" + arguments.action, body_of(arguments));
    return print_answer(answer, as_json, [&] { return cache_text(arguments, *answer); });
}

}  // namespace tripos::app

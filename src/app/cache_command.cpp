// SPDX-License-Identifier: MIT
#include "app/cache_command.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/value_from.hpp>

#include "app/cache_tables.hpp"
#include "app/control_session.hpp"
#include "app/json_text.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

json::object body_of(const CacheArguments& arguments) {
    auto body =
        typed({{"key", arguments.key}, {"exam", arguments.exam}, {"family", arguments.family}});
    if (arguments.action == "invalidate") {
        body["keys"] = json::value_from(arguments.keys);
        body["tags"] = json::value_from(arguments.tags);
    }
    return body;
}

}  // namespace

void add_cache_commands(CLI::App& program, CacheArguments& arguments) {
    auto* cache = program.add_subcommand("cache", "Look into the cache and empty it");
    cache->require_subcommand(1);
    const auto add = [cache, &arguments](const char* name, const char* about) {
        auto* command = cache->add_subcommand(name, about);
        command->callback([&arguments, name] { arguments.action = name; });
        return command;
    };
    add("stats", "Hits and loads per family, and which lifetime to change");
    const std::pair<const char*, const char*> of_a_key[] = {
        {"get", "Print a value"},
        {"explain", "Where a value is, how long it lives, what would end it"},
        {"del", "Invalidate one key, on every server"}};
    for (const auto& [name, about] : of_a_key) {
        add(name, about)
            ->add_option("key", arguments.key, "Its name, without CACHE_PREFIX")
            ->required();
    }
    auto* invalidate = add("invalidate", "Invalidate tags and keys, on every server");
    invalidate->add_option("tags", arguments.tags, "Tags, for example exam:<id>");
    invalidate->add_option("--key", arguments.keys, "A key; may be given again");
    auto* clear = add("clear", "Empty one family or everything, on every server");
    auto* what = clear->add_option_group("what");
    what->add_option("family", arguments.family, "The family, for example exam");
    what->add_flag("--all", arguments.confirmed, "Every family");
    what->require_option(1);
    add("warm", "Load an exam's list, details and paper before its candidates come")
        ->add_option("exam", arguments.exam, "The exam's id")
        ->required();
}

int run_cache_command(const CacheArguments& arguments, bool as_json, const Config& config) {
    ControlSession session(config);
    const auto answer = session.succeed("/control/cache/" + arguments.action, body_of(arguments));
    return print_answer(answer, as_json, [&] { return cache_text(arguments, *answer); });
}

}  // namespace tripos::app

// SPDX-License-Identifier: MIT
#include "app/cache_arguments.hpp"

#include <CLI/CLI.hpp>

namespace tripos::app {

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

}  // namespace tripos::app

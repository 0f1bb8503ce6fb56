// SPDX-License-Identifier: MIT
#include "app/config_command.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "app/start_failure.hpp"
#include "app/text_table.hpp"
#include "http/json_text.hpp"
#include "settings/reference.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

const char* word(settings::Source source) {
    switch (source) {
        case settings::Source::flag:
            return "flag";
        case settings::Source::environment:
            return "environment";
        case settings::Source::dotenv:
            return ".env";
        case settings::Source::default_value:
            break;
    }
    return "default";
}

settings::Origin origin_of(const settings::Option& option, const LoadedConfig& loaded) {
    const auto found = loaded.origins.find(option.key);
    return found == loaded.origins.end()
               ? settings::Origin{settings::Source::default_value, option.key}
               : found->second;
}

std::string table_of(LoadedConfig& loaded) {
    TextTable table({"SETTING", "VALUE", "FROM"});
    for (const auto& option : loaded.config.table()) {
        const auto origin = origin_of(option, loaded);
        const auto value = option.shown();
        const auto alias = origin.key == option.key ? "" : " (" + origin.key + ")";
        table.add({option.key, value.empty() ? "(" + option.unset + ")" : value,
                   word(origin.source) + alias});
    }
    return table.text();
}

}  // namespace

json::object settings_json(LoadedConfig& loaded) {
    json::array all;
    for (const auto& option : loaded.config.table()) {
        const auto origin = origin_of(option, loaded);
        all.push_back({{"key", option.key},
                       {"value", option.shown()},
                       {"from", word(origin.source)},
                       {"foundAs", origin.key},
                       {"secret", option.is_secret},
                       {"group", option.group}});
    }
    return {{"settings", std::move(all)}};
}

int run_config_command(const ConfigArguments& arguments, bool json, LoadedConfig& loaded) {
    if (!arguments.reference.empty()) {
        Config config;
        const auto defaults = config.table();
        std::cout << (arguments.reference == "markdown" ? settings::markdown_reference(defaults)
                                                        : settings::dotenv_reference(defaults));
        return static_cast<int>(ExitCode::ok);
    }
    std::cout << (json ? http::json_text(settings_json(loaded)) + "\n" : table_of(loaded));
    return static_cast<int>(loaded.problems.empty() ? ExitCode::ok : ExitCode::bad_settings);
}

}  // namespace tripos::app

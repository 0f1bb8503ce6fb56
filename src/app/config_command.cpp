// SPDX-License-Identifier: MIT
#include "app/config_command.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <iostream>

#include "app/control_client.hpp"
#include "app/control_values.hpp"
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

/// What beats a setting until somebody takes it back.
struct Override {
    std::string setting;  ///< empty: of a queue that has none
    std::string text;     ///< what holds, and since when
    std::string cure;     ///< the command that takes it back
};

/// The setting in place of which a queue's number of jobs is.
std::string setting_of(std::string_view queue) {
    return queue == "email"        ? "EMAIL_CONCURRENCY"
           : queue == "email-bulk" ? "EMAIL_BULK_CONCURRENCY"
                                   : "";
}

/// As the server of the data folder has it; nothing: none answers.
std::optional<std::vector<Override>> overrides(const LoadedConfig& loaded) {
    if (!loaded.problems.empty()) {
        return std::nullopt;
    }
    const auto answer = post_to_server(loaded.config.socket_path(), "/control/queue/tuning", "{}");
    if (!answer || answer->status >= 300) {
        return std::nullopt;
    }
    std::vector<Override> found;
    const auto members = json::parse(answer->body).as_object();
    for (const auto& value : members.at("data").as_array()) {
        const auto& tuned = value.as_object();
        const auto queue = member_text(tuned, "queue");
        const auto since = ", since " + member_text(tuned, "changedAt");
        if (const auto jobs = member_text(tuned, "concurrency"); !jobs.empty()) {
            found.push_back({setting_of(queue), jobs + " jobs of " + queue + " at once" + since,
                             "tripos queue concurrency " + queue + " default"});
        }
        if (tuned.at("paused").as_bool()) {
            found.push_back(
                {"", "the queue " + queue + " is paused" + since, "tripos queue resume " + queue});
        }
    }
    return found;
}

std::string overrides_text(const std::vector<Override>& all) {
    std::string text;
    for (const auto& one : all) {
        text +=
            (one.setting.empty() ? "Changed while running: " : one.setting + " is overridden: ") +
            one.text + "; `" + one.cure + "` takes that back.\n";
    }
    return text;
}

json::array overrides_json(const std::vector<Override>& all) {
    json::array list;
    for (const auto& one : all) {
        list.push_back({{"setting", one.setting}, {"text", one.text}, {"clear", one.cure}});
    }
    return list;
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
    const auto found = overrides(loaded);
    return table.text() +
           (found ? overrides_text(*found)
                  : "No server answers on DATA_DIR: what was changed of its queues while running "
                    "is not known.\n");
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
    const auto found = overrides(loaded);
    return {{"settings", std::move(all)},
            {"overrides", found ? json::value(overrides_json(*found)) : json::value(nullptr)}};
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

// SPDX-License-Identifier: MIT
#include "settings/settings.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/text.hpp"

namespace tripos::settings {

namespace {

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const auto& part : parts) {
        out.append(out.empty() ? "" : separator).append(part);
    }
    return out;
}

bool is_key(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

/// The value of one .env line: quoted text as it stands, bare text up to a comment.
std::optional<std::string> dotenv_value(std::string_view text) {
    text = trim(text);
    if (text.empty()) {
        return std::string();
    }
    const char quote = text.front();
    if (quote == '"' || quote == '\'') {
        const auto end = text.find(quote, 1);
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        return std::string(text.substr(1, end - 1));
    }
    const auto comment = text.find(" #");
    return std::string(trim(text.substr(0, comment)));
}

/// The known key nearest to a mistyped one, if any is near enough to be meant.
std::optional<std::string> nearest_key(std::string_view key, const std::vector<Option>& table) {
    const std::string wanted = to_upper(key);
    std::size_t best_distance = wanted.size() / 2 + 1;
    std::optional<std::string> best;
    for (const auto& option : table) {
        const auto distance = edit_distance(wanted, option.key);
        if (distance < best_distance) {
            best_distance = distance;
            best = option.key;
        }
    }
    return best;
}

struct Found {
    std::string value;
    Source source;
};

/// The value that counts for an option: flag, environment, .env; in each, the own name before its
/// aliases.
std::optional<Found> find_value(const Option& option, const Sources& sources) {
    const std::pair<const Values*, Source> order[] = {{&sources.flags, Source::flag},
                                                      {&sources.environment, Source::environment},
                                                      {&sources.dotenv, Source::dotenv}};
    for (const auto& [values, source] : order) {
        if (const auto found = values->find(option.key); found != values->end()) {
            return Found{found->second, source};
        }
        for (const auto& alias : option.aliases) {
            if (const auto found = values->find(alias); found != values->end()) {
                return Found{found->second, source};
            }
        }
    }
    return std::nullopt;
}

}  // namespace

Option text_option(std::string key, std::string help, std::string& target) {
    Option option{.key = std::move(key), .help = std::move(help), .default_text = target};
    option.apply = [&target](const std::string& value) -> std::optional<std::string> {
        if (has_control_characters(value) || !is_valid_utf8(value)) {
            return "must be plain text on one line";
        }
        target = value;
        return std::nullopt;
    };
    return option;
}

Option secret_option(std::string key, std::string help, Secret& target) {
    Option option{
        .key = std::move(key), .help = std::move(help), .default_text = {}, .is_secret = true};
    option.apply = [&target](const std::string& value) -> std::optional<std::string> {
        target = Secret(value);
        return std::nullopt;
    };
    return option;
}

Option integer_option(std::string key, std::string help, std::int64_t& target, std::int64_t min,
                      std::int64_t max) {
    Option option{
        .key = std::move(key), .help = std::move(help), .default_text = std::to_string(target)};
    option.apply = [&target, min, max](const std::string& value) -> std::optional<std::string> {
        const auto number = parse_int(trim(value));
        if (!number || *number < min || *number > max) {
            return "must be a whole number from " + std::to_string(min) + " to " +
                   std::to_string(max);
        }
        target = *number;
        return std::nullopt;
    };
    return option;
}

Option flag_option(std::string key, std::string help, bool& target) {
    Option option{
        .key = std::move(key), .help = std::move(help), .default_text = target ? "on" : "off"};
    option.apply = [&target](const std::string& value) -> std::optional<std::string> {
        const auto word = to_lower(trim(value));
        if (word == "true" || word == "on" || word == "yes" || word == "1") {
            target = true;
        } else if (word == "false" || word == "off" || word == "no" || word == "0") {
            target = false;
        } else {
            return "must be on or off";
        }
        return std::nullopt;
    };
    return option;
}

Option choice_option(std::string key, std::string help, std::string& target,
                     std::vector<std::string> choices) {
    Option option{.key = std::move(key), .help = std::move(help), .default_text = target};
    option.apply = [&target, all = std::move(choices)](
                       const std::string& value) -> std::optional<std::string> {
        const auto word = to_lower(trim(value));
        if (std::find(all.begin(), all.end(), word) == all.end()) {
            return "must be one of " + join(all, ", ");
        }
        target = word;
        return std::nullopt;
    };
    return option;
}

Option list_option(std::string key, std::string help, std::vector<std::string>& target) {
    Option option{
        .key = std::move(key), .help = std::move(help), .default_text = join(target, ",")};
    option.apply = [&target](const std::string& value) -> std::optional<std::string> {
        target.clear();
        for (const auto part : split(value, ',')) {
            if (const auto item = trim(part); !item.empty()) {
                target.emplace_back(item);
            }
        }
        return std::nullopt;
    };
    return option;
}

Result<Values> parse_dotenv(std::string_view text) {
    Values values;
    int number = 0;
    for (auto line : split(text, '\n')) {
        ++number;
        line = trim(line);
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (line.starts_with("export ")) {
            line = trim(line.substr(7));
        }
        const auto equals = line.find('=');
        const auto key = trim(line.substr(0, equals));
        const auto value =
            equals == std::string_view::npos ? std::nullopt : dotenv_value(line.substr(equals + 1));
        if (!is_key(key) || !value) {
            // The line itself may hold a secret, so only its number is said.
            return invalid_field(".env line " + std::to_string(number),
                                 "must read KEY=value, with quotes closed");
        }
        values[std::string(key)] = *value;
    }
    return values;
}

Values read_environment() {
    Values values;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        if (const auto equals = text.find('='); equals != std::string_view::npos) {
            values[std::string(text.substr(0, equals))] = std::string(text.substr(equals + 1));
        }
    }
    return values;
}

Result<Values> read_dotenv_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        return Values();
    }
    std::ostringstream text;
    text << file.rdbuf();
    return parse_dotenv(text.str());
}

Outcome apply(const std::vector<Option>& table, const Sources& sources,
              const std::vector<std::string>& ignored) {
    Outcome outcome;
    std::vector<std::string> known = ignored;
    for (const auto& option : table) {
        known.push_back(option.key);
        known.insert(known.end(), option.aliases.begin(), option.aliases.end());
        const auto found = find_value(option, sources);
        // An empty value means "not set", as in a shell.
        if (!found || found->value.empty()) {
            continue;
        }
        if (const auto rule = option.apply(found->value)) {
            const auto received = option.is_secret ? "" : ", not \"" + found->value + "\"";
            outcome.problems.push_back({.field = option.key, .message = *rule + received});
        } else {
            outcome.sources[option.key] = found->source;
        }
    }
    for (const auto& [key, value] : sources.dotenv) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            const auto hint = nearest_key(key, table);
            outcome.warnings.push_back("unknown setting " + key + " in .env" +
                                       (hint ? "; did you mean " + *hint + "?" : ""));
        }
    }
    return outcome;
}

}  // namespace tripos::settings

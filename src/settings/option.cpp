// SPDX-License-Identifier: MIT
#include "settings/option.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace tripos::settings {

namespace {

constexpr std::string_view kHidden = "***";

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const auto& part : parts) {
        out.append(out.empty() ? "" : separator).append(part);
    }
    return out;
}

bool names_a_secret(std::string_view parameter) {
    const auto name = to_lower(parameter);
    return name.find("pass") != std::string::npos || name.find("secret") != std::string::npos ||
           name.find("token") != std::string::npos;
}

std::string query_without_credentials(std::string_view query) {
    std::string out;
    for (const auto part : split(query, '&')) {
        const auto name = part.substr(0, part.find('='));
        out.append(out.empty() ? "?" : "&");
        out.append(names_a_secret(name) ? std::string(name) + "=" + std::string(kHidden)
                                        : std::string(part));
    }
    return out;
}

}  // namespace

Option text_option(std::string key, std::string help, std::string& target) {
    Option option{
        .key = std::move(key), .help = std::move(help), .accepts = "text", .default_text = target};
    option.apply = [&target](const std::string& value) -> std::optional<std::string> {
        if (has_control_characters(value) || !is_valid_utf8(value)) {
            return "must be plain text on one line";
        }
        target = value;
        return std::nullopt;
    };
    option.shown = [&target] { return target; };
    return option;
}

Option secret_option(std::string key, std::string help, Secret& target) {
    Option option{.key = std::move(key),
                  .help = std::move(help),
                  .accepts = "secret",
                  .default_text = {},
                  .is_secret = true};
    option.apply = [&target](const std::string& value) -> std::optional<std::string> {
        target = Secret(value);
        return std::nullopt;
    };
    option.shown = [&target] { return std::string(target.empty() ? "" : kHidden); };
    return option;
}

Option url_option(std::string key, std::string help, Secret& target) {
    Option option = secret_option(std::move(key), std::move(help), target);
    option.accepts = "URL";
    option.default_text = without_credentials(target.reveal());
    option.shown = [&target] { return without_credentials(target.reveal()); };
    return option;
}

Option integer_option(std::string key, std::string help, std::int64_t& target, std::int64_t min,
                      std::int64_t max) {
    Option option{.key = std::move(key),
                  .help = std::move(help),
                  .accepts = std::to_string(min) + " to " + std::to_string(max),
                  .default_text = std::to_string(target)};
    option.apply = [&target, min, max](const std::string& value) -> std::optional<std::string> {
        const auto number = parse_int(trim(value));
        if (!number || *number < min || *number > max) {
            return "must be a whole number from " + std::to_string(min) + " to " +
                   std::to_string(max);
        }
        target = *number;
        return std::nullopt;
    };
    option.shown = [&target] { return std::to_string(target); };
    return option;
}

Option flag_option(std::string key, std::string help, bool& target) {
    const auto word_of = [](bool value) { return std::string(value ? "on" : "off"); };
    Option option{.key = std::move(key),
                  .help = std::move(help),
                  .accepts = "on, off",
                  .default_text = word_of(target)};
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
    option.shown = [&target, word_of] { return word_of(target); };
    return option;
}

Option choice_option(std::string key, std::string help, std::string& target,
                     std::vector<std::string> choices) {
    Option option = text_option(std::move(key), std::move(help), target);
    option.accepts = join(choices, ", ");
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
    Option option{.key = std::move(key),
                  .help = std::move(help),
                  .accepts = "list",
                  .default_text = join(target, ",")};
    option.apply = [&target](const std::string& value) -> std::optional<std::string> {
        target.clear();
        for (const auto part : split(value, ',')) {
            if (const auto item = trim(part); !item.empty()) {
                target.emplace_back(item);
            }
        }
        return std::nullopt;
    };
    option.shown = [&target] { return join(target, ","); };
    return option;
}

Option with_alias(Option option, std::string alias) {
    option.aliases.push_back(std::move(alias));
    return option;
}

Option when_unset(Option option, std::string words) {
    option.unset = std::move(words);
    return option;
}

Option with_rule(Rule rule, Option option) {
    option.apply = [rule = std::move(rule), store = std::move(option.apply)](
                       const std::string& value) -> std::optional<std::string> {
        auto broken = rule(value);
        return broken ? broken : store(value);
    };
    return option;
}

void add_group(std::vector<Option>& table, std::string_view title, std::vector<Option> options) {
    for (auto& option : options) {
        option.group = title;
        table.push_back(std::move(option));
    }
}

std::string without_credentials(std::string_view url) {
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) {
        // A path holds none; anything else is no address, and who knows what it is.
        return url.empty() || url.starts_with("sqlite:") ? std::string(url) : std::string(kHidden);
    }
    const auto scheme = url.substr(0, scheme_end + 3);
    auto rest = url.substr(scheme.size());
    std::string out(scheme);
    // Of a password, or of a parameter: who knows.
    const auto mark = rest.find('?');
    const auto last = rest.rfind('@');
    if (last != std::string_view::npos && mark < last &&
        rest.substr(mark, last - mark).find('=') != std::string_view::npos) {
        return out + std::string(kHidden);
    }
    // The last @ ends the credentials, also where a reserved character stands in a password.
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        const auto colon = rest.find(':');
        out.append(rest.substr(0, std::min(colon, at)));
        out.append(colon < at ? ":***@" : "@");
        rest.remove_prefix(at + 1);
    }
    const auto question_mark = rest.find('?');
    out.append(rest.substr(0, question_mark));
    if (question_mark != std::string_view::npos) {
        out.append(query_without_credentials(rest.substr(question_mark + 1)));
    }
    return out;
}

}  // namespace tripos::settings

// SPDX-License-Identifier: MIT
#include "settings/settings.hpp"

#include <algorithm>
#include <optional>

#include "core/text.hpp"

namespace tripos::settings {

namespace {

/// "; did you mean PORT?" for the known key nearest to a mistyped one, if any is near enough.
std::string hint(std::string_view key, const std::vector<Option>& table) {
    const std::string wanted = to_upper(key);
    std::size_t best_distance = wanted.size() / 2 + 1;
    std::string best;
    for (const auto& option : table) {
        const auto distance = edit_distance(wanted, option.key);
        if (distance < best_distance) {
            best_distance = distance;
            best = option.key;
        }
    }
    return best.empty() ? best : "; did you mean " + best + "?";
}

struct Found {
    std::string value;
    Origin origin;
};

/// The value that counts for an option: flag, environment, .env; in each, the own name before its
/// aliases.
std::optional<Found> find_value(const Option& option, const Sources& sources) {
    std::vector<std::string> names{option.key};
    names.insert(names.end(), option.aliases.begin(), option.aliases.end());
    const std::pair<const Values*, Source> order[] = {{&sources.flags, Source::flag},
                                                      {&sources.environment, Source::environment},
                                                      {&sources.dotenv, Source::dotenv}};
    for (const auto& [values, source] : order) {
        for (const auto& name : names) {
            if (const auto found = values->find(name); found != values->end()) {
                return Found{found->second, {.source = source, .key = name}};
            }
        }
    }
    return std::nullopt;
}

/// Everyone on the machine can list the arguments of a process.
bool shows_a_secret(const Option& option, const Found& found) {
    return found.origin.source == Source::flag && option.is_secret && option.shown() != found.value;
}

}  // namespace

Outcome apply(const std::vector<Option>& table, const Sources& sources,
              const std::vector<std::string>& ignored) {
    Outcome outcome;
    std::vector<std::string> known = ignored;
    for (const auto& option : table) {
        known.push_back(option.key);
        known.insert(known.end(), option.aliases.begin(), option.aliases.end());
        const auto found = find_value(option, sources);
        // An empty value means "not set", as in a shell; so it takes a value of .env back.
        if (!found || found->value.empty()) {
            continue;
        }
        if (const auto rule = option.apply(found->value)) {
            const auto received = option.is_secret ? "" : ", not \"" + found->value + "\"";
            outcome.problems.push_back({.field = option.key, .message = *rule + received});
            continue;
        }
        outcome.origins[option.key] = found->origin;
        if (shows_a_secret(option, *found)) {
            outcome.warnings.push_back(option.key +
                                       " on the command line can be read by everyone on this "
                                       "machine; put it into the environment or .env");
        }
    }
    const auto is_unknown = [&known](const auto& entry) {
        return std::find(known.begin(), known.end(), entry.first) == known.end();
    };
    for (const auto& entry : sources.flags) {
        if (is_unknown(entry)) {
            outcome.problems.push_back(
                {.field = entry.first, .message = "is no setting" + hint(entry.first, table)});
        }
    }
    for (const auto& entry : sources.dotenv) {
        if (is_unknown(entry)) {
            outcome.warnings.push_back("unknown setting " + entry.first + " in .env" +
                                       hint(entry.first, table));
        }
    }
    return outcome;
}

}  // namespace tripos::settings

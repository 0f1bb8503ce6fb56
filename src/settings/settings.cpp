// SPDX-License-Identifier: MIT
#include "settings/settings.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/file.hpp"
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

/// Under which a secret may be given as the path of a file that holds it.
std::string file_key(const Option& option) {
    return option.key + "_FILE";
}

bool is_in_file(const Option& option, const Found& found) {
    return option.is_secret && found.origin.key == file_key(option);
}

/// Under which an option may be set, in the order in which they count.
std::vector<std::string> names_of(const Option& option) {
    std::vector<std::string> names{option.key};
    names.insert(names.end(), option.aliases.begin(), option.aliases.end());
    if (option.is_secret) {
        names.push_back(file_key(option));
    }
    return names;
}

/// The value that counts for an option: flag, environment, .env; in each, the own name before its
/// aliases.
std::optional<Found> find_value(const Option& option, const Sources& sources) {
    const auto names = names_of(option);
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
    return found.origin.source == Source::flag && option.is_secret && !is_in_file(option, found) &&
           option.shown() != found.value;
}

}  // namespace

Outcome apply(const std::vector<Option>& table, const Sources& sources,
              const std::vector<std::string>& ignored) {
    Outcome outcome;
    std::vector<std::string> known = ignored;
    for (const auto& option : table) {
        const auto names = names_of(option);
        known.insert(known.end(), names.begin(), names.end());
        auto found = find_value(option, sources);
        // An empty value means "not set", as in a shell; so it takes a value of .env back.
        if (!found || found->value.empty()) {
            continue;
        }
        if (is_in_file(option, *found)) {
            const auto text = read_file(found->value);
            if (!text || trim(*text).empty()) {
                const auto why = text ? "it is empty" : text.error().message();
                outcome.problems.push_back(
                    {.field = found->origin.key,
                     .message = "names a file that gives no secret: " + why});
                continue;
            }
            found->origin.file = std::exchange(found->value, std::string(trim(*text)));
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

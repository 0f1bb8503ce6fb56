// SPDX-License-Identifier: MIT
#pragma once
// Option: one setting of the program - its key, what it accepts, what it does - bound to the typed
// field that holds it. Parsing, the effective listing and the reference pages all come from it.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/secret.hpp"

namespace tripos::settings {

/// The rule that a value breaks: "must be a number from 1 to 65535"; nothing when it is fine.
using Rule = std::function<std::optional<std::string>(const std::string&)>;

struct Option {
    std::string key;           ///< "PORT"
    std::string help;          ///< one sentence, with the unit
    std::string accepts;       ///< "0 to 65535"
    std::string default_text;  ///< as it would be written; empty: see `unset`
    std::string unset = {};    ///< what happens without a value, where no default can say it
    std::string group = {};    ///< heading it is listed under
    bool is_secret = false;    ///< no message may repeat its value
    std::vector<std::string> aliases = {};  ///< keys of the Node backend that mean the same
    /// Stores the value, or returns the rule it breaks.
    Rule apply = {};
    /// The value the field has now, fit to be shown: no password in it.
    std::function<std::string()> shown = {};
};

/// Build an Option for the common types; `target` outlives it and holds the default.
Option text_option(std::string key, std::string help, std::string& target);
Option secret_option(std::string key, std::string help, Secret& target);
/// An address that may carry credentials: shown without them.
Option url_option(std::string key, std::string help, Secret& target);
Option integer_option(std::string key, std::string help, std::int64_t& target, std::int64_t min,
                      std::int64_t max);
Option flag_option(std::string key, std::string help,
                   bool& target);  ///< true/false, on/off, yes/no, 1/0
Option choice_option(std::string key, std::string help, std::string& target,
                     std::vector<std::string> choices);
Option list_option(std::string key, std::string help,
                   std::vector<std::string>& target);  ///< comma separated

Option with_alias(Option option, std::string alias);
Option when_unset(Option option, std::string words);
/// Holds values to a further rule before they are stored.
Option with_rule(Rule rule, Option option);
/// Appends the options under a heading.
void add_group(std::vector<Option>& table, std::string_view title, std::vector<Option> options);

/// The address with its password, and parameters that look like one, as ***.
std::string without_credentials(std::string_view url);

}  // namespace tripos::settings

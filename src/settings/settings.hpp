// SPDX-License-Identifier: MIT
#pragma once
// Settings: one table of options, read from flags, the environment and a .env file, in that order
// of precedence, into typed values. Every problem is collected and named with its key and cure;
// unknown keys of the .env file get one warning each with the nearest known name. The only module
// that reads the environment.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace tripos::settings {

/// One option. `apply` stores the value in the typed struct, or says what is wrong with it.
struct Option {
    std::string key;           ///< "PORT"
    std::string help;          ///< one sentence, with the unit
    std::string default_text;  ///< for listings; empty: none
    bool is_secret = false;
    std::vector<std::string> aliases = {};  ///< keys of the Node backend that mean the same
    /// Returns nothing when fine, else the rule: "must be a number from 1 to 65535".
    std::function<std::optional<std::string>(const std::string&)> apply;
};

/// Where an effective value came from.
enum class Source { default_value, dotenv, environment, flag };

/// Builds an Option for the common types; `target` outlives the table.
Option text_option(std::string key, std::string help, std::string& target);
Option secret_option(std::string key, std::string help, Secret& target);
Option integer_option(std::string key, std::string help, std::int64_t& target, std::int64_t min,
                      std::int64_t max);
Option flag_option(std::string key, std::string help,
                   bool& target);  ///< true/false, on/off, yes/no, 1/0
Option choice_option(std::string key, std::string help, std::string& target,
                     std::vector<std::string> choices);
Option list_option(std::string key, std::string help,
                   std::vector<std::string>& target);  ///< comma separated

using Values = std::map<std::string, std::string, std::less<>>;

/// Parses the text of a .env file: KEY=value lines, '#' comments, optional quotes and `export`. An
/// Error names the line.
Result<Values> parse_dotenv(std::string_view text);

/// The process's environment.
Values read_environment();

/// The .env of a folder; empty when there is none.
Result<Values> read_dotenv_file(const std::string& path);

struct Sources {
    Values flags;
    Values environment;
    Values dotenv;
};

struct Outcome {
    std::vector<FieldError>
        problems;  ///< field: the key; message: rule and received value (secrets not shown)
    std::vector<std::string> warnings;      ///< whole sentences
    std::map<std::string, Source> sources;  ///< of every option that was set
};

/// Applies the sources to the table. `ignored`: further keys that are known and mean nothing to
/// Tripos.
Outcome apply(const std::vector<Option>& table, const Sources& sources,
              const std::vector<std::string>& ignored);

}  // namespace tripos::settings

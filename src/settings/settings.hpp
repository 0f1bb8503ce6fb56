// SPDX-License-Identifier: MIT
#pragma once
// Settings: one table of options, read from flags, the environment and a .env file, in that order
// of precedence, into typed values. Every problem is collected and named with its key and cure; an
// unknown key of the .env file gets a warning with the nearest known name, an unknown flag is a
// problem.

#include <map>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "settings/dotenv.hpp"
#include "settings/option.hpp"

namespace tripos::settings {

/// Where an effective value came from.
enum class Source { default_value, dotenv, environment, flag };

struct Origin {
    Source source = Source::default_value;
    std::string key;        ///< under which it was found: the option's, or an alias
    std::string file = {};  ///< that the key named, of a secret; empty: the value was given itself
};

struct Sources {
    Values flags;
    Values environment;
    Values dotenv;
};

struct Outcome {
    std::vector<FieldError>
        problems;  ///< field: the key; message: rule and received value (secrets not shown)
    std::vector<std::string> warnings;      ///< whole sentences
    std::map<std::string, Origin> origins;  ///< of every option that was set
};

/// Applies the sources to the table. In place of a secret NAME, NAME_FILE may name a file that
/// holds it, as service managers and containers hand secrets over. `ignored`: further keys that are
/// known and mean nothing to Tripos.
Outcome apply(const std::vector<Option>& table, const Sources& sources,
              const std::vector<std::string>& ignored);

}  // namespace tripos::settings

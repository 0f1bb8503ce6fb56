// SPDX-License-Identifier: MIT
#pragma once
// `tripos loadtest`: an exam day against a site of its own; or, in four steps, against the site of
// others: prepare and clean on its server, run and verify from wherever its candidates would be.

#include <cstdint>
#include <optional>
#include <string>

#include "app/config.hpp"

namespace tripos::app {

enum class LoadtestWord { day, prepare, run, verify, clean };

struct LoadtestArguments {
    std::optional<LoadtestWord> word;
    bool quick = false;  ///< 100 candidates, less than a minute
    bool huge = false;   ///< 10,000 candidates
    std::uint32_t candidates = 2000;
    std::uint32_t questions = 40;
    double minutes = 60;                   ///< of the exam, before they are compressed
    double compress = 20;                  ///< by what thinking is shortened
    double herd = 5;                       ///< seconds in which four of five start
    std::string logins = "tokens";         ///< or "real": with passwords
    std::optional<double> lobby;           ///< seconds; nothing: as long as those log-ins take
    std::optional<std::int64_t> opens_in;  ///< seconds after prepare; nothing: its lobby and 20
    double kill_every = 0;                 ///< seconds; 0: never
    bool redis_outage = false;
    std::string network;  ///< such as 40ms,1%; empty: none
    int tries = 13;
    std::uint64_t seed = 1;
    std::string json_file;
    std::string html_file;
    std::string journal_file;
    std::string beside_file;     ///< the report of another run, drawn into the page
    std::string target;          ///< http://HOST:PORT of the site of others
    std::string subject_file;    ///< what prepare writes there
    std::string confirmed_host;  ///< the target once more, unless it is this machine
};

/// The exit code: 0 met, 1 missed, 2 a promise was broken, 3 void, 64 usage. `settings` are those
/// of its own server, `config` that of the site of prepare and clean. Throws StartFailure with 75
/// when it could not be held.
int run_loadtest_command(const LoadtestArguments& arguments, bool as_json,
                         const settings::Values& settings, const Config& config);

}  // namespace tripos::app

// SPDX-License-Identifier: MIT
#include "app/restore_command.hpp"

#include <array>
#include <boost/json/value_from.hpp>
#include <cstdio>
#include <iostream>

#include "app/backup_archive.hpp"
#include "app/complaint.hpp"
#include "app/control_session.hpp"
#include "app/drill.hpp"
#include "app/restore.hpp"
#include "app/restore_hold.hpp"
#include "app/restore_postgres.hpp"
#include "app/signals.hpp"
#include "app/start_failure.hpp"
#include "core/text.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

constexpr std::string_view kExtend = "extend=";
/// The lock of a worker that was killed ends by itself, 30 s after its last renewal.
constexpr std::chrono::seconds kLockPatience{35};
constexpr std::chrono::milliseconds kLockLook{500};

constexpr const char* kHeld =
    "The site is held: it answers, but sends no mail and ends no attempt until\n"
    "  tripos restore release --mails send|cancel|security-only --attempts finish|extend=MINUTES\n";

int restore(const RestoreArguments& arguments, const std::string& folder, bool as_json,
            const Config& config) {
    const PostgresRestoreParams params{.folder = folder,
                                       .takes_other_secrets = arguments.takes_other_secrets,
                                       .replaces = arguments.replaces};
    const bool is_sqlite = !sql::database_files(config.database_url.reveal()).empty();
    const auto done = is_sqlite ? restore_site(folder, arguments.takes_other_secrets, config)
                                : restore_postgres_site(params, config);
    if (!done) {
        complain(done.error().message);
        return code(ExitCode::failure);
    }
    const json::object members{{"folder", config.data_dir},
                               {"before", done->before},
                               {"madeAt", to_iso8601(done->manifest.made_at)},
                               {"rows", done->manifest.rows()},
                               {"leftBehind", json::value_from(done->left_behind)}};
    return print_answer(members, as_json, [&] {
        std::string text = "Restored what was copied at " + to_iso8601(done->manifest.made_at) +
                           " (" + counted(done->manifest.rows(), "row") + ") into " +
                           config.data_dir + ".\n";
        if (!done->before.empty()) {
            text += "What was there is kept as " + done->before + ".\n";
        }
        if (!done->left_behind.empty()) {
            text += "Not in the backup, and only there: " + join(done->left_behind, ", ") + ".\n";
        }
        return text + kHeld;
    });
}

int drill(const RestoreArguments& arguments, const std::string& folder, bool as_json,
          const Config& config) {
    const auto done = hold_drill(folder, arguments.takes_other_secrets, config);
    if (!done) {
        complain(done.error().message);
        return code(ExitCode::failure);
    }
    const auto age = std::chrono::duration_cast<std::chrono::minutes>(done->age).count();
    const json::object members{
        {"rows", done->manifest.rows()},
        {"scores", done->scores ? json::value(*done->scores) : json::value()},
        {"madeAt", to_iso8601(done->manifest.made_at)},
        {"recoveryPointSeconds", done->age.count() / 1000},
        {"recoverySeconds", done->took.count()}};
    return print_answer(members, as_json, [&] {
        std::array<char, 32> took{};
        std::snprintf(took.data(), took.size(), "%.1f s", done->took.count());
        const auto scores =
            done->scores ? " and " + counted(static_cast<std::int64_t>(*done->scores), "score")
                         : std::string();
        return "A server on the backup has its " + counted(done->manifest.rows(), "row") + scores +
               ".\n" + "Recovery point: the backup is " + counted(age, "minute") + " old, of " +
               to_iso8601(done->manifest.made_at) + ".\nRecovery time: " + took.data() +
               " from the beginning of the restore until the server answered.\n";
    });
}

int hold(bool as_json, const Config& config) {
    const auto answer = ControlSession(config).succeed("/control/restore/hold", {});
    return print_answer(answer, as_json, [] { return std::string(kHeld); });
}

bool is_locked(const SessionAnswer& said) {
    const auto* code = said.members.if_contains("code");
    return code != nullptr && *code == "jobs_locked";
}

int release(const RestoreArguments& arguments, bool as_json, const Config& config) {
    const auto minutes = parse_attempts_choice(arguments.attempts).value_or(0);
    json::object body{{"mails", arguments.mails}, {"attempts", minutes > 0 ? "extend" : "finish"}};
    if (minutes > 0) {
        body["moreMinutes"] = minutes;
    }
    ControlSession session(config);
    const auto ask = [&] { return session.ask("/control/restore/release", body); };
    const auto until = std::chrono::steady_clock::now() + kLockPatience;
    auto said = ask();
    while (is_locked(said) && std::chrono::steady_clock::now() < until &&
           !stop_signal_within(kLockLook)) {
        said = ask();
    }
    const auto answer = succeeded(std::move(said));
    return print_answer(answer, as_json, [&] {
        const auto count = [&answer](const char* name) {
            return answer->at(name).to_number<std::int64_t>();
        };
        return "Released: " + counted(count("cancelled"), "mail") + " cancelled, " +
               counted(count("dropped"), "job") +
               " of mails that the data does not know dropped, " +
               counted(count("extended"), "attempt") + " extended.\n";
    });
}

}  // namespace

std::optional<std::int64_t> parse_attempts_choice(const std::string& text) {
    if (text == "finish") {
        return 0;
    }
    const auto minutes =
        text.starts_with(kExtend) ? parse_int(text.substr(kExtend.size())) : std::nullopt;
    return minutes && *minutes >= 1 && *minutes <= kMostMadeUp.count() ? minutes : std::nullopt;
}

int run_restore_command(const RestoreArguments& arguments, bool as_json, const Config& config) {
    if (arguments.releases) {
        return release(arguments, as_json, config);
    }
    if (arguments.holds) {
        return hold(as_json, config);
    }
    BackupPlace place(arguments.folder);
    const auto folder = place.open();
    if (!folder) {
        complain(folder.error().message);
        return code(ExitCode::failure);
    }
    return arguments.is_drill ? drill(arguments, *folder, as_json, config)
                              : restore(arguments, *folder, as_json, config);
}

}  // namespace tripos::app

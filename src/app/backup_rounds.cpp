// SPDX-License-Identifier: MIT
#include "app/backup_rounds.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <vector>

#include "app/backup_folder.hpp"
#include "app/backup_order.hpp"
#include "app/complaint.hpp"
#include "app/control_session.hpp"
#include "app/restore.hpp"
#include "app/signals.hpp"
#include "app/start_failure.hpp"
#include "core/text.hpp"

namespace tripos::app {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "tripos-";
constexpr std::string_view kTimeForm = "00000000T000000Z";
constexpr std::string_view kPartial = ".partial";
constexpr std::string_view kDamaged = ".damaged";

/// Whether a round made it: its time is all that differs.
bool is_of_a_round(std::string_view name) {
    if (!name.starts_with(kPrefix) || name.size() != kPrefix.size() + kTimeForm.size()) {
        return false;
    }
    const auto time = name.substr(kPrefix.size());
    return std::equal(time.begin(), time.end(), kTimeForm.begin(),
                      [](char c, char form) { return form == '0' ? is_digit(c) : c == form; });
}

/// When it was made, by its name. Requires: it is_of_a_round().
std::chrono::sys_seconds time_of(std::string_view name) {
    const auto number = [&](std::size_t at, std::size_t digits) {
        return static_cast<int>(*parse_int(name.substr(kPrefix.size() + at, digits)));
    };
    const auto day = std::chrono::year(number(0, 4)) / number(4, 2) / number(6, 2);
    return std::chrono::sys_days(day) + std::chrono::hours(number(9, 2)) +
           std::chrono::minutes(number(11, 2)) + std::chrono::seconds(number(13, 2));
}

/// Those that are one too many now that `newest` is whole, and what rounds before it left that were
/// killed. Not `newest` itself, whatever a clock that was set back calls it.
std::vector<fs::path> ended_by(const fs::path& newest, const Retention& retention) {
    std::vector<fs::path> others;
    std::vector<fs::path> ended;
    for (const auto& entry : fs::directory_iterator(newest.parent_path())) {
        auto name = entry.path().filename().string();
        const bool is_partial = name.ends_with(kPartial);
        name.resize(name.size() - (is_partial ? kPartial.size() : 0));
        if (is_of_a_round(name) && entry.is_directory()) {
            if (is_partial && name < newest.filename().native()) {
                ended.push_back(entry.path());
            } else if (!is_partial && entry.path() != newest) {
                others.push_back(entry.path());
            }
        }
    }
    std::sort(others.rbegin(), others.rend());
    others.insert(others.begin(), newest);
    std::vector<std::chrono::sys_seconds> times;
    for (const auto& path : others) {
        times.push_back(time_of(path.filename().native()));
    }
    const auto stay = staying(times, retention);
    for (std::size_t i = 0; i < others.size(); ++i) {
        if (!stay[i]) {
            ended.push_back(others[i]);
        }
    }
    return ended;
}

/// True: it is whole. Nothing is deleted before that.
bool is_whole(const std::string& folder, const Config& config) {
    const auto verdict = verify_backup(
        folder, {.access = config.jwt_access_secret, .email = config.jwt_email_secret});
    if (!verdict) {
        complain(verdict.error().message);
        return false;
    }
    return true;
}

/// Out of the way of those that are kept, for whoever looks for the fault: the newest alone.
void put_aside(const fs::path& folder) {
    for (const auto& entry : fs::directory_iterator(folder.parent_path())) {
        auto name = entry.path().filename().string();
        if (name.ends_with(kDamaged) && entry.is_directory()) {
            name.resize(name.size() - kDamaged.size());
            if (is_of_a_round(name)) {
                fs::remove_all(entry.path());
            }
        }
    }
    fs::rename(folder, folder.string() + std::string(kDamaged));
}

enum class Ending { done, failed, stopped };

Ending make_one(const BackupRounds& rounds, bool as_json, const Config& config) {
    const auto name = std::string(kPrefix) + time_stamp(SystemClock().now());
    const auto folder = rounds.folder + "/" + name;
    const auto made = order_backup(folder, config, Remembered::once_verified);
    if (made.is_told_to_stop) {
        return Ending::stopped;
    }
    if (!made.answer) {
        return Ending::failed;
    }
    if (!is_whole(folder, config)) {
        put_aside(folder);
        return Ending::failed;
    }
    mark_verified(folder, config);
    print_answer(made.answer, as_json, [&] { return "Backup complete: " + folder + '\n'; });
    std::cout.flush();
    for (const auto& path : ended_by(folder, rounds.keep)) {
        std::error_code problem;
        fs::remove_all(path, problem);
        if (problem) {
            complain(path.string() + " cannot be deleted: " + problem.message());
        }
    }
    return Ending::done;
}

/// The loop of a service: it catches what a round throws.
Ending try_one(const BackupRounds& rounds, bool as_json, const Config& config) {
    try {
        return make_one(rounds, as_json, config);
    } catch (const std::exception& failure) {
        complain(failure.what());
        return Ending::failed;
    }
}

}  // namespace

int run_backup_rounds(const BackupRounds& rounds, bool as_json, const Config& config) {
    using std::chrono::steady_clock;
    for (;;) {
        const auto next = steady_clock::now() + rounds.every;
        const auto ending = try_one(rounds, as_json, config);
        if (ending == Ending::failed) {
            complain("there is no backup of this round; the next one begins " +
                     counted(rounds.every.count(), "second") + " after it did");
        }
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(next - steady_clock::now());
        if (ending == Ending::stopped ||
            stop_signal_within(std::max(left, std::chrono::milliseconds(0)))) {
            return code(ExitCode::ok);
        }
    }
}

}  // namespace tripos::app

// SPDX-License-Identifier: MIT
#include <array>
#include <cstdio>

#include "doctor/detail/areas.hpp"

namespace tripos::doctor::detail {

namespace {

constexpr std::uint64_t kLittleRoom = 1ULL << 30;
constexpr std::chrono::microseconds kSlowDisk{20'000};
constexpr std::chrono::microseconds kBadDisk{100'000};
constexpr std::uint64_t kFewDescriptors = 4'096;

std::string octal(int mode) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode));
    return text.data();
}

void judge_room(const Evidence& evidence, Found& found) {
    const auto* host = found.need(evidence.host);
    if (host == nullptr || host->disk_bytes == 0) {
        return;
    }
    const auto left = in_bytes(host->free_bytes) + " of " + in_bytes(host->disk_bytes) + " left";
    if (host->free_bytes < kLittleRoom) {
        found.fail("The disk of " + host->folder + " is full", left);
    } else if (host->free_bytes < host->disk_bytes / 10) {
        found.warn("The disk of " + host->folder + " is nearly full", left);
    }
}

void judge_sync(const Evidence& evidence, Found& found) {
    const auto* host = found.need(evidence.host);
    if (host == nullptr || !host->sync) {
        return;
    }
    const auto took = "a write of 4 KB took " + in_milliseconds(*host->sync);
    if (*host->sync > kBadDisk) {
        found.warn("The disk of " + host->folder + " is slow", took);
    } else if (*host->sync > kSlowDisk) {
        found.advice("The disk of " + host->folder + " is not fast", took);
    }
}

void judge_modes(const Evidence& evidence, Found& found) {
    const auto* host = found.need(evidence.host);
    if (host == nullptr) {
        return;
    }
    for (const auto& file : host->open_files) {
        found.warn("Others can read " + file.path, file.what,
                   "`chmod " + octal(file.wanted) + " '" + file.path + "'`");
    }
}

void judge_network(const Evidence& evidence, Found& found) {
    const auto* host = found.need(evidence.host);
    if (host != nullptr && host->is_network) {
        found.fail(host->folder +
                   " is on another machine's disk, where SQLite's locks do not hold");
    }
}

void judge_descriptors(const Evidence& evidence, Found& found) {
    const auto* host = found.need(evidence.host);
    if (host != nullptr && host->descriptors < kFewDescriptors) {
        found.advice("A process may open few files, and so few connections",
                     std::to_string(host->descriptors));
    }
}

void judge_host_clock(const Evidence& evidence, Found& found) {
    const auto* host = found.need(evidence.host);
    if (host != nullptr && !host->is_synchronised) {
        found.advice("This machine's clock follows no other, as far as its kernel knows");
    }
}

}  // namespace

std::vector<Check> host_checks() {
    return {
        {"host-disk", "The disk of DATA_DIR has a tenth and 1 GB left",
         "answers cannot be saved: 503 `The database is away`, `disk full` in the log",
         "Delete what is not needed, or give it a larger disk", judge_room},
        {"host-sync", "A write reaches the disk within 20 ms", "every save is slow",
         "Put DATA_DIR on a faster disk, or end what keeps it busy", judge_sync},
        {"host-modes", "Nobody else can read DATA_DIR", "the secrets of the site are open",
         "chmod 0700 the folder, 0600 its files", judge_modes},
        {"host-network", "DATA_DIR is on a disk of this machine", "the database is damaged",
         "Put DATA_DIR on a local disk, or set DATABASE_URL to PostgreSQL", judge_network},
        {"host-descriptors", "A process may open enough files",
         "connections are refused when many come", "Raise LimitNOFILE of the unit, or ulimit -Hn",
         judge_descriptors},
        {"host-clock", "This machine's clock is synchronised",
         "deadlines are early or late by everybody else's clock", "timedatectl set-ntp true",
         judge_host_clock},
    };
}

}  // namespace tripos::doctor::detail

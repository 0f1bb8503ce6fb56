// SPDX-License-Identifier: MIT
#pragma once
// How much memory there is for this process: what the machine has, or less where a control group
// says so (containers, systemd's MemoryMax).

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace tripos::redis {

/// The text of a file; nothing when it cannot be read.
using ReadText = std::function<std::optional<std::string>(const std::string& path)>;

/// Bytes: the least of `machine` and the limits of this process's control groups and of those
/// around them, of either version. Pure but for `read`.
std::size_t memory_within_groups(std::size_t machine, const ReadText& read);

/// The same of this machine, with its files.
std::size_t available_memory();

}  // namespace tripos::redis

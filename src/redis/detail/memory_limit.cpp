// SPDX-License-Identifier: MIT
#include "redis/detail/memory_limit.hpp"

#include <sys/sysinfo.h>

#include <algorithm>

#include "core/file.hpp"
#include "core/text.hpp"

namespace tripos::redis {

namespace {

/// A line of /proc/self/cgroup: "0::/path" of version 2, "4:memory:/path" of version 1.
struct Group {
    std::string folder;  ///< where its hierarchy is mounted
    std::string file;    ///< of the limit
    std::string path;    ///< within the hierarchy
};

std::optional<Group> read_group(std::string_view line) {
    const auto parts = split(line, ':');
    if (parts.size() < 3 || !parts[2].starts_with('/')) {
        return std::nullopt;
    }
    const std::string path(parts[2]);
    if (parts[0] == "0" && parts[1].empty()) {
        return Group{"/sys/fs/cgroup", "/memory.max", path};
    }
    const auto controllers = split(parts[1], ',');
    if (std::find(controllers.begin(), controllers.end(), "memory") != controllers.end()) {
        return Group{"/sys/fs/cgroup/memory", "/memory.limit_in_bytes", path};
    }
    return std::nullopt;
}

}  // namespace

std::size_t memory_within_groups(std::size_t machine, const ReadText& read) {
    auto least = machine;
    const auto groups = read("/proc/self/cgroup").value_or("");
    for (const auto line : split(groups, '\n')) {
        const auto group = read_group(line);
        if (!group) {
            continue;
        }
        // From the process's own group to the root, which in a container is all that can be seen.
        for (auto path = group->path;; path.erase(path.rfind('/'))) {
            const auto inner = path == "/" ? std::string() : path;
            const auto text = read(group->folder + inner + group->file).value_or("");
            const auto limit = parse_int(trim(text));  // "max" is none
            if (limit && *limit > 0) {
                least = std::min(least, static_cast<std::size_t>(*limit));
            }
            if (inner.empty()) {
                break;
            }
        }
    }
    return least;
}

std::size_t available_memory() {
    struct sysinfo machine {};
    sysinfo(&machine);
    const auto all = static_cast<std::size_t>(machine.totalram) * machine.mem_unit;
    return memory_within_groups(all, [](const std::string& path) {
        auto text = read_file(path);
        return text ? std::optional(std::move(*text)) : std::nullopt;
    });
}

}  // namespace tripos::redis

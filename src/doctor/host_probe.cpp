// SPDX-License-Identifier: MIT
#include "doctor/host_probe.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "core/error.hpp"

namespace tripos::doctor {

namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr int kWrites = 20;
constexpr int kOthers = 077;
constexpr std::size_t kMostFiles = 5;
constexpr long kCifs = 0xFF534D42;
constexpr long kSmb2 = 0xFE534D42;

/// A descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

/// Nothing where the disk knows no files without a name, or refuses.
std::optional<microseconds> time_writes(const std::string& folder) {
    const Descriptor file(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    std::array<char, 4096> block{};
    std::vector<microseconds> took;
    for (int i = 0; i < kWrites; ++i) {
        const auto begin = steady_clock::now();
        const auto written = ::pwrite(file.get(), block.data(), block.size(),
                                      static_cast<off_t>(i) * static_cast<off_t>(block.size()));
        if (written != static_cast<ssize_t>(block.size()) || ::fdatasync(file.get()) != 0) {
            return std::nullopt;
        }
        took.push_back(std::chrono::duration_cast<microseconds>(steady_clock::now() - begin));
    }
    std::sort(took.begin(), took.end());
    return took[took.size() - 2];  // one of twenty may have met anything
}

void look_at_files(HostLook& seen) {
    const auto note = [&seen](const std::string& path, int wanted) {
        const auto mode = open_mode(path);
        if (mode && seen.open_files.size() < kMostFiles) {
            std::array<char, 16> text{};
            std::snprintf(text.data(), text.size(), "mode %04o", static_cast<unsigned>(*mode));
            seen.open_files.push_back({.path = path, .what = text.data(), .wanted = wanted});
        }
    };
    note(seen.folder, 0700);
    std::error_code unreadable;  // then nobody else reads it either
    for (const auto& entry : std::filesystem::directory_iterator(seen.folder, unreadable)) {
        std::error_code gone;
        if (entry.is_regular_file(gone)) {
            note(entry.path().string(), 0600);
        }
    }
}

bool is_on_network(const std::string& folder) {
    struct statfs disk {};
    if (::statfs(folder.c_str(), &disk) != 0) {
        return false;
    }
    const std::array<long, 4> network = {NFS_SUPER_MAGIC, kCifs, kSmb2, SMB_SUPER_MAGIC};
    return std::find(network.begin(), network.end(), static_cast<long>(disk.f_type)) !=
           network.end();
}

}  // namespace

std::optional<int> open_mode(const std::string& path) {
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0 || (about.st_mode & kOthers) == 0) {
        return std::nullopt;
    }
    return static_cast<int>(about.st_mode & 07777);
}

HostLook look_at_host(const std::string& data_dir) {
    HostLook seen;
    seen.folder = data_dir;
    struct statvfs disk {};
    if (::statvfs(data_dir.c_str(), &disk) != 0) {
        throw SystemError(data_dir, std::strerror(errno));
    }
    seen.free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    seen.disk_bytes = std::uint64_t{disk.f_blocks} * disk.f_frsize;
    seen.sync = time_writes(data_dir);
    seen.is_network = is_on_network(data_dir);
    look_at_files(seen);
    rlimit limit{};
    seen.descriptors = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : RLIM_INFINITY;
    timex about{};
    seen.is_synchronised = ::adjtimex(&about) != TIME_ERROR;
    return seen;
}

}  // namespace tripos::doctor

// SPDX-License-Identifier: MIT
#include "app/backup_archive.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <set>
#include <vector>

#include "app/backup_manifest.hpp"
#include "app/data_folder.hpp"
#include "app/signals.hpp"
#include "core/error.hpp"

namespace tripos::app {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::array<const char*, 5> kMembers = {kDatabaseFile, kDumpFile, kAccessSecretFile,
                                                 kEmailSecretFile, kManifestFile};
constexpr int kStopLookMillis = 200;
/// What eleven octal digits can say; beyond it the size is binary, as GNU tar has it.
constexpr std::uint64_t kMostOctal = (std::uint64_t{1} << 33) - 1;
constexpr unsigned char kIsBinary = 0x80;

using Block = std::array<char, kBlock>;

struct Field {
    std::size_t begin;
    std::size_t length;
};

// Of a header of POSIX ustar.
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUser{108, 8};
constexpr Field kGroup{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kTime{136, 12};
constexpr Field kChecksum{148, 8};
constexpr std::size_t kType = 156;
constexpr Field kMagic{257, 8};
constexpr std::string_view kUstar("ustar\00000", 8);

class File {
  public:
    File(const std::string& path, int flags) : file_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {
        if (file_ < 0) {
            throw SystemError("backup", path + ": " + std::strerror(errno));
        }
    }
    ~File() { close(file_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    int get() const { return file_; }

  private:
    const int file_;
};

/// As many as there are, at most that many.
std::size_t read_some(int input, char* bytes, std::size_t most) {
    std::size_t got = 0;
    while (got < most) {
        const auto count = read(input, bytes + got, most - got);
        if (count < 0 && errno != EINTR) {
            throw SystemError("backup", std::string("it cannot be read: ") + std::strerror(errno));
        }
        if (count == 0) {
            break;
        }
        got += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    return got;
}

/// Whoever reads at the other end of a pipe may be slow: what is written at once always fits, so
/// that a signal to stop is seen.
void write_all(int output, std::string_view bytes) {
    while (!bytes.empty()) {
        if (is_told_to_stop()) {
            throw SystemError("backup", "it was stopped");
        }
        pollfd room{.fd = output, .events = POLLOUT, .revents = 0};
        if (poll(&room, 1, kStopLookMillis) == 0) {
            continue;
        }
        const auto count =
            write(output, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
        if (count < 0 && errno != EINTR) {
            throw SystemError(
                "backup", std::string("the archive cannot be written: ") + std::strerror(errno));
        }
        bytes.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
}

void set_octal(Block& header, Field field, std::uint64_t number) {
    for (std::size_t i = field.begin + field.length - 1; i > field.begin; number /= 8) {
        header[--i] = static_cast<char>('0' + number % 8);
    }
}

void set_size(Block& header, std::uint64_t size) {
    if (size <= kMostOctal) {
        set_octal(header, kSize, size);
        return;
    }
    for (std::size_t i = kSize.begin + kSize.length; i > kSize.begin; size >>= 8) {
        header[--i] = static_cast<char>(size & 0xff);
    }
    header[kSize.begin] = static_cast<char>(kIsBinary);
}

/// The sum of all bytes, where those of the sum itself count as spaces.
std::uint64_t checksum_of(const Block& header) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
        const bool is_own = i >= kChecksum.begin && i < kChecksum.begin + kChecksum.length;
        sum += is_own ? ' ' : static_cast<unsigned char>(header[i]);
    }
    return sum;
}

Block header_of(std::string_view name, std::uint64_t size) {
    Block header{};
    std::copy(name.begin(), name.end(), header.begin() + kName.begin);
    std::copy(kUstar.begin(), kUstar.end(), header.begin() + kMagic.begin);
    set_octal(header, kMode, 0600);
    set_octal(header, kUser, 0);
    set_octal(header, kGroup, 0);
    set_octal(header, kTime, static_cast<std::uint64_t>(::time(nullptr)));
    set_size(header, size);
    header[kType] = '0';
    set_octal(header, {kChecksum.begin, kChecksum.length - 1}, checksum_of(header));
    header[kChecksum.begin + kChecksum.length - 1] = ' ';
    return header;
}

/// Digits up to a space, a zero, or the end; nothing: there are none, or something else.
std::optional<std::uint64_t> octal_in(const Block& header, Field field) {
    std::uint64_t number = 0;
    std::size_t i = field.begin;
    const auto end = field.begin + field.length;
    for (; i < end && header[i] >= '0' && header[i] <= '7'; ++i) {
        number = number * 8 + static_cast<std::uint64_t>(header[i] - '0');
    }
    const bool is_over = i == end || header[i] == ' ' || header[i] == '\0';
    return i > field.begin && is_over ? std::optional(number) : std::nullopt;
}

std::optional<std::uint64_t> size_in(const Block& header) {
    if (static_cast<unsigned char>(header[kSize.begin]) != kIsBinary) {
        return octal_in(header, kSize);
    }
    std::uint64_t size = 0;
    for (std::size_t i = kSize.begin + 1; i < kSize.begin + kSize.length; ++i) {
        if (size > (UINT64_MAX >> 9)) {
            return std::nullopt;
        }
        size = (size << 8) | static_cast<unsigned char>(header[i]);
    }
    return size;
}

std::size_t padding_of(std::uint64_t size) {
    return static_cast<std::size_t>((kBlock - size % kBlock) % kBlock);
}

Error damaged(const std::string& what) {
    return invalid("damaged_archive", "the archive is damaged: " + what);
}

struct Member {
    std::string name;
    std::uint64_t size = 0;
};

Result<Member> member_of(const Block& header) {
    const auto sum = octal_in(header, kChecksum);
    const auto size = size_in(header);
    if (!sum || *sum != checksum_of(header) || !size) {
        return damaged("it is no tar of a backup");
    }
    const auto* begin = header.data() + kName.begin;
    const std::string name(begin, strnlen(begin, kName.length));
    const bool is_ours = std::find(kMembers.begin(), kMembers.end(), name) != kMembers.end();
    if (!is_ours || (header[kType] != '0' && header[kType] != '\0')) {
        return damaged("it has something that no backup has");
    }
    return Member{.name = name, .size = *size};
}

Result<> unpack(int input, const Member& member, const std::string& folder) {
    const File file(folder + "/" + member.name, O_WRONLY | O_CREAT | O_EXCL);
    std::vector<char> chunk(std::size_t{1} << 20);
    for (auto left = member.size; left > 0;) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk.size()));
        const auto got = read_some(input, chunk.data(), wanted);
        write_all(file.get(), {chunk.data(), got});
        left -= got;
        if (got < wanted) {
            return damaged("it ends in the middle of " + member.name);
        }
    }
    Block rest{};
    const auto padding = padding_of(member.size);
    if (read_some(input, rest.data(), padding) < padding) {
        return damaged("it ends after " + member.name);
    }
    return {};
}

/// Whoever writes to the other end of a pipe is to be done as well.
void read_to_the_end(int input) {
    Block rest{};
    while (read_some(input, rest.data(), rest.size()) > 0) {
    }
}

}  // namespace

void write_archive(const std::string& folder, int output) {
    std::vector<char> chunk(std::size_t{1} << 20);
    for (const auto* name : kMembers) {
        const auto path = folder + "/" + name;
        if (!std::filesystem::exists(path)) {
            continue;
        }
        const File file(path, O_RDONLY | O_NOFOLLOW);
        const std::uint64_t size = std::filesystem::file_size(path);
        const auto header = header_of(name, size);
        write_all(output, {header.data(), header.size()});
        for (auto left = size; left > 0;) {
            const auto wanted =
                static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk.size()));
            if (read_some(file.get(), chunk.data(), wanted) < wanted) {
                throw SystemError("backup", path + " became shorter");
            }
            write_all(output, {chunk.data(), wanted});
            left -= wanted;
        }
        write_all(output, std::string(padding_of(size), '\0'));
    }
    write_all(output, std::string(2 * kBlock, '\0'));
}

Result<> read_archive(int input, const std::string& folder) {
    std::set<std::string> seen;
    for (;;) {
        Block header{};
        if (read_some(input, header.data(), header.size()) < header.size()) {
            return damaged("it is cut off");
        }
        if (header == Block{}) {
            break;
        }
        const auto member = member_of(header);
        if (!member) {
            return member.error();
        }
        if (!seen.insert(member->name).second) {
            return damaged("it has " + member->name + " twice");
        }
        if (const auto done = unpack(input, *member, folder); !done) {
            return done.error();
        }
    }
    read_to_the_end(input);
    return {};
}

Result<std::string> BackupPlace::open() {
    std::error_code absent;
    const bool is_stream = name_ == "-";
    if (!is_stream && !std::filesystem::is_regular_file(name_, absent)) {
        return std::filesystem::absolute(name_).string();
    }
    unpacked_.emplace("tripos-backup");
    const File file(is_stream ? "/dev/stdin" : name_, O_RDONLY);
    if (const auto done = read_archive(file.get(), unpacked_->path()); !done) {
        return done.error();
    }
    return unpacked_->path();
}

}  // namespace tripos::app

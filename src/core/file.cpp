// SPDX-License-Identifier: MIT
#include "core/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"

namespace tripos {

boost::system::result<std::string> read_file(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    std::string text;
    std::array<char, 4096> chunk{};
    ssize_t count = file < 0 ? -1 : 1;
    while (count > 0) {
        count = read(file, chunk.data(), chunk.size());
        text.append(chunk.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    const boost::system::error_code problem(errno, boost::system::system_category());
    if (file >= 0) {
        close(file);
    }
    if (count < 0) {
        return problem;
    }
    return text;
}

void sync_to_disk(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = file >= 0 && fsync(file) == 0;
    const int problem = errno;
    if (file >= 0) {
        close(file);
    }
    if (!synced) {
        throw SystemError("file", path + " cannot be synced: " + std::strerror(problem));
    }
}

void write_new_file(const std::string& path, std::string_view text) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool written = file >= 0;
    while (written && !text.empty()) {
        const auto count = write(file, text.data(), text.size());
        written = count > 0;
        text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    written = written && fsync(file) == 0;
    const int problem = errno;
    if (file >= 0) {
        close(file);
    }
    if (!written) {
        throw SystemError("file", path + " cannot be written: " + std::strerror(problem));
    }
}

}  // namespace tripos

// SPDX-License-Identifier: MIT
#include "core/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

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

}  // namespace tripos

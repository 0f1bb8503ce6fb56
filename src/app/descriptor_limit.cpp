// SPDX-License-Identifier: MIT
#include "app/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace tripos::app {

namespace {

constexpr std::size_t kForOthers = 256;  ///< databases, Redis, mail, log, files
constexpr std::size_t kFewest = 16;

}  // namespace

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return 0;
    }
    const rlimit raised{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
    const bool done = ::setrlimit(RLIMIT_NOFILE, &raised) == 0;
    return static_cast<std::size_t>(done ? raised.rlim_cur : limit.rlim_cur);
}

std::size_t connections_within(std::size_t descriptors, std::size_t wanted) {
    const auto left = descriptors > kForOthers ? descriptors - kForOthers : 0;
    return std::clamp(left, kFewest, wanted);
}

}  // namespace tripos::app

// SPDX-License-Identifier: MIT
#include "app/progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string>

namespace tripos::app {

namespace {

constexpr std::int64_t kWidth = 40;

}  // namespace

ProgressBar::ProgressBar(std::int64_t total)
    : total_(total), is_visible_(total > 0 && isatty(STDERR_FILENO) == 1) {}

void ProgressBar::show(std::int64_t done) {
    if (!is_visible_) {
        return;
    }
    const auto shown = std::clamp<std::int64_t>(done, 0, total_);
    const auto filled = static_cast<std::size_t>(shown * kWidth / total_);
    std::string bar(filled, '#');
    bar.resize(static_cast<std::size_t>(kWidth), '.');
    std::cerr << "\r[" << bar << "] " << shown << " of " << total_ << std::flush;
}

void ProgressBar::finish() {
    if (is_visible_) {
        std::cerr << "\r\033[K" << std::flush;
    }
}

}  // namespace tripos::app

// SPDX-License-Identifier: MIT
// The inputs of corpus/ - written by hand, or found by ./dev fuzz - keep every promise, as they
// are and grown to many times their size.
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>

#include "core/file.hpp"
#include "fuzz/fuzz.hpp"

namespace tripos::fuzz {

namespace {

struct Input {
    std::string name;
    std::string text;
};

std::vector<Input> corpus_of(const Target& target) {
    std::vector<Input> inputs;
    const auto folder = std::filesystem::path(TRIPOS_FUZZ_CORPUS) / target.name;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        inputs.push_back(
            {entry.path().filename().string(), read_file(entry.path().string()).value()});
    }
    return inputs;
}

/// A failure of the test, and not its end, when the input breaks a promise.
void run(const Target& target, const Input& input) {
    try {
        target.run(input.text);
    } catch (const std::exception& broken) {
        ADD_FAILURE() << target.name << "/" << input.name << ": " << broken.what();
    }
}

/// The part between `begin` and `end` over and over.
std::string grown(const std::string& text, std::size_t begin, std::size_t end) {
    constexpr std::size_t kSize = 256 * 1024;
    std::string out = text.substr(0, begin);
    while (begin < end && out.size() < kSize) {
        out.append(text, begin, end - begin);
    }
    return out + text.substr(end);
}

/// Of this thread alone, so that a busy machine does not count.
double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

class Replay : public testing::TestWithParam<Target> {};

TEST_P(Replay, KeepsItsPromises) {
    const auto inputs = corpus_of(GetParam());
    EXPECT_FALSE(inputs.empty());
    for (const auto& input : inputs) {
        run(GetParam(), input);
    }
}

TEST_P(Replay, TakesTimeInProportionToTheSize) {
    // A quarter of a megabyte takes milliseconds, with sanitizers some hundred; work that grows
    // with the square of the size would take minutes.
    constexpr double kMost = 5;
    for (const auto& [name, text] : corpus_of(GetParam())) {
        const auto size = text.size();
        for (const auto& [begin, end] :
             {std::pair{std::size_t(0), size},
              {size / 3, size - size / 3},
              {std::min<std::size_t>(size, 1), size - (size > 1 ? 1 : 0)}}) {
            const auto start = cpu_seconds();
            run(GetParam(), {name + ", grown", grown(text, begin, end)});
            EXPECT_LT(cpu_seconds() - start, kMost) << GetParam().name << "/" << name;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Targets, Replay, testing::ValuesIn(kTargets),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace

}  // namespace tripos::fuzz

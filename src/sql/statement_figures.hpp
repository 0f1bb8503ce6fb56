// SPDX-License-Identifier: MIT
#pragma once
// StatementFigures: how long the statements of this process take, by their text, which holds no
// values: those are parameters. Bounded: what comes when there are many texts is counted together.
// A restart forgets them.

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sql/detail/statement_hash.hpp"

namespace tripos::sql {

/// Of one text.
struct StatementFigure {
    std::string text;                  ///< as it was run; "(others)": those beyond the bound
    std::uint64_t count = 0;           ///< how often it was run
    std::chrono::nanoseconds total{};  ///< of all of those
    std::chrono::nanoseconds max{};    ///< of the slowest
    std::chrono::nanoseconds p99{};    ///< 99 % took no longer; at most half too much
};

/// Thread-safe.
class StatementFigures {
  public:
    /// So many texts are told apart.
    static constexpr std::size_t kMostTexts = 1'000;
    static constexpr std::size_t kLongestText = 4'000;  ///< bytes; the rest of a text is cut off

    /// `text` was run once.
    void note(std::string_view text, std::chrono::nanoseconds took);
    /// At most `most`, those with the slowest run first.
    std::vector<StatementFigure> slowest(std::size_t most) const;

  private:
    /// Two buckets for each doubling, from a microsecond to a minute.
    static constexpr std::size_t kBuckets = 52;
    struct Seen {
        std::uint64_t count = 0;
        std::chrono::nanoseconds total{};
        std::chrono::nanoseconds max{};
        std::array<std::uint32_t, kBuckets> at_most{};
    };
    static std::size_t bucket_of(std::chrono::nanoseconds took);
    static std::chrono::nanoseconds bound_of(std::size_t bucket);
    static StatementFigure figure_of(const std::string& text, const Seen& seen);
    Seen& seen_of(std::string_view text);

    mutable std::mutex mutex_;
    std::unordered_map<std::string, Seen, StatementHash, std::equal_to<>> texts_;
};

}  // namespace tripos::sql

// SPDX-License-Identifier: MIT
#include "loadtest/network.hpp"

#include <charconv>

namespace tripos::loadtest {

namespace {

constexpr std::int64_t kSentAgainAfter = 200'000;  // what Linux waits at least
constexpr double kLongestTrip = 10'000;            // milliseconds

/// "40ms" with the unit "ms". Nothing: it is not that, or not between 0 and `most`.
std::optional<double> measure(std::string_view text, std::string_view unit, double most) {
    if (!text.ends_with(unit)) {
        return std::nullopt;
    }
    text.remove_suffix(unit.size());
    double value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_all = error == std::errc() && end == text.data() + text.size();
    return is_all && value >= 0 && value <= most ? std::optional(value) : std::nullopt;
}

}  // namespace

std::int64_t Network::one_way(std::minstd_rand& random) const {
    const bool is_lost = std::uniform_real_distribution<>()(random) < loss;
    return round_trip / 2 + (is_lost ? kSentAgainAfter + round_trip : 0);
}

std::optional<Network> parse_network(std::string_view text) {
    const auto comma = text.find(',');
    const auto trip = measure(text.substr(0, comma), "ms", kLongestTrip);
    const auto loss = comma == std::string_view::npos ? std::optional(0.0)
                                                      : measure(text.substr(comma + 1), "%", 100);
    if (!trip || !loss) {
        return std::nullopt;
    }
    return Network{.round_trip = static_cast<std::int64_t>(*trip * 1'000), .loss = *loss / 100};
}

}  // namespace tripos::loadtest

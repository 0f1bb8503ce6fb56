// SPDX-License-Identifier: MIT
#include "queue/detail/endings.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "queue/detail/job_rules.hpp"

namespace tripos::queue::detail {
namespace {

constexpr std::int64_t kRetentionStep = 1'000;  // aged jobs removed per call

bool has_failed(const Ending& ending) {
    return ending.settlement.kind == Settlement::Kind::failed;
}

/// What the jobs of a group share.
auto fate(const Ending& ending) {
    return std::tuple(has_failed(ending), ending.keep.count, ending.keep.age, ending.keep.limit);
}

/// Empty when the script has to look: others may give the job a parent, or have given it a
/// deduplication id that it still owns.
std::string attempts_made(const Job& job) {
    const bool may_have_changed =
        !job.parent_key.empty() || !job.deduplication_id.empty() || !is_generated_id(job.id);
    return may_have_changed ? "" : std::to_string(job.attempts_made + 1);
}

class Group {
  public:
    Group(std::vector<std::string>& arguments, std::span<const Ending> endings,
          std::span<const std::size_t> places)
        : arguments_(arguments), endings_(endings), places_(places) {}

    void append() {
        const Ending& first = endings_[places_.front()];
        const std::optional<std::int64_t>& count = first.keep.count;
        arguments_.push_back(std::to_string(places_.size()));
        arguments_.push_back(has_failed(first) ? "failed" : "completed");
        arguments_.push_back(count && *count >= 0 ? std::to_string(*count) : "");
        arguments_.push_back(first.keep.age ? std::to_string(first.keep.age->count()) : "");
        const std::int64_t limit = first.keep.limit.value_or(kRetentionStep);
        arguments_.push_back(std::to_string(std::clamp<std::int64_t>(limit, 1, kRetentionStep)));
        column([](const Ending& ending) { return ending.job.id; });
        column([](const Ending& ending) { return ending.token; });
        column([](const Ending& ending) { return ending.settlement.value; });
        column([](const Ending& ending) { return attempts_made(ending.job); });
        if (has_failed(first)) {
            column([](const Ending& ending) { return ending.settlement.stacktrace; });
            column(
                [](const Ending& ending) { return std::to_string(ending.job.options.attempts); });
        }
    }

  private:
    template <class Text>
    void column(Text text) {
        for (const std::size_t place : places_) {
            arguments_.push_back(text(endings_[place]));
        }
    }

    std::vector<std::string>& arguments_;
    std::span<const Ending> endings_;
    std::span<const std::size_t> places_;
};

}  // namespace

std::vector<std::size_t> append_endings(std::vector<std::string>& arguments,
                                        std::span<const Ending> endings) {
    std::vector<std::size_t> places(endings.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::stable_sort(places.begin(), places.end(), [endings](std::size_t a, std::size_t b) {
        return fate(endings[a]) < fate(endings[b]);
    });
    for (auto first = places.begin(); first != places.end();) {
        const auto last = std::find_if(first, places.end(), [&](std::size_t place) {
            return fate(endings[place]) != fate(endings[*first]);
        });
        Group(arguments, endings, std::span(first, last)).append();
        first = last;
    }
    return places;
}

}  // namespace tripos::queue::detail

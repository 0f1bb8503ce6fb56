// SPDX-License-Identifier: MIT
// A pattern, and in lines of their own perhaps a time zone and an instant in ms.
#include "queue/cron.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "fuzz/fuzz.hpp"

namespace tripos::fuzz {

void cron(std::string_view input) {
    const auto lines = split(input, '\n');
    const auto zone = lines.size() > 1 && !lines[1].empty() ? lines[1] : "UTC";
    const auto schedule = queue::CronSchedule::parse(lines[0], zone);
    if (!schedule) {
        require(schedule.error().message.size() <= input.size() + 200,
                "a refusal repeats the pattern at most once");
        return;
    }
    constexpr std::int64_t kYear2100 = 4'102'444'800'000;
    const auto given = lines.size() > 2 ? parse_int(lines[2]) : std::nullopt;
    const auto from =
        from_millis(std::clamp<std::int64_t>(given.value_or(1'700'000'000'000), 0, kYear2100));
    const auto next = schedule->next_after(from);
    if (!next) {
        return;
    }
    require(*next > from && to_millis(*next) % 1000 == 0, "the next time is a later whole second");
    require(schedule->next_after(*next - std::chrono::milliseconds(1)) == next,
            "the next time is one of the pattern's");
    require(schedule->next_after(from + (*next - from) / 2) == next,
            "nothing lies before the next time");
    const auto second = schedule->next_after(*next);
    require(!second || *second > *next, "times follow one another");
}

}  // namespace tripos::fuzz

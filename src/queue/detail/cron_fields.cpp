// SPDX-License-Identifier: MIT
#include "queue/detail/cron_fields.hpp"

namespace tripos::queue::detail {

namespace chr = std::chrono;

namespace {

// 29 February on a given weekday comes back after at most forty years.
constexpr chr::days kHorizon{50 * 366};

bool is_last_of_month(chr::year_month_day day) {
    return day == chr::year_month_day(day.year() / day.month() / chr::last);
}

template <std::size_t N>
std::size_t next_bit(const std::bitset<N>& bits, std::size_t from) {
    while (from < N && !bits[from]) {
        ++from;
    }
    return from;
}

}  // namespace

bool CronWeekdays::contains(chr::year_month_day day) const {
    const unsigned weekday = chr::weekday(chr::local_days(day)).c_encoding();
    const unsigned number = static_cast<unsigned>(day.day());
    if (every[weekday] && (!only_nth || (number - 1) / 7 + 1 == *only_nth)) {
        return true;
    }
    const chr::year_month_day end = day.year() / day.month() / chr::last;
    return last[weekday] && number + 7 > static_cast<unsigned>(end.day());
}

bool CronFields::contains(chr::year_month_day day) const {
    if (!months[static_cast<unsigned>(day.month())]) {
        return false;
    }
    const bool by_day =
        days[static_cast<unsigned>(day.day())] || (last_day && is_last_of_month(day));
    const bool by_weekday = weekdays.contains(day);
    // As cron always had it: either of the two is enough when both are restricted.
    return any_day || any_weekday ? by_day && by_weekday : by_day || by_weekday;
}

std::optional<chr::seconds> CronFields::next_time(chr::seconds from) const {
    const chr::hh_mm_ss split(from);
    const auto hour = static_cast<std::size_t>(split.hours().count());
    const auto minute = static_cast<std::size_t>(split.minutes().count());
    const auto second = static_cast<std::size_t>(split.seconds().count());
    for (std::size_t h = next_bit(hours, hour); h < 24; h = next_bit(hours, h + 1)) {
        for (std::size_t m = next_bit(minutes, h == hour ? minute : 0); m < 60;
             m = next_bit(minutes, m + 1)) {
            const std::size_t s = next_bit(seconds, h == hour && m == minute ? second : 0);
            if (s < 60) {
                return chr::hours(h) + chr::minutes(m) + chr::seconds(s);
            }
        }
    }
    return std::nullopt;
}

std::optional<WallTime> CronFields::next_at_or_after(WallTime from) const {
    const auto first = chr::floor<chr::days>(from);
    for (auto day = first; day < first + kHorizon; day += chr::days(1)) {
        if (!contains(chr::year_month_day(day))) {
            continue;
        }
        if (const auto time = next_time(day == first ? from - first : chr::seconds(0))) {
            return day + *time;
        }
    }
    return std::nullopt;
}

}  // namespace tripos::queue::detail

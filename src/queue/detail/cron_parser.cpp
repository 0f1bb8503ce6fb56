// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/text.hpp"
#include "queue/detail/cron_fields.hpp"

namespace tripos::queue::detail {

namespace {

/// What one of the six fields may hold.
struct FieldRule {
    std::string_view name;
    unsigned low;
    unsigned high;
    std::array<std::string_view, 12> names = {};  ///< of the values from `low` on
};

constexpr FieldRule kSecond{"second", 0, 59};
constexpr FieldRule kMinute{"minute", 0, 59};
constexpr FieldRule kHour{"hour", 0, 23};
constexpr FieldRule kDay{"day of the month", 1, 31};
constexpr FieldRule kMonth{
    "month",
    1,
    12,
    {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}};
constexpr FieldRule kWeekday{
    "day of the week", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}};

struct Alias {
    std::string_view name;
    std::string_view pattern;
};

constexpr std::array kAliases{
    Alias{"@secondly", "* * * * * *"},   Alias{"@minutely", "0 * * * * *"},
    Alias{"@hourly", "0 0 * * * *"},     Alias{"@daily", "0 0 0 * * *"},
    Alias{"@weekly", "0 0 0 * * 0"},     Alias{"@monthly", "0 0 0 1 * *"},
    Alias{"@yearly", "0 0 0 1 1 *"},     Alias{"@annually", "0 0 0 1 1 *"},
    Alias{"@weekdays", "0 0 0 * * 1-5"}, Alias{"@weekends", "0 0 0 * * 0,6"},
};

/// The values of a field, wide enough for all of them.
using Values = std::bitset<60>;

Error bad(const FieldRule& rule, const std::string& problem) {
    return invalid_field("pattern", std::string(rule.name) + ": " + problem);
}

Result<unsigned> read_value(const FieldRule& rule, std::string_view text) {
    const std::string lower = to_lower(text);
    for (std::size_t i = 0; i < rule.names.size() && !rule.names[i].empty(); ++i) {
        if (lower == rule.names[i]) {
            return rule.low + static_cast<unsigned>(i);
        }
    }
    const bool digits = !text.empty() && text.size() <= 4 &&
                        std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) {
        return bad(rule, "'" + std::string(text) + "' is not a value");
    }
    const std::int64_t value = parse_int(text).value_or(-1);
    if (value < rule.low || value > rule.high) {
        return bad(rule, std::string(text) + " is outside " + std::to_string(rule.low) + "-" +
                             std::to_string(rule.high));
    }
    return static_cast<unsigned>(value);
}

struct Range {
    unsigned first;
    unsigned last;
};

/// `*`, `?`, `a`, `a-b`; `a` alone goes on to the field's end when a step follows.
Result<Range> read_range(const FieldRule& rule, std::string_view text, bool stepped) {
    if (text == "*" || text == "?") {
        return Range{rule.low, rule.high};
    }
    const std::size_t dash = text.find('-');
    const Result<unsigned> first = read_value(rule, text.substr(0, dash));
    if (!first) {
        return first.error();
    }
    if (dash == std::string_view::npos) {
        return Range{*first, stepped ? rule.high : *first};
    }
    const Result<unsigned> last = read_value(rule, text.substr(dash + 1));
    if (!last) {
        return last.error();
    }
    if (*last < *first) {
        return bad(rule, "the range " + std::string(text) + " runs backwards; write two ranges");
    }
    return Range{*first, *last};
}

/// One part of a list, with its step.
Result<Values> read_part(const FieldRule& rule, std::string_view text) {
    const std::size_t slash = text.find('/');
    const bool stepped = slash != std::string_view::npos;
    unsigned step = 1;
    if (stepped) {
        const auto given = parse_int(text.substr(slash + 1));
        if (!given || *given < 1 || *given > 1'000'000) {
            return bad(rule, "the step of '" + std::string(text) + "' must be at least 1");
        }
        step = static_cast<unsigned>(*given);
    }
    const Result<Range> range = read_range(rule, text.substr(0, slash), stepped);
    if (!range) {
        return range.error();
    }
    Values values;
    for (unsigned value = range->first; value <= range->last; value += step) {
        values.set(value);
    }
    return values;
}

Result<Values> read_list(const FieldRule& rule, std::string_view text) {
    Values values;
    for (const std::string_view part : split(text, ',')) {
        const Result<Values> more = read_part(rule, part);
        if (!more) {
            return more.error();
        }
        values |= *more;
    }
    return values;
}

template <std::size_t N>
std::bitset<N> narrowed(const Values& values) {
    return std::bitset<N>(values.to_ullong());
}

bool is_any(std::string_view text) {
    return text == "*" || text == "?";
}

Result<> read_days(CronFields& fields, std::string_view text) {
    fields.any_day = is_any(text);
    for (const std::string_view part : split(text, ',')) {
        if (part == "L" || part == "l") {
            fields.last_day = true;
            continue;
        }
        const Result<Values> values = read_part(kDay, part);
        if (!values) {
            return values.error();
        }
        fields.days |= narrowed<32>(*values);
    }
    return {};
}

/// 0 and 7 are both Sunday.
std::bitset<7> weekdays_of(const Values& values) {
    std::bitset<7> days = narrowed<7>(values);
    days[0] = values[0] || values[7];
    return days;
}

/// `5#2`, alone in its field.
Result<> read_nth_weekday(CronWeekdays& weekdays, std::string_view text) {
    if (text.find(',') != std::string_view::npos) {
        return bad(kWeekday, "'#' stands alone, without a list");
    }
    const std::size_t hash = text.find('#');
    const Result<unsigned> day = read_value(kWeekday, text.substr(0, hash));
    if (!day) {
        return day.error();
    }
    const auto nth = parse_int(text.substr(hash + 1));
    if (!nth || *nth < 1 || *nth > 5) {
        return bad(kWeekday, "the number after # must be 1 to 5");
    }
    weekdays.every.set(*day % 7);
    weekdays.only_nth = static_cast<unsigned>(*nth);
    return {};
}

Result<> read_weekdays(CronFields& fields, std::string_view text) {
    fields.any_weekday = is_any(text);
    if (text.find('#') != std::string_view::npos) {
        return read_nth_weekday(fields.weekdays, text);
    }
    for (std::string_view part : split(text, ',')) {
        const bool last = part.size() > 1 && (part.back() == 'L' || part.back() == 'l');
        if (last) {
            part.remove_suffix(1);
        }
        const Result<Values> values = read_part(kWeekday, part);
        if (!values) {
            return values.error();
        }
        (last ? fields.weekdays.last : fields.weekdays.every) |= weekdays_of(*values);
    }
    return {};
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (const std::string_view word : split(text, ' ')) {
        if (!word.empty()) {
            words.push_back(word);
        }
    }
    return words;
}

}  // namespace

Result<CronFields> parse_cron(std::string_view pattern) {
    const auto alias = std::ranges::find(kAliases, trim(pattern), &Alias::name);
    std::vector<std::string_view> words =
        words_of(alias == kAliases.end() ? pattern : alias->pattern);
    if (words.size() == 5) {
        words.insert(words.begin(), "0");
    }
    if (words.size() != 6) {
        return invalid_field("pattern",
                             "a cron pattern has five fields, or six with seconds first; or is one "
                             "of @hourly, @daily, @weekly, @monthly, @yearly");
    }
    CronFields fields;
    const Result<Values> seconds = read_list(kSecond, words[0]);
    const Result<Values> minutes = read_list(kMinute, words[1]);
    const Result<Values> hours = read_list(kHour, words[2]);
    const Result<Values> months = read_list(kMonth, words[4]);
    for (const auto* field : {&seconds, &minutes, &hours, &months}) {
        if (!*field) {
            return field->error();
        }
    }
    fields.seconds = *seconds;
    fields.minutes = *minutes;
    fields.hours = narrowed<24>(*hours);
    fields.months = narrowed<13>(*months);
    if (const Result<> days = read_days(fields, words[3]); !days) {
        return days.error();
    }
    if (const Result<> weekdays = read_weekdays(fields, words[5]); !weekdays) {
        return weekdays.error();
    }
    return fields;
}

}  // namespace tripos::queue::detail

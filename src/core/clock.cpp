// SPDX-License-Identifier: MIT
#include "core/clock.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tripos {

namespace {

using std::chrono::milliseconds;

/// Consumes decimal digits from the front of a text; remembers whether anything was wrong.
class DigitReader {
  public:
    explicit DigitReader(std::string_view text) : rest_(text) {}

    int digits(int count) {
        int value = 0;
        for (int i = 0; i < count; ++i) {
            if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') {
                ok_ = false;
                return 0;
            }
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }

    bool accept(char wanted) {
        if (rest_.empty() || rest_.front() != wanted) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    void require(bool condition) { ok_ = ok_ && condition; }

    /// A fraction of a second: one to nine digits, cut to milliseconds.
    int fraction_millis() {
        int value = 0;
        int count = 0;
        for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++count) {
            if (count < 3) {
                value = value * 10 + (rest_.front() - '0');
            }
            rest_.remove_prefix(1);
        }
        require(count >= 1 && count <= 9);
        for (int i = count; i < 3; ++i) {
            value *= 10;
        }
        return value;
    }

    bool ok() const { return ok_; }
    bool at_end() const { return rest_.empty(); }

  private:
    std::string_view rest_;
    bool ok_ = true;
};

std::optional<std::chrono::minutes> read_offset(DigitReader& reader) {
    using std::chrono::minutes;
    if (reader.accept('Z') || reader.accept('z')) {
        return minutes(0);
    }
    const bool negative = reader.accept('-');
    if (!negative && !reader.accept('+')) {
        return std::nullopt;
    }
    const int hours = reader.digits(2);
    reader.accept(':');
    const int mins = reader.digits(2);
    reader.require(hours <= 23 && mins <= 59);
    const int total = hours * 60 + mins;
    return minutes(negative ? -total : total);
}

/// Every answer tells times: snprintf took 2 % of the CPU of a save.
void append_padded(std::string& text, std::int64_t number, std::size_t width) {
    std::array<char, 20> digits{};
    const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    const auto length = static_cast<std::size_t>(end - digits.data());
    text.append(std::max(width, length) - length, '0').append(digits.data(), length);
}

}  // namespace

Timestamp SystemClock::now() const {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

std::string to_iso8601(Timestamp at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    std::string text;
    text.reserve(sizeof "1970-01-01T00:00:00.000Z");
    append_padded(text, int{date.year()}, 4);
    append_padded(text.append(1, '-'), unsigned{date.month()}, 2);
    append_padded(text.append(1, '-'), unsigned{date.day()}, 2);
    append_padded(text.append(1, 'T'), time.hours().count(), 2);
    append_padded(text.append(1, ':'), time.minutes().count(), 2);
    append_padded(text.append(1, ':'), time.seconds().count(), 2);
    append_padded(text.append(1, '.'), time.subseconds().count(), 3);
    return text.append(1, 'Z');
}

std::optional<ParsedTime> parse_iso8601(std::string_view text) {
    DigitReader reader(text);
    const int year = reader.digits(4);
    reader.require(reader.accept('-'));
    const int month = reader.digits(2);
    reader.require(reader.accept('-'));
    const int day = reader.digits(2);
    reader.require(reader.accept('T') || reader.accept('t') || reader.accept(' '));
    const int hour = reader.digits(2);
    reader.require(reader.accept(':'));
    const int minute = reader.digits(2);
    int second = 0;
    int millis = 0;
    if (reader.accept(':')) {
        second = reader.digits(2);
        if (reader.accept('.')) {
            millis = reader.fraction_millis();
        }
    }
    const auto offset = read_offset(reader);
    const std::chrono::year_month_day date(std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
    reader.require(date.ok() && year >= 1970 && hour <= 23 && minute <= 59 && second <= 59);
    if (!reader.ok() || !reader.at_end()) {
        return std::nullopt;
    }
    const auto wall = std::chrono::sys_days(date) + std::chrono::hours(hour) +
                      std::chrono::minutes(minute) + std::chrono::seconds(second) +
                      milliseconds(millis);
    return ParsedTime{.wall = wall, .offset = offset};
}

}  // namespace tripos

// SPDX-License-Identifier: MIT
// cron_agent: our side of cron.test.mjs. Reads lines of four parts separated by tabs - pattern,
// time zone, milliseconds, count - and answers each with the next times in milliseconds, separated
// by spaces, or with "error: ...".

#include <iostream>
#include <string>

#include "core/text.hpp"
#include "queue/cron.hpp"

namespace tripos::queue {
namespace {

std::string answer(const std::string& line) {
    const auto parts = split(line, '\t');
    const Result<CronSchedule> schedule = CronSchedule::parse(parts.at(0), parts.at(1));
    if (!schedule) {
        return "error: " + schedule.error().message;
    }
    std::string times;
    auto at = std::optional(from_millis(parse_int(parts.at(2)).value()));
    for (auto left = parse_int(parts.at(3)).value(); left > 0; --left) {
        at = schedule->next_after(*at);
        if (!at) {
            return "error: no next time";
        }
        times += (times.empty() ? "" : " ") + std::to_string(to_millis(*at));
    }
    return times;
}

}  // namespace
}  // namespace tripos::queue

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << tripos::queue::answer(line) << '\n';
    }
    return 0;
}

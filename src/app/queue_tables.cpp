// SPDX-License-Identifier: MIT
#include "app/queue_tables.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "app/bar_chart.hpp"
#include "app/control_values.hpp"
#include "app/text_table.hpp"
#include "core/clock.hpp"
#include "core/text.hpp"

namespace tripos::app {

namespace json = boost::json;

namespace {

constexpr std::string_view kColumns[] = {"active", "waiting",   "prioritized",     "delayed",
                                         "failed", "completed", "waiting-children"};

std::string queues_text(const json::object& answer) {
    std::vector<std::string> headings{"QUEUE", "PAUSED"};
    for (const auto state : kColumns) {
        headings.push_back(to_upper(state));
    }
    TextTable table(std::move(headings));
    for (const auto& value : answer.at("data").as_array()) {
        const auto& queue = value.as_object();
        std::vector<std::string> cells{member_text(queue, "name"),
                                       queue.at("paused").as_bool() ? "yes" : "no"};
        for (const auto state : kColumns) {
            cells.push_back(member_text(queue.at("counts").as_object(), state));
        }
        table.add(std::move(cells));
    }
    return table.text() + (answer.at("complete").as_bool()
                               ? ""
                               : "There may be more: Redis holds too many keys to look at.\n");
}

void add_priorities(TextTable& table, const json::array& priorities) {
    for (const auto& value : priorities) {
        const auto& priority = value.as_object();
        table.add(
            {"  priority " + member_text(priority, "priority"), member_text(priority, "count")});
    }
}

std::string stats_text(const json::object& queue) {
    TextTable table({"STATE", "JOBS"});
    for (const auto state : kColumns) {
        table.add({std::string(state), member_text(queue.at("counts").as_object(), state)});
        if (state == "prioritized") {
            add_priorities(table, queue.at("priorities").as_array());
        }
    }
    auto text = table.text() + "The queue " + terminal_text(member_text(queue, "name")) +
                (queue.at("paused").as_bool() ? " is paused.\n" : " is not paused.\n");
    if (const auto concurrency = member_text(queue, "concurrency"); !concurrency.empty()) {
        const bool is_one = concurrency == "1";
        text += "At most " + concurrency +
                (is_one ? " job is active at once.\n" : " jobs are active at once.\n");
    }
    if (const auto* rate = queue.at("rateLimit").if_object()) {
        const auto most = member_text(*rate, "max");
        text += "At most " + most + (most == "1" ? " job starts in " : " jobs start in ") +
                member_text(*rate, "duration") + " ms.\n";
    }
    return text;
}

/// The last minutes of one state as a chart, the running minute at the right.
std::string chart_text(std::string_view state, const json::array& newest_first) {
    BarChart chart{.first_label = std::to_string(newest_first.size()) + " min ago",
                   .last_label = "now"};
    std::int64_t sum = 0;
    for (const auto& minute : newest_first) {
        chart.values.push_back(minute.to_number<std::int64_t>());
        sum += chart.values.back();
    }
    std::reverse(chart.values.begin(), chart.values.end());
    return std::string(state) + " per minute, " + std::to_string(sum) + " in all\n" + draw(chart);
}

std::string history_text(const json::object& history) {
    return chart_text("completed", history.at("completed").as_array()) + '\n' +
           chart_text("failed", history.at("failed").as_array());
}

std::string jobs_text(const json::object& answer) {
    if (answer.at("data").as_array().empty()) {
        return "There are no such jobs.\n";
    }
    TextTable table({"ID", "NAME", "STATE", "PRIORITY", "TRIES", "ADDED", "FAILED REASON"});
    for (const auto& value : answer.at("data").as_array()) {
        const auto& job = value.as_object();
        table.add({member_text(job, "id"), member_text(job, "name"), member_text(job, "state"),
                   member_text(job, "priority"), member_text(job, "attemptsMade"),
                   member_text(job, "timestamp"), member_text(job, "failedReason")});
    }
    const auto& pagination = answer.at("pagination").as_object();
    return table.text() + "Page " + member_text(pagination, "currentPage") + " of " +
           member_text(pagination, "totalPages") + ", " +
           counted(pagination.at("totalItems").to_number<std::int64_t>(), "job") + " in all.\n";
}

std::string job_text(const json::object& job) {
    std::string text;
    for (const auto& [name, value] : job) {
        const auto* items = value.if_array();
        const std::string label(name);
        if (items == nullptr) {
            text += label + ": " + terminal_text(plain_text(value), 10'000) + '\n';
            continue;
        }
        text += items->empty() ? "" : label + ":\n";
        for (const auto& item : *items) {
            for (const auto line : split(plain_text(item), '\n')) {
                text += "  " + terminal_text(line, 1'000) + '\n';
            }
        }
    }
    return text;
}

std::string outcome_text(const QueueArguments& arguments, const json::object& answer) {
    auto text = terminal_text(member_text(answer, "message"));
    const auto count = member_text(answer, "count");
    if (!count.empty() && arguments.id.empty()) {
        text += ": " + counted(parse_int(count).value_or(0), "job");
    }
    return text + ".\n";
}

}  // namespace

std::string queue_text(const QueueArguments& arguments, const json::object& answer) {
    const auto& action = arguments.action;
    if (action == "list") {
        return queues_text(answer);
    }
    if (action == "jobs") {
        return jobs_text(answer);
    }
    if (action == "job") {
        return job_text(answer.at("data").as_object());
    }
    if (action == "add") {
        return "Job " + terminal_text(member_text(answer, "id")) + " is on the queue " +
               terminal_text(arguments.queue) + ".\n";
    }
    if (arguments.history) {
        return history_text(answer.at("data").as_object());
    }
    if (action == "stats" || action == "pause" || action == "resume" || action == "concurrency") {
        return stats_text(answer.at("data").as_object());
    }
    return outcome_text(arguments, answer);
}

std::string event_line(const json::object& event) {
    const auto id = member_text(event, "id");
    const auto millis = parse_int(split(id, '-').front());
    std::string line = (millis ? to_iso8601(from_millis(*millis)) : id) + "  " +
                       terminal_text(member_text(event, "event"));
    for (const auto& [name, value] : event.at("fields").as_object()) {
        line += ' ' + terminal_text(std::string(name)) + '=' + terminal_text(plain_text(value));
    }
    return line;
}

}  // namespace tripos::app

// SPDX-License-Identifier: MIT
#include "app/engines_command.hpp"

#include <boost/json/array.hpp>
#include <cmath>

#include "app/control_session.hpp"
#include "app/control_values.hpp"
#include "app/text_table.hpp"
#include "core/text.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

constexpr std::size_t kShownText = 100;

/// Seconds as milliseconds with a digit; "-": none was measured.
std::string millis(const json::value& seconds) {
    if (seconds.is_null()) {
        return "-";
    }
    const auto tenths = std::llround(seconds.to_number<double>() * 10'000);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string redis_text(const json::array& servers) {
    TextTable table({"REDIS", "REACHED", "MEMORY", "LIMIT", "EVICTION", "EVICTED", "KEYS",
                     "CLIENTS", "PLAN", "MOST"});
    for (const auto& value : servers) {
        const auto& server = value.as_object();
        table.add({member_text(server, "use"), server.at("reached").as_bool() ? "yes" : "no",
                   member_text(server, "memoryUsed"), member_text(server, "memoryLimit"),
                   member_text(server, "eviction"), member_text(server, "evicted"),
                   member_text(server, "keys"), member_text(server, "clients"),
                   member_text(server, "clientPlan"), member_text(server, "clientLimit")});
    }
    return table.text();
}

std::string database_text(const json::object& database) {
    TextTable table({"DATABASE", "READS", "WRITES", "LONG WRITES", "LANE WAIT MS", "LOG BYTES"});
    table.add({member_text(database, "engine"), member_text(database, "reads"),
               member_text(database, "writes"), member_text(database, "longWrites"),
               member_text(database, "laneWaitMs"), member_text(database, "logBytes")});
    return table.text();
}

std::string classes_text(const json::array& classes) {
    TextTable table({"REQUESTS", "MEASURED", "P50 MS", "P95 MS", "P99 MS"});
    for (const auto& value : classes) {
        const auto& one = value.as_object();
        table.add({member_text(one, "class"), member_text(one, "measured"), millis(one.at("p50")),
                   millis(one.at("p95")), millis(one.at("p99"))});
    }
    return table.text();
}

std::string statements_text(const json::array& statements) {
    TextTable table({"SLOWEST MS", "P99 MS", "TOTAL MS", "COUNT", "STATEMENT"});
    for (const auto& value : statements) {
        const auto& one = value.as_object();
        table.add({member_text(one, "maxMs"), member_text(one, "p99Ms"),
                   member_text(one, "totalMs"), member_text(one, "count"),
                   terminal_text(member_text(one, "text"), kShownText)});
    }
    return table.text();
}

}  // namespace

int run_engines_command(bool as_json, const Config& config) {
    const auto answer = ControlSession(config).succeed("/control/engines", {});
    return print_answer(answer, as_json, [&answer] {
        const auto& data = answer->at("data").as_object();
        return redis_text(data.at("redis").as_array()) + '\n' +
               database_text(data.at("database").as_object()) + '\n' +
               classes_text(data.at("classes").as_array()) + '\n' +
               statements_text(data.at("statements").as_array());
    });
}

}  // namespace tripos::app

// SPDX-License-Identifier: MIT
#include "loadtest/report.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

namespace tripos::loadtest {

namespace {

namespace json = boost::json;

constexpr std::size_t kShown = 20;  // violations, of many

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size() + 1, width), ' ');
    return text;
}

std::string table_line(const AskTally& asks, const char* name) {
    return "  " + padded(name, 15) + padded(std::to_string(asks.done), 9) +
           padded(duration_text(asks.response.at(0.5)), 10) +
           padded(duration_text(asks.response.at(0.99)), 10) +
           padded(duration_text(asks.response.max()), 10) +
           padded(duration_text(asks.service.at(0.99)), 10) +
           padded(std::to_string(asks.retried), 9) + std::to_string(asks.wrong) + '\n';
}

json::object to_json(const Histogram& histogram) {
    json::object object{{"count", histogram.count()}, {"max", histogram.max()}};
    for (const auto& [name, share] : {std::pair("p50", 0.5),
                                      {"p90", 0.9},
                                      {"p99", 0.99},
                                      {"p99.9", 0.999},
                                      {"p99.99", 0.9999}}) {
        object[name] = histogram.at(share);
    }
    return object;
}

json::object to_json(const Tally& tally) {
    json::object asks;
    for (std::size_t i = 0; i < kAsks; ++i) {
        const auto& ask = tally.asks[i];
        if (ask.done > 0) {
            asks[to_text(static_cast<Ask>(i))] = {{"done", ask.done},
                                                  {"wrong", ask.wrong},
                                                  {"retried", ask.retried},
                                                  {"responseMicros", to_json(ask.response)},
                                                  {"serviceMicros", to_json(ask.service)}};
        }
    }
    return {{"requests", std::move(asks)},
            {"lagMicros", to_json(tally.lag)},
            {"cpuSeconds", tally.cpu_seconds},
            {"wallSeconds", tally.wall_seconds}};
}

}  // namespace

const char* to_text(Verdict verdict) {
    constexpr const char* kWords[] = {"met", "missed", "violated", "void"};
    return kWords[static_cast<std::size_t>(verdict)];
}

std::string duration_text(std::int64_t micros) {
    char text[32];
    if (micros < 1'000'000) {
        std::snprintf(text, sizeof text, "%.1f ms", static_cast<double>(micros) / 1e3);
    } else {
        std::snprintf(text, sizeof text, "%.2f s", static_cast<double>(micros) / 1e6);
    }
    return text;
}

std::string to_lines(const Report& report) {
    std::string text = "  " + padded("request", 15) + padded("done", 9) + padded("p50", 10) +
                       padded("p99", 10) + padded("max", 10) + padded("service", 10) +
                       padded("retried", 9) + "wrong\n";
    for (const auto* tally : {&report.exam, &report.results}) {
        for (std::size_t i = 0; i < kAsks; ++i) {
            if (tally->asks[i].done > 0 && static_cast<Ask>(i) != Ask::metrics) {
                text += table_line(tally->asks[i], to_text(static_cast<Ask>(i)));
            }
        }
    }
    text += '\n';
    for (const auto& row : report.rows) {
        text += "  " + padded(row.what, 34) + padded(row.goal.empty() ? "-" : row.goal, 12) +
                padded(row.measured, 26) +
                (row.goal.empty() ? ""
                 : row.is_met     ? "met"
                                  : "MISSED") +
                '\n';
    }
    for (std::size_t i = 0; i < std::min(kShown, report.violations.size()); ++i) {
        text +=
            "violated: " + report.violations[i].promise + ": " + report.violations[i].what + '\n';
    }
    if (report.violations.size() > kShown) {
        text += "and " + std::to_string(report.violations.size() - kShown) + " more\n";
    }
    for (const auto& reason : report.void_because) {
        text += "void: " + reason + '\n';
    }
    return text + "verdict: " + to_text(report.verdict) + '\n';
}

std::string to_json(const Report& report) {
    json::array rows;
    for (const auto& row : report.rows) {
        rows.push_back({{"what", row.what},
                        {"goal", row.goal},
                        {"measured", row.measured},
                        {"met", row.is_met}});
    }
    json::array violations;
    for (const auto& violation : report.violations) {
        violations.push_back({{"promise", violation.promise}, {"what", violation.what}});
    }
    json::array seconds;
    for (const auto& second : report.exam.seconds) {
        seconds.push_back({{"planned", second.planned},
                           {"sent", second.sent},
                           {"wrong", second.wrong},
                           {"p50Micros", second.response.at(0.5)},
                           {"p99Micros", second.response.at(0.99)}});
    }
    return json::serialize(json::object{{"verdict", to_text(report.verdict)},
                                        {"candidates", report.params.candidates},
                                        {"seed", report.params.seed},
                                        {"windowSeconds", report.params.window},
                                        {"rows", std::move(rows)},
                                        {"violations", std::move(violations)},
                                        {"voidBecause", json::value_from(report.void_because)},
                                        {"exam", to_json(report.exam)},
                                        {"results", to_json(report.results)},
                                        {"seconds", std::move(seconds)}});
}

}  // namespace tripos::loadtest

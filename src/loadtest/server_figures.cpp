// SPDX-License-Identifier: MIT
#include "loadtest/server_figures.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace tripos::loadtest {

namespace {

constexpr double Figures::*kCounters[] = {
    &Figures::requests,      &Figures::statements, &Figures::saves,  &Figures::hits,
    &Figures::lookups,       &Figures::completed,  &Figures::failed, &Figures::mails,
    &Figures::mails_in_time, &Figures::cpu};

bool has_label(std::string_view labels, std::string_view label) {
    return labels.find(label) != std::string_view::npos;
}

void add_line(Figures& figures, std::string_view name, std::string_view labels, double value) {
    if (name == "tripos_http_requests_total") {
        figures.requests += value;
    } else if (name == "tripos_sql_statements_total") {
        figures.statements += value;
    } else if (name == "tripos_exams_saves_total") {
        figures.saves += value;
    } else if (name == "tripos_cache_lookups_total") {
        figures.lookups += value;
        figures.hits += has_label(labels, "result=\"miss\"") ? 0 : value;
    } else if (name == "tripos_queue_jobs_total") {
        figures.completed += has_label(labels, "result=\"completed\"") ? value : 0;
        figures.failed += has_label(labels, "result=\"failed\"") ? value : 0;
    } else if (name == "tripos_queue_jobs") {
        const bool is_due =
            has_label(labels, "state=\"waiting\"") || has_label(labels, "state=\"prioritized\"");
        figures.waiting += is_due ? value : 0;
    } else if (name == "tripos_process_cpu_seconds_total") {
        figures.cpu = value;
    } else if (name.starts_with("tripos_mail_queueing_seconds_") &&
               !has_label(labels, "class=\"bulk\"")) {
        figures.mails += name.ends_with("_count") ? value : 0;
        figures.mails_in_time += has_label(labels, "le=\"1\"") ? value : 0;
    }
}

}  // namespace

Figures parse_figures(std::string_view text) {
    Figures figures;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto space = line.rfind(' ');
        if (line.starts_with('#') || space == std::string_view::npos) {
            continue;
        }
        const auto name = line.substr(0, std::min(line.find('{'), space));
        const auto labels = line.substr(name.size(), space - name.size());
        add_line(figures, name, labels, std::atof(std::string(line.substr(space + 1)).c_str()));
    }
    return figures;
}

void ServerFigures::add(double at, std::string_view text) {
    const auto now = parse_figures(text);
    auto sample = now;
    for (const auto counter : kCounters) {
        const auto before = samples_.empty() ? 0 : samples_.back().figures.*counter;
        const auto grown = samples_.empty()                ? 0
                           : now.*counter < last_.*counter ? now.*counter
                                                           : now.*counter - last_.*counter;
        sample.*counter = before + grown;
    }
    last_ = now;
    samples_.push_back({.at = at, .figures = sample});
}

Figures ServerFigures::total() const {
    return samples_.empty() ? Figures() : samples_.back().figures;
}

}  // namespace tripos::loadtest

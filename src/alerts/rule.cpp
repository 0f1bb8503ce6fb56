// SPDX-License-Identifier: MIT
#include "alerts/rule.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace tripos::alerts {

namespace {

std::string in_seconds(std::chrono::seconds time) {
    return std::to_string(time.count()) + 's';
}

/// For YAML: between double quotes.
std::string in_yaml(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
    return out + '"';
}

}  // namespace

std::string_view to_text(Severity severity) {
    return severity == Severity::page ? "page" : "ticket";
}

std::string Rule::runbook() const {
    return "docs/alerts.md#" + to_lower(name);
}

const Rule* find_rule(std::string_view name) {
    const auto found = std::find_if(rules().begin(), rules().end(),
                                    [name](const Rule& rule) { return rule.name == name; });
    return found == rules().end() ? nullptr : &*found;
}

History::Wanted wanted_figures() {
    History::Wanted wanted;
    for (const auto& rule : rules()) {
        rule.when->want(wanted);
    }
    return wanted;
}

std::string prometheus_rules() {
    std::string file =
        "# Written by `tripos alerts rules`; the server itself goes by the same rows.\n"
        "groups:\n  - name: tripos\n    interval: " +
        in_seconds(kEvaluationInterval) + "\n    rules:\n";
    for (const auto& rule : rules()) {
        file += "      - alert: " + std::string(rule.name) +
                "\n        expr: " + in_yaml(rule.when->promql()) +
                "\n        for: " + in_seconds(rule.hold) +
                "\n        keep_firing_for: " + in_seconds(kKeepFiring) +
                "\n        labels:\n          severity: " + std::string(to_text(rule.severity)) +
                "\n        annotations:\n          summary: " + in_yaml(rule.summary) +
                "\n          runbook_url: " + in_yaml(rule.runbook()) + '\n';
    }
    return file;
}

std::string reference() {
    std::string page;
    for (const auto& rule : rules()) {
        page +=
            "\n### " + std::string(rule.name) + "\n\n" + std::string(rule.summary) + ". " +
            (rule.severity == Severity::page ? "Somebody must look now" : "A ticket") +
            (rule.hold.count() > 0 ? ", when it has been so for " + in_seconds(rule.hold) : "") +
            (rule.watcher == Watcher::prometheus ? "; only Prometheus can see it" : "") +
            ".\n\nIt means: " + std::string(rule.means) + ".\n\nCure: " + std::string(rule.cure) +
            ".\n\n```promql\n" + rule.when->promql() + "\n```\n";
    }
    return page;
}

}  // namespace tripos::alerts

// SPDX-License-Identifier: MIT
#include "operations/finding_json.hpp"

#include <array>

namespace tripos::operations {

namespace json = boost::json;

namespace {

constexpr std::array kVerdicts = {Verdict::ok, Verdict::advice, Verdict::warn, Verdict::fail,
                                  Verdict::skipped};

std::optional<Finding> read_finding(const json::value& value) {
    const auto* members = value.if_object();
    const auto text = [members](const char* name) -> std::string {
        const auto* member = members == nullptr ? nullptr : members->if_contains(name);
        return member != nullptr && member->is_string() ? member->as_string().c_str() : "";
    };
    for (const auto verdict : kVerdicts) {
        if (text("verdict") == to_text(verdict)) {
            return Finding{.id = text("id"),
                           .verdict = verdict,
                           .text = text("text"),
                           .evidence = text("evidence"),
                           .cure = text("cure")};
        }
    }
    return std::nullopt;
}

}  // namespace

json::array to_json(const std::vector<Finding>& findings) {
    json::array all;
    for (const auto& finding : findings) {
        all.push_back({{"id", finding.id},
                       {"verdict", to_text(finding.verdict)},
                       {"text", finding.text},
                       {"evidence", finding.evidence},
                       {"cure", finding.cure},
                       {"doc", finding.doc()}});
    }
    return all;
}

std::vector<Finding> read_findings(const json::value& array) {
    std::vector<Finding> findings;
    if (const auto* items = array.if_array()) {
        for (const auto& item : *items) {
            if (auto finding = read_finding(item)) {
                findings.push_back(std::move(*finding));
            }
        }
    }
    return findings;
}

namespace shapes {

http::Schema finding() {
    using namespace http::schema;
    return object({{"id", text().says("Of the check: its area, a hyphen, its name")},
                   {"verdict", one_of({"ok", "advice", "warn", "fail", "skipped"})},
                   {"text", text().says("The fact, or why it was not looked at")},
                   {"evidence", text().says("What was measured or heard; may be empty")},
                   {"cure", text().says("Empty where nothing is wrong")},
                   {"doc", text().says("Where the check is explained")}})
        .named("Finding");
}

}  // namespace shapes

}  // namespace tripos::operations

// SPDX-License-Identifier: MIT
#include "sql/detail/statement_span.hpp"

#include <algorithm>
#include <array>

namespace tripos::sql {

namespace {

constexpr std::size_t kLongestText = 2'000;

/// Takes the next word off: what stands between spaces and brackets.
std::string_view next_word(std::string_view& text) {
    constexpr std::string_view kBetween = " \n\t(),;";
    const auto begin = text.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) {
        text = {};
        return {};
    }
    const auto end = std::min(text.find_first_of(kBetween, begin), text.size());
    const auto word = text.substr(begin, end - begin);
    text.remove_prefix(end);
    return word;
}

}  // namespace

std::string summary_of(std::string_view statement) {
    constexpr std::array<std::string_view, 3> kBeforeTable{"FROM", "INTO", "UPDATE"};
    std::string summary;
    for (auto word = next_word(statement); !word.empty(); word = next_word(statement)) {
        if (summary.empty()) {
            summary = word;
        }
        for (const auto before : kBeforeTable) {
            if (word == before) {
                auto rest = statement;
                const auto table = next_word(rest);
                if (table != "SELECT" && !table.empty()) {  // of a query within
                    return summary + " " + std::string(table);
                }
            }
        }
    }
    return summary;
}

StatementSpan::StatementSpan(Engine engine, std::string_view statement) {
    const auto position = trace::here();
    if (!position.is_recorded()) {
        return;
    }
    const auto summary = summary_of(statement);
    span_ = trace::Span(position, summary, trace::Kind::client);
    span_.set("db.system.name", engine == Engine::sqlite ? "sqlite" : "postgresql");
    span_.set("db.operation.name", summary.substr(0, summary.find(' ')));
    span_.set("db.query.summary", summary);
    span_.set("db.query.text", statement.substr(0, kLongestText));
}

StatementSpan::~StatementSpan() {
    if (!is_done_) {
        span_.fail("_OTHER");  // the convention's word: which one is in the log
    }
}

}  // namespace tripos::sql

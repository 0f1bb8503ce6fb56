// SPDX-License-Identifier: MIT
#include "loadtest/shown.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <unordered_map>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "loadtest/sender.hpp"

namespace tripos::loadtest {

namespace {

namespace json = boost::json;

constexpr std::int64_t kApart = 1'000;  // microseconds between two looks

std::int64_t thousandths(double marks) {
    return std::llround(marks * 1000);
}

/// Cells in quotes or not. Names and addresses of a load test have neither commas nor quotes.
std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells;
    for (auto cell : split(line, ',')) {
        if (cell.size() >= 2 && cell.front() == '"') {
            cell = cell.substr(1, cell.size() - 2);
        }
        cells.emplace_back(cell);
    }
    return cells;
}

std::vector<std::vector<std::string>> rows_of(std::string_view csv) {
    std::vector<std::vector<std::string>> rows;
    while (!csv.empty()) {
        const auto line = csv.substr(0, csv.find("\r\n"));
        csv.remove_prefix(std::min(csv.size(), line.size() + 2));
        rows.push_back(cells_of(line));
    }
    return rows;
}

int choice_of(const json::object& question, const std::vector<std::string>& option_ids) {
    const auto& answer = question.at("studentAnswer");
    if (!answer.is_object() || !answer.as_object().at("selectedOptionIds").is_array()) {
        return kNoChoice;
    }
    const auto& selected = answer.as_object().at("selectedOptionIds").as_array();
    if (selected.empty()) {
        return kNoChoice;
    }
    const auto found = std::find(option_ids.begin(), option_ids.end(),
                                 std::string_view(selected.front().as_string()));
    return static_cast<int>(found - option_ids.begin());
}

}  // namespace

void read_list(const std::string& csv, const std::vector<std::string>& emails,
               std::vector<ShownCandidate>& shown) {
    std::unordered_map<std::string, std::size_t> by_email;
    for (std::size_t i = 0; i < emails.size(); ++i) {
        by_email[emails[i]] = i;
    }
    const auto rows = rows_of(csv);
    if (rows.empty()) {
        throw SystemError("load test", "the list of results is empty");
    }
    const auto column = [&](std::string_view name) {
        const auto& head = rows.front();
        return static_cast<std::size_t>(std::find(head.begin(), head.end(), name) - head.begin());
    };
    const auto email = column("email");
    const auto score = column("score");
    const auto submitted = column("submittedAt");
    for (auto row = rows.begin() + 1; row != rows.end(); ++row) {
        const auto found = by_email.find(row->at(email));
        if (found == by_email.end()) {
            continue;
        }
        auto& candidate = shown[found->second];
        ++candidate.attempts;
        candidate.finished += row->at(submitted).empty() ? 0 : 1;
        candidate.score = thousandths(std::atof(row->at(score).c_str()));
    }
}

void read_analysis(std::string_view text, const Paper& paper, ShownCandidate& shown) {
    const auto page = json::parse({text.data(), text.size()});
    shown.own_score = thousandths(page.at("score").to_number<double>());
    shown.choices.assign(paper.questions.size(), kNoChoice);
    for (const auto& question : page.at("questions").as_array()) {
        const std::string id(question.at("questionId").as_string());
        const auto found =
            std::lower_bound(paper.questions.begin(), paper.questions.end(), id,
                             [](const Paper::Question& known, const std::string& wanted) {
                                 return known.id < wanted;
                             });
        if (found == paper.questions.end() || found->id != id) {
            throw SystemError("load test", "a result has a question the paper has not");
        }
        shown.choices[static_cast<std::size_t>(found - paper.questions.begin())] =
            choice_of(question.as_object(), found->option_ids);
    }
}

std::vector<ShownCandidate> look_at_all(const Dial& dial, const Subject& subject,
                                        const Paper& paper) {
    std::vector<ShownCandidate> shown(subject.tokens.size());
    const auto list =
        ask(dial, "GET", "/api/exam/" + subject.exam_id + "/results.csv", subject.staff_token);
    if (list.status != 200) {
        throw SystemError("load test", "the list of results: " + list.body);
    }
    read_list(list.body, subject.emails, shown);
    std::vector<Step> plan;
    for (std::uint32_t i = 0; i < shown.size(); ++i) {
        plan.push_back({.at = i * kApart, .candidate = i, .ask = Ask::analysis});
    }
    Sender sender(dial, subject, {.reads_analyses = true},
                  [&](const Step& step, std::string_view body) {
                      read_analysis(body, paper, shown[step.candidate]);
                  });
    sender.run(plan, to_millis(SystemClock().now()));
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (shown[i].finished > 0 && shown[i].choices.empty()) {
            throw SystemError("load test", "the result is not shown to " + subject.emails[i]);
        }
    }
    return shown;
}

}  // namespace tripos::loadtest

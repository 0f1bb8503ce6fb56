// SPDX-License-Identifier: MIT
#include "loadtest/target.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/text.hpp"

namespace tripos::loadtest {

namespace {

namespace json = boost::json;

constexpr std::string_view kScheme = "http://";

json::object parse(std::string_view text, const char* what) {
    json::error_code problem;
    auto value = json::parse({text.data(), text.size()}, problem);
    if (problem || !value.is_object()) {
        throw SystemError(what, "is no JSON");  // and may begin with a token
    }
    return std::move(value.as_object());
}

const json::value& member(const json::object& object, const char* name) {
    const auto* found = object.if_contains(name);
    if (found == nullptr) {
        throw SystemError(
            "load test",
            std::string(name) + " is missing: was it made by `tripos loadtest prepare`?");
    }
    return *found;
}

std::string text_of(const json::object& object, const char* name) {
    return json::value_to<std::string>(member(object, name));
}

std::vector<std::string> texts_of(const json::object& object, const char* name) {
    return json::value_to<std::vector<std::string>>(member(object, name));
}

Paper::Question read_question(const json::object& question, const char* id,
                              const std::vector<std::string>& right) {
    std::vector<std::pair<std::string, std::string>> options;  // text, id
    for (const auto& option : member(question, "options").as_array()) {
        options.emplace_back(text_of(option.as_object(), "text"),
                             text_of(option.as_object(), "id"));
    }
    std::sort(options.begin(), options.end());
    Paper::Question read{.id = text_of(question, id), .option_ids = {}};
    for (std::size_t i = 0; i < options.size(); ++i) {
        if (std::binary_search(right.begin(), right.end(), options[i].first)) {
            read.right = static_cast<int>(i);
        }
        read.option_ids.push_back(options[i].second);
    }
    return read;
}

PlanParams read_plan(const json::object& plan) {
    const auto number = [&plan](const char* name) {
        return member(plan, name).to_number<double>();
    };
    return {.candidates = static_cast<std::uint32_t>(number("candidates")),
            .questions = static_cast<std::uint32_t>(number("questions")),
            .log_ins = member(plan, "logIns").as_bool(),
            .lobby = number("lobby"),
            .window = number("window"),
            .tail = number("tail"),
            .results = number("results"),
            .burst_pause = number("burstPause")};
}

Paper read_paper(const json::value& questions, const char* id,
                 const std::vector<std::string>& right) {
    Paper paper;
    for (const auto& question : questions.as_array()) {
        paper.questions.push_back(read_question(question.as_object(), id, right));
    }
    // Not as they came: each candidate may have an order of its own.
    std::sort(paper.questions.begin(), paper.questions.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    return paper;
}

}  // namespace

std::optional<Address> parse_address(std::string_view url) {
    if (!url.starts_with(kScheme)) {
        return std::nullopt;
    }
    url.remove_prefix(kScheme.size());
    const auto colon = url.rfind(':');
    if (colon == std::string_view::npos || colon == 0) {
        return std::nullopt;
    }
    const auto port = parse_int(url.substr(colon + 1));
    if (!port || *port < 1 || *port > 65'535) {
        return std::nullopt;
    }
    return Address{.host = std::string(url.substr(0, colon)),
                   .port = static_cast<std::uint16_t>(*port)};
}

bool is_loopback(std::string_view host) {
    return host == "127.0.0.1" || host == "localhost";
}

json::object to_json(const PlanParams& plan) {
    return {{"candidates", plan.candidates}, {"questions", plan.questions},
            {"logIns", plan.log_ins},        {"lobby", plan.lobby},
            {"window", plan.window},         {"tail", plan.tail},
            {"results", plan.results},       {"burstPause", plan.burst_pause}};
}

Subject parse_subject(std::string_view json) {
    const auto all = parse(json, "the seed");
    Subject subject{
        .exam_id = text_of(all, "examId"),
        .staff_token = text_of(all, "staffToken"),
        .password = all.contains("password") ? text_of(all, "password") : "",
        .metrics_token = all.contains("metricsToken") ? text_of(all, "metricsToken") : "",
        .tokens = texts_of(all, "tokens"),
        .emails = texts_of(all, "emails"),
        .user_ids = texts_of(all, "userIds"),
        .right = texts_of(all, "right"),
        .opens_at = member(all, "opensAtMillis").to_number<std::int64_t>(),
        .ends_at = member(all, "endsAtMillis").to_number<std::int64_t>()};
    std::sort(subject.right.begin(), subject.right.end());
    const auto candidates = subject.tokens.size();
    if (candidates == 0 || subject.emails.size() != candidates) {
        throw SystemError("load test", "there is not one token for each address");
    }
    if (all.contains("plan")) {
        subject.plan = read_plan(member(all, "plan").as_object());
        if (subject.plan.candidates != candidates || subject.plan.questions < kReplayed ||
            subject.plan.questions != subject.right.size()) {
            throw SystemError("load test", "the plan is not of these candidates and questions");
        }
    }
    return subject;
}

std::string parse_token(std::string_view json) {
    return text_of(parse(json, "the log-in"), "accessToken");
}

std::int64_t parse_time(std::string_view json) {
    const auto told = parse_iso8601(text_of(parse(json, "/healthz"), "timestamp"));
    if (!told) {
        throw SystemError("load test", "/healthz does not say what time it is");
    }
    return to_millis(Timestamp(told->wall));
}

Paper parse_paper(std::string_view json, const std::vector<std::string>& right) {
    const auto page = parse(json, "the paper");
    return read_paper(member(member(page, "exam").as_object(), "questions"), "id", right);
}

Paper parse_result_paper(std::string_view json, const std::vector<std::string>& right) {
    return read_paper(member(parse(json, "the result"), "questions"), "questionId", right);
}

}  // namespace tripos::loadtest

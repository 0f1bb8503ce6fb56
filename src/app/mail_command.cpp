// SPDX-License-Identifier: MIT
#include "app/mail_command.hpp"

#include <array>
#include <cstdio>
#include <iostream>

#include "app/control_session.hpp"
#include "app/start_failure.hpp"
#include "app/text_table.hpp"
#include "http/json_text.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

/// Everything that was typed, under the names of the routes.
json::object body_of(const MailArguments& arguments) {
    json::object body;
    const std::pair<const char*, const std::string*> texts[] = {{"address", &arguments.address},
                                                                {"id", &arguments.id},
                                                                {"detail", &arguments.detail},
                                                                {"reason", &arguments.reason}};
    for (const auto& [name, text] : texts) {
        if (!text->empty()) {
            body[name] = *text;
        }
    }
    return body;
}

std::string text_of(const json::value& value) {
    return value.is_string() ? std::string(value.as_string())
           : value.is_null() ? std::string()
                             : http::json_text(value);
}

std::string seconds_text(const json::value& value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", value.to_number<double>());
    return text.data();
}

/// A mail on one line, its tries below.
void print_log(const json::object& answer) {
    const auto& mails = answer.at("data").as_array();
    if (mails.empty()) {
        std::cout << "No mail to this address.\n";
    }
    for (const auto& mail : mails) {
        std::cout << terminal_text(text_of(mail.at("createdAt")) + "  " +
                                   text_of(mail.at("status")) + "  " + text_of(mail.at("kind")) +
                                   "  " + text_of(mail.at("subject")) + "  " +
                                   text_of(mail.at("id")))
                  << '\n';
        for (const auto& one : mail.at("tries").as_array()) {
            std::cout << terminal_text("    " + text_of(one.at("at")) + "  " +
                                       text_of(one.at("outcome")) + "  " + text_of(one.at("code")) +
                                       " " + text_of(one.at("reply")))
                      << '\n';
        }
        if (!mail.at("reason").is_null()) {
            std::cout << terminal_text("    " + text_of(mail.at("reason"))) << '\n';
        }
    }
}

void print_stats(const json::object& answer) {
    TextTable table({"class", "p50 s", "p95 s", "p99 s", "outcomes", "resent", "left in doubt",
                     "second copies", "withdrawn"});
    for (const auto& one : answer.at("data").as_array()) {
        table.add({text_of(one.at("class")), seconds_text(one.at("p50")),
                   seconds_text(one.at("p95")), seconds_text(one.at("p99")),
                   text_of(one.at("outcomes")), text_of(one.at("resentInDoubt")),
                   text_of(one.at("leftInDoubt")), text_of(one.at("secondCopies")),
                   text_of(one.at("withdrawn"))});
    }
    std::cout << table.text();
}

void print_dialogue(const json::object& answer) {
    for (const auto& line : answer.at("dialogue").as_array()) {
        std::cout << terminal_text(text_of(line), 500) << '\n';
    }
    std::cout << text_of(answer.at("outcome")) << ": "
              << terminal_text(text_of(answer.at("code")) + " " + text_of(answer.at("reply")), 500)
              << '\n';
}

void print(const std::string& action, const json::object& answer) {
    if (action == "log") {
        print_log(answer);
    } else if (action == "stats") {
        print_stats(answer);
    } else if (action == "test") {
        print_dialogue(answer);
    } else {
        std::cout << answer.at("message").as_string().c_str() << ".\n";
    }
}

}  // namespace

int run_mail_command(const MailArguments& arguments, bool as_json, const Config& config) {
    const auto answer =
        ControlSession(config).succeed("/control/mail/" + arguments.action, body_of(arguments));
    if (!answer) {
        return static_cast<int>(ExitCode::failure);
    }
    if (as_json) {
        std::cout << http::json_text(*answer) << '\n';
    } else {
        print(arguments.action, *answer);
    }
    const auto* outcome = answer->if_contains("outcome");  // of a test
    const bool failed = outcome != nullptr && *outcome != "delivered";
    return static_cast<int>(failed ? ExitCode::failure : ExitCode::ok);
}

}  // namespace tripos::app

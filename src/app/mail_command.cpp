// SPDX-License-Identifier: MIT
#include "app/mail_command.hpp"

#include <array>
#include <cstdio>
#include <iostream>

#include "app/control_session.hpp"
#include "app/control_values.hpp"
#include "app/start_failure.hpp"
#include "app/text_table.hpp"
#include "http/json_text.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

/// How a try ended, in words, with the relay's own.
std::string try_text(const json::value& one) {
    static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
        {"retry_message", "refused for now"},
        {"retry_transport", "the relay cannot be used now"},
        {"fail_recipient", "refused, there is no such mailbox"},
        {"fail_message", "refused for good"},
        {"fail_configuration", "refused until the settings are mended"},
        {"in_doubt", "in doubt, the connection ended before the relay's answer"},
        {"overtaken", "made way for a more urgent one"}};
    auto text = plain_text(one.at("outcome"));
    for (const auto& [outcome, words] : kWords) {
        if (text == outcome) {
            text = words;
        }
    }
    const auto code = plain_text(one.at("code"));
    return text + ": " + (code == "0" ? "" : code + " ") + plain_text(one.at("reply"));
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
        std::cout << terminal_text(
                         plain_text(mail.at("createdAt")) + "  " + plain_text(mail.at("status")) +
                         "  " + plain_text(mail.at("kind")) + "  " +
                         plain_text(mail.at("subject")) + "  " + plain_text(mail.at("id")))
                  << '\n';
        for (const auto& one : mail.at("tries").as_array()) {
            std::cout << terminal_text("    " + plain_text(one.at("at")) + "  " + try_text(one))
                      << '\n';
        }
        if (!mail.at("reason").is_null()) {
            std::cout << terminal_text("    " + plain_text(mail.at("reason"))) << '\n';
        }
        if (!mail.at("nextTryAt").is_null()) {
            std::cout << terminal_text("    next try at " + plain_text(mail.at("nextTryAt")))
                      << '\n';
        }
    }
}

void print_stats(const json::object& answer) {
    TextTable table({"class", "p50 s", "p95 s", "p99 s", "outcomes", "resent", "left in doubt",
                     "second copies", "withdrawn"});
    for (const auto& one : answer.at("data").as_array()) {
        table.add({plain_text(one.at("class")), seconds_text(one.at("p50")),
                   seconds_text(one.at("p95")), seconds_text(one.at("p99")),
                   plain_text(one.at("outcomes")), plain_text(one.at("resentInDoubt")),
                   plain_text(one.at("leftInDoubt")), plain_text(one.at("secondCopies")),
                   plain_text(one.at("withdrawn"))});
    }
    std::cout << table.text();
}

void print_dialogue(const json::object& answer) {
    for (const auto& line : answer.at("dialogue").as_array()) {
        std::cout << terminal_text(plain_text(line), 500) << '\n';
    }
    std::cout << terminal_text(try_text(answer), 500) << '\n';
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
    const auto answer = ControlSession(config).succeed("/control/mail/" + arguments.action,
                                                       typed({{"address", arguments.address},
                                                              {"id", arguments.id},
                                                              {"status", arguments.status},
                                                              {"detail", arguments.detail},
                                                              {"reason", arguments.reason}}));
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

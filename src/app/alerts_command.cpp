// SPDX-License-Identifier: MIT
#include "app/alerts_command.hpp"

#include <iostream>

#include "alerts/rule.hpp"
#include "app/control_session.hpp"
#include "app/control_values.hpp"
#include "app/text_table.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

std::string labels_text(const json::object& labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        text += (text.empty() ? "" : ", ") + std::string(name) + '=' + plain_text(value);
    }
    return text;
}

std::string alerts_text(const json::object& data) {
    const auto& alerts = data.at("alerts").as_array();
    std::string text = alerts.empty() ? "Nothing fires.\n" : "";
    for (const auto& value : alerts) {
        const auto& alert = value.as_object();
        const auto labels = labels_text(alert.at("labels").as_object());
        text += terminal_text(member_text(alert, "state") + "  " + member_text(alert, "severity") +
                              "  " + member_text(alert, "rule") +
                              (labels.empty() ? "" : " {" + labels + '}') +
                              (alert.at("silenced").as_bool() ? "  (silenced)" : "") + ": " +
                              member_text(alert, "summary")) +
                "\n    since " + member_text(alert, "since") +
                "\n    cure: " + member_text(alert, "cure") + "\n    " + member_text(alert, "doc") +
                '\n';
    }
    const auto& silences = data.at("silences").as_array();
    if (!silences.empty()) {
        TextTable table({"silenced", "until", "why", "id"});
        for (const auto& value : silences) {
            const auto& one = value.as_object();
            table.add({member_text(one, "rule"), member_text(one, "until"), member_text(one, "why"),
                       member_text(one, "id")});
        }
        text += table.text();
    }
    return text;
}

}  // namespace

int run_alerts_command(const AlertsArguments& arguments, bool as_json, const Config& config) {
    if (arguments.action == "rules" || arguments.action == "reference") {
        std::cout << (arguments.action == "rules" ? alerts::prometheus_rules()
                                                  : alerts::reference());
        return 0;
    }
    auto body = typed({{"rule", arguments.rule}, {"why", arguments.why}, {"id", arguments.id}});
    if (arguments.action == "silence") {
        body["minutes"] = arguments.minutes;
    }
    const auto answer = ControlSession(config).succeed("/control/alerts/" + arguments.action, body);
    return print_answer(answer, as_json, [&] {
        return arguments.action == "list" ? alerts_text(answer->at("data").as_object())
                                          : member_text(*answer, "message") + ".\n";
    });
}

}  // namespace tripos::app

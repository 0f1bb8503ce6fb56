// SPDX-License-Identifier: MIT
#include "app/mail_command.hpp"

#include <boost/json/serialize.hpp>

#include <iostream>

#include "app/control_session.hpp"
#include "app/start_failure.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

/// Everything that was typed, under the names of the routes.
json::object body_of(const MailArguments& arguments) {
    json::object body;
    const std::pair<const char*, const std::string*> texts[] = {{"address", &arguments.address},
                                                                {"detail", &arguments.detail},
                                                                {"reason", &arguments.reason}};
    for (const auto& [name, text] : texts) {
        if (!text->empty()) {
            body[name] = *text;
        }
    }
    return body;
}

}  // namespace

int run_mail_command(const MailArguments& arguments, bool as_json, const Config& config) {
    const auto answer =
        ControlSession(config).succeed("/control/mail/" + arguments.action, body_of(arguments));
    if (!answer) {
        return static_cast<int>(ExitCode::failure);
    }
    if (as_json) {
        std::cout << json::serialize(*answer) << '\n';
    } else {
        std::cout << answer->at("message").as_string().c_str() << ".\n";
    }
    return static_cast<int>(ExitCode::ok);
}

}  // namespace tripos::app

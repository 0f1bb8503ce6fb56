// SPDX-License-Identifier: MIT
#include "app/control_session.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <iostream>
#include <thread>

#include "app/application.hpp"
#include "app/complaint.hpp"
#include "app/start_failure.hpp"
#include "core/error.hpp"
#include "http/json_text.hpp"

namespace tripos::app {

namespace json = boost::json;

namespace {

using std::chrono::steady_clock;

// A start may wait for its database as long as DATABASE_START_TIMEOUT says, and for Redis.
constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::seconds kTellAfter{2};
constexpr std::chrono::milliseconds kLook{20};

json::object parse_members(const std::string& body) {
    boost::system::error_code malformed;
    auto value = json::parse(body, malformed);
    if (malformed || !value.is_object()) {
        throw SystemError("control socket", "the server's answer was not understood");
    }
    return std::move(value.as_object());
}

}  // namespace

ControlSession::ControlSession(const Config& config, NewSite new_site)
    : config_(config), new_site_(new_site) {}

ControlSession::~ControlSession() = default;

std::optional<ControlAnswer> ControlSession::ask_server(const std::string& path,
                                                        const std::string& text) {
    const auto begin = steady_clock::now();
    bool is_told = false;
    for (;;) {
        if (auto answer = post_to_server(config_.socket_path(), path, text)) {
            return answer;
        }
        const auto waited = steady_clock::now() - begin;
        {
            const std::lock_guard lock(mutex_);
            if (own_ || waited > kPatience || !DataFolder::is_taken(config_.data_dir)) {
                return std::nullopt;
            }
        }
        if (!is_told && waited > kTellAfter) {
            complain("waiting for the server of " + config_.data_dir +
                     ", which is starting or stopping");
            is_told = true;
        }
        std::this_thread::sleep_for(kLook);
    }
}

Application& ControlSession::own() {
    const std::lock_guard lock(mutex_);
    if (server_answered_) {
        throw SystemError("control socket", "the server has stopped");
    }
    if (!own_) {
        if (new_site_ == NewSite::refused) {
            Engines::require_site(config_);
        }
        Engines::require_secrets(config_);
        own_ = std::make_unique<Application>(config_, Role::command);
    }
    return *own_;
}

SessionAnswer ControlSession::ask(const std::string& path, const json::object& body) {
    const auto text = json::serialize(body);
    if (auto answer = ask_server(path, text)) {
        const std::lock_guard lock(mutex_);
        server_answered_ = true;
        return {.status = answer->status, .members = parse_members(answer->body)};
    }
    const auto response = own().control(path, text);
    return {.status = response.status, .members = parse_members(response.body)};
}

std::optional<json::object> ControlSession::succeed(const std::string& path,
                                                    const json::object& body) {
    return succeeded(ask(path, body));
}

std::optional<json::object> succeeded(SessionAnswer answer) {
    if (answer.status >= 300) {
        complain(answer.members.at("message").as_string());
        return std::nullopt;
    }
    return std::move(answer.members);
}

int print_answer(const std::optional<json::object>& answer, bool as_json,
                 const std::function<std::string()>& text) {
    if (!answer) {
        return static_cast<int>(ExitCode::failure);
    }
    std::cout << (as_json ? http::json_text(*answer) + "\n" : text());
    return static_cast<int>(ExitCode::ok);
}

}  // namespace tripos::app

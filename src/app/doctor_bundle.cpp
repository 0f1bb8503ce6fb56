// SPDX-License-Identifier: MIT
#include "app/doctor_bundle.hpp"

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <boost/version.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "app/config_command.hpp"
#include "app/control_client.hpp"
#include "app/start_failure.hpp"
#include "core/clock.hpp"
#include "core/text.hpp"
#include "http/json_text.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

/// Of either side of an address, as mail knows them; what else there is ends it.
bool is_of_address(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           byte >= 0x80 || std::string_view(".!#$%&'*+-=?^_`{|}~").find(c) != std::string::npos;
}

/// The next `@` from there on, as it is or as an address of the web has it within a name.
std::string_view next_at(std::string_view text, std::size_t from) {
    constexpr std::string_view kEscaped = "%40";
    const auto plain = std::min(text.find('@', from), text.size());
    const auto escaped = text.find(kEscaped, from);
    return escaped < plain ? text.substr(escaped, kEscaped.size()) : text.substr(plain, 1);
}

void mask(json::value& value) {
    if (auto* text = value.if_string()) {
        *text = without_addresses(*text);
    } else if (auto* list = value.if_array()) {
        std::for_each(list->begin(), list->end(), mask);
    } else if (auto* members = value.if_object()) {
        for (auto& member : *members) {
            mask(member.value());
        }
    }
}

json::object versions() {
    utsname system{};
    uname(&system);
    return {{"tripos", TRIPOS_VERSION},
            {"boost", BOOST_LIB_VERSION},
            {"system", std::string(system.sysname) + " " + system.release + " " + system.machine}};
}

/// A line each, comments left out; empty: no server runs.
json::array figures(const std::string& socket_path) {
    json::array lines;
    const auto answer = post_to_server(socket_path, "/control/figures", "{}");
    if (answer && answer->status == 200) {
        for (const auto line : split(answer->body, '\n')) {
            if (!line.empty() && line.front() != '#') {
                lines.emplace_back(line);
            }
        }
    }
    return lines;
}

[[noreturn]] void refuse(const std::string& path) {
    throw StartFailure(ExitCode::failure, path + " cannot be written: " + std::strerror(errno));
}

void write_new_file(const std::string& path, std::string_view text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        refuse(path);
    }
    while (!text.empty()) {
        const auto written = ::write(file, text.data(), text.size());
        if (written < 0) {
            ::close(file);
            refuse(path);
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::close(file) != 0) {
        refuse(path);
    }
}

}  // namespace

std::string without_addresses(std::string_view text) {
    std::string masked;
    std::size_t done = 0;
    std::size_t end = 0;
    for (auto at = next_at(text, 0); !at.empty(); at = next_at(text, end)) {
        const auto middle = static_cast<std::size_t>(at.data() - text.data());
        auto begin = middle;
        while (begin > done && is_of_address(text[begin - 1])) {
            --begin;
        }
        const auto after = middle + at.size();
        end = after;
        while (end < text.size() && is_of_address(text[end])) {
            ++end;
        }
        if (begin == middle || end == after) {
            end = after;
            continue;
        }
        masked.append(text.substr(done, begin - done)).append("***@***");
        done = end;
    }
    masked.append(text.substr(done));
    return masked;
}

void write_bundle(const std::string& path, json::object findings, LoadedConfig& loaded) {
    json::value bundle = {{"createdAt", to_iso8601(SystemClock().now())},
                          {"versions", versions()},
                          {"doctor", std::move(findings)},
                          {"settings", settings_json(loaded).at("settings")},
                          {"figures", figures(loaded.config.socket_path())}};
    mask(bundle);
    write_new_file(path, http::json_text(bundle) + "\n");
}

}  // namespace tripos::app

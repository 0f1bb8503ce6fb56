// SPDX-License-Identifier: MIT
#pragma once
// judge(): what Python's e-mail package and dkimpy make of our messages; see mail_judge.py. Tests
// only.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/text.hpp"
#include "mail/dkim.hpp"

namespace tripos::test {

/// One object per message, in order. Fails the test when the judge cannot work.
inline std::vector<boost::json::object> judge(const std::vector<std::string>& messages,
                                              const std::vector<mail::DkimRecord>& records = {}) {
    const auto folder = std::filesystem::path(testing::TempDir());
    const auto input = folder / ("judge-" + std::to_string(::getpid()) + ".in");
    {
        std::ofstream out(input);
        boost::json::object dns;
        for (const auto& record : records) {
            dns[record.name] = record.value;
        }
        out << boost::json::serialize(boost::json::object{{"dns", dns}}) << '\n';
        for (const auto& message : messages) {
            out << base64_encode(
                       {reinterpret_cast<const std::uint8_t*>(message.data()), message.size()})
                << '\n';
        }
    }
    const auto script =
        std::filesystem::path(__FILE__).parent_path() / "../../support/mail_judge.py";
    std::FILE* answers =
        ::popen(("/usr/bin/python3 " + script.string() + " < " + input.string()).c_str(), "r");
    std::vector<boost::json::object> found;
    std::string line;
    for (int c = std::fgetc(answers); c != EOF; c = std::fgetc(answers)) {
        if (c != '\n') {
            line += static_cast<char>(c);
            continue;
        }
        found.push_back(boost::json::parse(line).as_object());
        line.clear();
    }
    EXPECT_EQ(::pclose(answers), 0) << "mail_judge.py: are python3-dkim and python3-nacl there?";
    std::filesystem::remove(input);
    return found;
}

}  // namespace tripos::test

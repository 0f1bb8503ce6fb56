// SPDX-License-Identifier: MIT
#include "core/exec_texts.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tripos {

namespace {

bool is_no_setting(std::string_view variable) {
    constexpr std::array<std::string_view, 4> kNames = {"PATH", "HOME", "TZ", "TRIPOS_FAILPOINT"};
    const auto name = variable.substr(0, variable.find('='));
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
           name.ends_with("SAN_OPTIONS");
}

}  // namespace

ExecTexts::ExecTexts(std::vector<std::string> texts) : texts_(std::move(texts)) {
    for (auto& text : texts_) {
        pointers_.push_back(text.data());
    }
    pointers_.push_back(nullptr);
}

std::vector<std::string> own_variables() {
    std::vector<std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        variables.emplace_back(*entry);
    }
    return variables;
}

std::vector<std::string> variables_without_settings() {
    auto variables = own_variables();
    std::erase_if(variables, [](const auto& variable) { return !is_no_setting(variable); });
    return variables;
}

}  // namespace tripos

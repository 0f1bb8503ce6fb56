// SPDX-License-Identifier: MIT
#include "settings/reference.hpp"

namespace tripos::settings {

namespace {

constexpr std::string_view kMarkdownHead = R"(# Configuration

<!-- Written by `./dev docs` from the option tables of the program. Change those, and run it again. -->

Every setting is an environment variable. A flag (`--set KEY=VALUE`, on every command) beats the environment, the environment
beats the `.env` file of the working folder; an empty value means "not set". A malformed value stops the start with one line
that names the setting and the rule.

`tripos config` prints the settings in effect, without their secrets, and where each came from; it ends with 78 when one is wrong.
`tripos config --json` is for programs. [.env.example](../.env.example) has the same list, ready to be filled in.
)";

constexpr std::string_view kDotenvHead =
    R"(# Every setting of Tripos with its default. Copy this file to .env and uncomment what differs.
# Written by `./dev docs` from the option tables of the program; docs/configuration.md explains more.
)";

std::string code(const std::string& text) {
    return "`" + text + "`";
}

std::string names(const Option& option) {
    std::string out = code(option.key);
    for (const auto& alias : option.aliases) {
        out += ", also " + code(alias);
    }
    return out;
}

std::string default_of(const Option& option) {
    return option.default_text.empty() ? option.unset : code(option.default_text);
}

std::string quoted_where_needed(const std::string& value) {
    return value.find_first_of(" #<>") == std::string::npos ? value : '"' + value + '"';
}

}  // namespace

std::string markdown_reference(const std::vector<Option>& table) {
    std::string out(kMarkdownHead);
    const std::string* group = nullptr;
    for (const auto& option : table) {
        if (group == nullptr || *group != option.group) {
            group = &option.group;
            out += "\n## " + *group + "\n\n| setting | accepts | without it | says |\n" +
                   "| --- | --- | --- | --- |\n";
        }
        out += "| " + names(option) + " | " + option.accepts + " | " + default_of(option) + " | " +
               option.help + " |\n";
    }
    return out;
}

std::string dotenv_reference(const std::vector<Option>& table) {
    std::string out(kDotenvHead);
    const std::string* group = nullptr;
    for (const auto& option : table) {
        if (group == nullptr || *group != option.group) {
            group = &option.group;
            out += "\n# --- " + *group + " ---\n";
        }
        out += "\n# " + option.help + " Accepts: " + option.accepts + ".\n";
        if (option.default_text.empty()) {
            out += "# Without it: " + option.unset + ".\n";
        }
        out += "#" + option.key + "=" + quoted_where_needed(option.default_text) + "\n";
    }
    return out;
}

}  // namespace tripos::settings

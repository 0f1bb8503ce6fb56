// SPDX-License-Identifier: MIT
#include "settings/reference.hpp"

#include <gtest/gtest.h>

namespace tripos::settings {
namespace {

struct Fields {
    std::int64_t port = 8000;
    std::string sender = "Tripos <a@b>";
    Secret redis_url;

    std::vector<Option> table() {
        std::vector<Option> all;
        add_group(all, "Server",
                  {with_alias(integer_option("PORT", "TCP port.", port, 0, 65535), "HTTP_PORT")});
        add_group(all, "Engines",
                  {when_unset(url_option("REDIS_URL", "Server.", redis_url), "a private one"),
                   text_option("MAIL_FROM", "Sender.", sender)});
        return all;
    }
};

TEST(Reference, ListsEverySettingInMarkdown) {
    Fields fields;
    const auto page = markdown_reference(fields.table());
    EXPECT_NE(page.find("\n## Server\n"), std::string::npos);
    EXPECT_NE(page.find("| `PORT`, also `HTTP_PORT` | 0 to 65535 | `8000` | TCP port. |\n"),
              std::string::npos);
    EXPECT_NE(page.find("| `REDIS_URL` | URL | a private one | Server. |\n"), std::string::npos);
}

TEST(Reference, WritesADotenvFileThatCanBeReadBack) {
    Fields fields;
    const auto file = dotenv_reference(fields.table());
    EXPECT_NE(file.find("# TCP port. Accepts: 0 to 65535.\n#PORT=8000\n"), std::string::npos);
    EXPECT_NE(file.find("# Without it: a private one.\n#REDIS_URL=\n"), std::string::npos);
    EXPECT_NE(file.find("#MAIL_FROM=\"Tripos <a@b>\"\n"), std::string::npos);
}

}  // namespace
}  // namespace tripos::settings

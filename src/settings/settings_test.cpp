// SPDX-License-Identifier: MIT
#include "settings/settings.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace tripos::settings {
namespace {

struct Config {
    std::int64_t port = 8000;
    std::string host = "127.0.0.1";
    Secret secret;
    Secret redis_url;
    bool seal = true;
    std::string format = "text";
    std::vector<std::string> origins;

    std::vector<Option> table() {
        auto options = std::vector<Option>{
            integer_option("PORT", "TCP port", port, 0, 65535),
            text_option("HOST", "address", host),
            secret_option("JWT_ACCESS_SECRET", "key", secret),
            url_option("REDIS_URL", "server", redis_url),
            flag_option("EMAIL_SEAL", "seal mails", seal),
            choice_option("LOG_FORMAT", "format", format, {"text", "json"}),
            list_option("CORS_ORIGINS", "origins", origins),
        };
        options[1].aliases = {"BIND"};
        return options;
    }
};

TEST(Settings, ReadsTypedValues) {
    Config config;
    const auto outcome = apply(config.table(),
                               {.environment = {{"PORT", "9000"},
                                                {"EMAIL_SEAL", "off"},
                                                {"LOG_FORMAT", "JSON"},
                                                {"CORS_ORIGINS", "http://a, http://b"}}},
                               {});
    EXPECT_TRUE(outcome.problems.empty());
    EXPECT_EQ(config.port, 9000);
    EXPECT_FALSE(config.seal);
    EXPECT_EQ(config.format, "json");
    EXPECT_EQ(config.origins, (std::vector<std::string>{"http://a", "http://b"}));
}

TEST(Settings, FlagBeatsEnvironmentBeatsDotenv) {
    Config config;
    const Sources sources{.flags = {{"PORT", "3"}},
                          .environment = {{"PORT", "2"}, {"HOST", "e"}},
                          .dotenv = {{"PORT", "1"}, {"HOST", "d"}}};
    const auto outcome = apply(config.table(), sources, {});
    EXPECT_EQ(config.port, 3);
    EXPECT_EQ(config.host, "e");
    EXPECT_EQ(outcome.origins.at("PORT").source, Source::flag);
    EXPECT_EQ(outcome.origins.at("HOST").source, Source::environment);
}

/// A file of this test's process.
std::string file_with(const std::string& text) {
    const auto path = testing::TempDir() + "settings-secret-" + std::to_string(getpid());
    std::ofstream(path) << text;
    return path;
}

TEST(Settings, ASecretMayStandInAFile) {
    const auto path = file_with("from the file\n");
    Config config;
    auto outcome =
        apply(config.table(),
              {.environment = {{"JWT_ACCESS_SECRET_FILE", path}, {"REDIS_URL_FILE", path}}}, {});
    EXPECT_TRUE(outcome.problems.empty());
    EXPECT_EQ(config.secret.reveal(), "from the file");
    EXPECT_EQ(config.redis_url.reveal(), "from the file");
    EXPECT_EQ(outcome.origins.at("JWT_ACCESS_SECRET").key, "JWT_ACCESS_SECRET_FILE");
    // The value itself counts before the file, and what shows nothing needs no warning.
    outcome =
        apply(config.table(),
              {.flags = {{"REDIS_URL_FILE", path}},
               .environment = {{"JWT_ACCESS_SECRET_FILE", path}, {"JWT_ACCESS_SECRET", "own"}}},
              {});
    EXPECT_EQ(config.secret.reveal(), "own");
    EXPECT_TRUE(outcome.warnings.empty());
}

TEST(Settings, AFileThatGivesNoSecretIsAProblem) {
    for (const auto& path : {file_with(" \n"), std::string("/no/such/file")}) {
        Config config;
        const auto outcome =
            apply(config.table(), {.environment = {{"JWT_ACCESS_SECRET_FILE", path}}}, {});
        ASSERT_EQ(outcome.problems.size(), 1U);
        EXPECT_EQ(outcome.problems[0].field, "JWT_ACCESS_SECRET_FILE");
        EXPECT_TRUE(config.secret.empty());
    }
    // Of what is no secret there is no such form.
    Config config;
    const auto outcome = apply(config.table(), {.flags = {{"PORT_FILE", "/no/such/file"}}}, {});
    ASSERT_EQ(outcome.problems.size(), 1U);
    EXPECT_EQ(outcome.problems[0].field, "PORT_FILE");
}

TEST(Settings, AliasCountsWhereTheOwnNameIsMissing) {
    Config config;
    const auto outcome = apply(config.table(), {.dotenv = {{"BIND", "0.0.0.0"}}}, {});
    EXPECT_EQ(config.host, "0.0.0.0");
    EXPECT_EQ(outcome.origins.at("HOST").key, "BIND");
}

TEST(Settings, CollectsEveryProblemWithKeyRuleAndValue) {
    Config config;
    const auto outcome =
        apply(config.table(), {.environment = {{"PORT", "abc"}, {"EMAIL_SEAL", "maybe"}}}, {});
    ASSERT_EQ(outcome.problems.size(), 2U);
    EXPECT_EQ(outcome.problems[0].field, "PORT");
    EXPECT_EQ(outcome.problems[0].message, "must be a whole number from 0 to 65535, not \"abc\"");
    EXPECT_EQ(outcome.problems[1].field, "EMAIL_SEAL");
    EXPECT_EQ(config.port, 8000);
}

TEST(Settings, DoesNotRepeatASecretThatBreaksItsRule) {
    Secret secret;
    auto option = secret_option("JWT_ACCESS_SECRET", "key", secret);
    option.apply = [](const std::string&) { return std::optional<std::string>("must be longer"); };
    const auto outcome = apply({option}, {.environment = {{"JWT_ACCESS_SECRET", "hush-hush"}}}, {});
    ASSERT_EQ(outcome.problems.size(), 1U);
    EXPECT_EQ(outcome.problems[0].message, "must be longer");
}

TEST(Settings, TakesAnEmptyValueForNone) {
    Config config;
    const auto outcome = apply(config.table(), {.environment = {{"PORT", ""}, {"HOST", ""}}}, {});
    EXPECT_TRUE(outcome.problems.empty());
    EXPECT_TRUE(outcome.origins.empty());
    EXPECT_EQ(config.port, 8000);
    EXPECT_EQ(config.host, "127.0.0.1");
}

TEST(Settings, WarnsOfUnknownDotenvKeysWithTheNearestName) {
    Config config;
    const auto outcome =
        apply(config.table(),
              {.environment = {{"PATHH", "x"}}, .dotenv = {{"PROT", "1"}, {"GEMINI_KEY", "x"}}},
              {"GEMINI_KEY"});
    ASSERT_EQ(outcome.warnings.size(), 1U);
    EXPECT_EQ(outcome.warnings[0], "unknown setting PROT in .env; did you mean PORT?");
}

TEST(Settings, RefusesUnknownFlagsWithTheNearestName) {
    Config config;
    const auto outcome = apply(config.table(), {.flags = {{"PROT", "1"}}}, {});
    ASSERT_EQ(outcome.problems.size(), 1U);
    EXPECT_EQ(outcome.problems[0].field, "PROT");
    EXPECT_EQ(outcome.problems[0].message, "is no setting; did you mean PORT?");
}

TEST(Settings, WarnsOfSecretsOnTheCommandLineWithoutRepeatingThem) {
    Config config;
    const auto outcome = apply(
        config.table(),
        {.flags = {{"JWT_ACCESS_SECRET", "hush-hush"}, {"REDIS_URL", "redis://localhost:1/0"}}},
        {});
    ASSERT_EQ(outcome.warnings.size(), 1U);
    EXPECT_NE(outcome.warnings[0].find("JWT_ACCESS_SECRET on the command line"), std::string::npos);
    EXPECT_EQ(outcome.warnings[0].find("hush"), std::string::npos);
}

TEST(Settings, ShowsValuesWithoutSecrets) {
    Config config;
    const auto table = config.table();
    apply(table,
          {.flags = {{"PORT", "3"},
                     {"JWT_ACCESS_SECRET", "hush-hush"},
                     {"REDIS_URL", "redis://app:hush@localhost:1/0"}}},
          {});
    std::map<std::string, std::string> shown;
    for (const auto& option : table) {
        shown[option.key] = option.shown();
    }
    EXPECT_EQ(shown["PORT"], "3");
    EXPECT_EQ(shown["JWT_ACCESS_SECRET"], "***");
    EXPECT_EQ(shown["REDIS_URL"], "redis://app:***@localhost:1/0");
    EXPECT_EQ(shown["EMAIL_SEAL"], "on");
}

}  // namespace
}  // namespace tripos::settings

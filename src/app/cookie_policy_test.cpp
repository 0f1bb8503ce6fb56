// SPDX-License-Identifier: MIT
#include "app/cookie_policy.hpp"

#include <gtest/gtest.h>

namespace tripos::app {
namespace {

Config production(std::string public_url) {
    Config config;
    config.environment = "production";
    config.public_url = std::move(public_url);
    config.cors_origins.clear();
    return config;
}

TEST(CookiePolicy, IsPlainInDevelopment) {
    Config config;
    config.public_url = "https://exams.example.org";
    const auto policy = cookie_policy(config);
    EXPECT_FALSE(policy.secure || policy.cross_site || policy.host_bound);
}

TEST(CookiePolicy, BindsToTheHostWhenTheSiteIsAllThereIs) {
    const auto policy = cookie_policy(production("https://exams.example.org"));
    EXPECT_TRUE(policy.secure);
    EXPECT_TRUE(policy.host_bound);
    EXPECT_FALSE(policy.cross_site);
}

TEST(CookiePolicy, WithoutTlsIsNeitherSecureNorAcrossSites) {
    auto config = production("http://exams.school.example");
    config.frontend_url = "http://pages.school.example";
    const auto policy = cookie_policy(config);
    EXPECT_FALSE(policy.secure || policy.cross_site || policy.host_bound);
}

TEST(CookiePolicy, KeepsThePlainNameForAFrontEndOfTheSameSite) {
    auto config = production("https://api.exams.example.org:8443");
    config.frontend_url = "https://exams.example.org";
    config.cors_origins = {"https://*.exams.example.org"};
    config.cookie_domain = "exams.example.org";
    const auto policy = cookie_policy(config);
    EXPECT_TRUE(policy.secure);
    EXPECT_FALSE(policy.cross_site || policy.host_bound);
    EXPECT_EQ(policy.domain, "exams.example.org");
}

TEST(CookiePolicy, GoesAcrossSitesOnlyForAFrontEndOnAnother) {
    auto config = production("https://exams.example.org");
    config.frontend_url = "https://exams.example.org/app";
    EXPECT_FALSE(cookie_policy(config).cross_site);
    EXPECT_FALSE(cookie_policy(config).host_bound) << "its pages know the plain name";
    config.cors_origins = {"https://myexample.org"};
    config.cookie_domain = "example.org";
    EXPECT_TRUE(cookie_policy(config).cross_site);
}

TEST(CookiePolicy, OfADomainWithoutFrontEndsIsNotBoundToTheHost) {
    auto config = production("https://exams.example.org");
    config.cookie_domain = ".example.org";
    const auto policy = cookie_policy(config);
    EXPECT_FALSE(policy.host_bound || policy.cross_site);
}

}  // namespace
}  // namespace tripos::app

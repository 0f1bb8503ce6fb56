// SPDX-License-Identifier: MIT
#include "settings/option.hpp"

#include <gtest/gtest.h>

namespace tripos::settings {
namespace {

TEST(WithoutCredentials, HidesThePasswordWhereverItStands) {
    struct Row {
        const char* url;
        const char* shown;
    };
    for (const auto& [url, shown] : {
             Row{"redis://localhost:6379/0", "redis://localhost:6379/0"},
             Row{"redis://:hush@localhost/0", "redis://:***@localhost/0"},
             Row{"rediss://app:hush@h:1/2?cacert=/ca.pem", "rediss://app:***@h:1/2?cacert=/ca.pem"},
             Row{"postgres://app@h/db?sslmode=verify-full",
                 "postgres://app@h/db?sslmode=verify-full"},
             Row{"postgres://h/db?password=hush&user=app", "postgres://h/db?password=***&user=app"},
             Row{"smtp://a:hu/sh?hu@sh@h:25", "smtp://a:***@h:25"},
             Row{"redis+sentinel://h1,h2/site?sentinel_user=watch&sentinel_password=hu@sh",
                 "redis+sentinel://***"},
             Row{"unix:///run/redis.sock?db=1", "unix:///run/redis.sock?db=1"},
             Row{"sqlite:/data/tripos.db", "sqlite:/data/tripos.db"},
             Row{"host=h password=hush", "***"},
             Row{"", ""},
         }) {
        EXPECT_EQ(without_credentials(url), shown);
    }
}

}  // namespace
}  // namespace tripos::settings

// SPDX-License-Identifier: MIT
#include "app/doctor_bundle.hpp"

#include <gtest/gtest.h>

namespace tripos::app {
namespace {

TEST(Bundle, MasksAddressesOfMailWhereverTheyStand) {
    const std::pair<const char*, const char*> texts[] = {
        {"", ""},
        {"nothing here", "nothing here"},
        {"550 no such mailbox <asha@example.com>", "550 no such mailbox <***@***>"},
        {"a@b", "***@***"},
        {"to x.y+z@exams.example.org, and m\xC3\xBCller@b\xC3\xBC"
         "cher.example; end",
         "to ***@***, and ***@***; end"},
        {"@ @x y@ @", "@ @x y@ @"},
        {"a@b@c", "***@***@c"},
        {"smtp://***@relay.example:587", "smtp://***@***:587"},
        {"smtp://asha%40example.com:***@relay.example:587", "smtp://***@***:***@***:587"},
        {"owner=asha%40example.com,room=%4", "***@***,room=%4"},
        {"%40 a%40 %40b %%40", "%40 a%40 %40b %%40"}};
    for (const auto& [text, masked] : texts) {
        EXPECT_EQ(without_addresses(text), masked);
    }
}

}  // namespace
}  // namespace tripos::app

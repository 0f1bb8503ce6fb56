// SPDX-License-Identifier: MIT
#include "accounts/role.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tripos::accounts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Roles, TogetherMayWhatEachMay) {
    const Roles both{Role::author, Role::operator_};
    EXPECT_THAT(both.names(), ElementsAre("AUTHOR", "OPERATOR"));
    EXPECT_THAT(both.capabilities(), ElementsAre("questions", "drafts", "operate"));
    EXPECT_FALSE(both.may(Capability::publish));
    EXPECT_EQ(both.summary(), "USER");
}

TEST(Roles, NoneMayNothingAndAnAdministratorEverything) {
    EXPECT_THAT(Roles().capabilities(), IsEmpty());
    const Roles admin{Role::admin};
    EXPECT_EQ(admin.summary(), "ADMIN");
    EXPECT_EQ(admin.capabilities().size(), 9U);
    EXPECT_EQ(roles_with(Capability::publish), admin);
}

TEST(Roles, AreReadByNameAndOnlyByName) {
    EXPECT_EQ(Roles::read({"INVIGILATOR", "INVIGILATOR"}), Roles({Role::invigilator}));
    EXPECT_EQ(Roles::read({}), Roles());
    EXPECT_EQ(Roles::read({"AUTHOR", "USER"}), std::nullopt);
    EXPECT_EQ(Roles::read({"author"}), std::nullopt);
}

}  // namespace
}  // namespace tripos::accounts

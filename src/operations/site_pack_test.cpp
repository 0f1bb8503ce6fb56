// SPDX-License-Identifier: MIT
#include "operations/site_pack.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tripos::operations {
namespace {

TEST(SitePack, HasTheFilesOfItsTable) {
    const auto files = read_site_pack("a.js text/javascript 3\nb.css text/css 2\n\n1\n23x");
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(files[0].name, "a.js");
    EXPECT_EQ(files[0].type, "text/javascript");
    EXPECT_EQ(files[0].content, "1\n2");
    EXPECT_EQ(files[1].content, "3x");
}

TEST(SitePack, ADamagedOneIsRefused) {
    EXPECT_THROW(read_site_pack(""), std::runtime_error);
    EXPECT_THROW(read_site_pack("a.js text/javascript 3\n\n12"), std::runtime_error);
    EXPECT_THROW(read_site_pack("a.js text/javascript x\n\n12"), std::runtime_error);
    EXPECT_THROW(read_site_pack("a.js 2\n\n12"), std::runtime_error);
}

TEST(SitePack, TheProgramCarriesTheSite) {
    for (const auto* name : {"site.html", "sit.html", "staff.html", "worker.js", "licenses.txt"}) {
        bool found = false;
        for (const auto& file : read_site_pack(site_pack())) {
            found |= file.name == name && !file.content.empty();
        }
        EXPECT_TRUE(found) << name;
    }
}

}  // namespace
}  // namespace tripos::operations

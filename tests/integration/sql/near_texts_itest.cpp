// SPDX-License-Identifier: MIT
#include "sql/near_texts.hpp"

#include <algorithm>

#include "support/test_database.hpp"

namespace tripos::sql {
namespace {

class NearTextsTest : public test::OnBothEngines {
  protected:
    void SetUp() override {
        test_database().migrate(
            {{"test", 1,
              "CREATE TABLE people (id BIGINT PRIMARY KEY, address TEXT NOT NULL UNIQUE)"}});
        run(db().write([](Session& session) {
            std::int64_t id = 0;
            for (const char* address : {"asha@b.org", "asha@a.org", "asha@9.org", "asha.b@a.org",
                                        "ashab@a.org", "ash@a.org", "bela@a.org"}) {
                session.execute("INSERT INTO people (id, address) VALUES ($1, $2)", ++id, address);
            }
        }));
    }

    std::vector<std::string> find(const NearTexts& wanted) {
        auto found = run(db().read([&wanted](Session& session) {
            return find_near(session, {.table = "people", .column = "address"}, wanted);
        }));
        std::sort(found.begin(), found.end());
        return found;
    }
};

using Texts = std::vector<std::string>;

TEST_P(NearTextsTest, FindsWhatIsNamedHoweverManyAreAskedFor) {
    NearTexts wanted{.texts = Texts(1'200, "nobody@a.org"), .start = {}};
    wanted.texts.front() = "bela@a.org";
    wanted.texts.back() = "ash@a.org";
    EXPECT_EQ(find(wanted), (Texts{"ash@a.org", "bela@a.org"}));
    EXPECT_TRUE(find({.texts = {}, .start = {}}).empty());
}

TEST_P(NearTextsTest, FindsWhatBeginsSoAndNothingThatOnlyLooksLikeIt) {
    EXPECT_EQ(find({.texts = {}, .start = "asha@"}),
              (Texts{"asha@9.org", "asha@a.org", "asha@b.org"}));
    EXPECT_EQ(find({.texts = {}, .start = "asha@", .most = 2}).size(), 2U);
    EXPECT_TRUE(find({.texts = {}, .start = "%"}).empty());
}

INSTANTIATE_TEST_SUITE_P(Engines, NearTextsTest, test::both_engines(), test::engine_name);

}  // namespace
}  // namespace tripos::sql

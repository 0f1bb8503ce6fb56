// SPDX-License-Identifier: MIT
#include "sql/migrations.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "sql/database_address.hpp"
#include "support/test_database.hpp"

namespace tripos::sql {
namespace {

class MigrateTest : public test::OnBothEngines {
  protected:
    std::int64_t steps() {
        return run(db().read([](Session& s) {
            return s.query_one("SELECT count(*) FROM schema_migrations")->integer(0);
        }));
    }

    const Migration first{"m", 1,
                          "CREATE TABLE a (id TEXT); -- one; two\n"
                          "INSERT INTO a VALUES ('x;''y');;\n"};
    const Migration second{"m", 2, "ALTER TABLE a ADD COLUMN n BIGINT"};
};

TEST_P(MigrateTest, RunsEachStepOnce) {
    test_database().migrate({first});
    test_database().migrate({first, second});
    test_database().migrate({first, second});
    EXPECT_EQ(steps(), 2);
    const auto row = run(db().read([](Session& s) { return s.query_one("SELECT id, n FROM a"); }));
    EXPECT_EQ(row->text(0), "x;'y");
}

TEST_P(MigrateTest, RunsEachStepOnceWhenTwoStartAtOnce) {
    run(db().ping());  // there is one from now on
    std::vector<std::unique_ptr<Database>> others;
    std::vector<std::future<void>> running;
    for (int i = 0; i < 4; ++i) {
        others.push_back(Database::open(test_database().options()));
    }
    for (auto& other : others) {
        auto task = migrate(*other, {first, second}, "");
        running.push_back(asio::co_spawn(test::context(), std::move(task), asio::use_future));
    }
    for (auto& one : running) {
        one.get();
    }
    EXPECT_EQ(steps(), 2);
}

TEST_P(MigrateTest, RefusesADatabaseNewerThanTheProgram) {
    test_database().migrate({first, second});
    try {
        test_database().migrate({first});
        FAIL() << "it started";
    } catch (const SystemError& problem) {
        EXPECT_THAT(problem.what(),
                    testing::HasSubstr("newer than this program (m 2): start tripos "
                                       "1.2.3, which wrote it, or a later one"));
    }
}

TEST_P(MigrateTest, AppliesAllStepsOrNone) {
    run(db().ping());  // this one is to be migrated, no template of it
    EXPECT_THROW(test_database().migrate({first, {"m", 2, "CREATE NONSENSE"}}), SystemError);
    auto look = db().read([](Session& s) { return s.query("SELECT id FROM a").size(); });
    EXPECT_THROW(run(std::move(look)), SystemError) << "the first step stayed";
    test_database().migrate({first, second});
    EXPECT_EQ(steps(), 2);
}

TEST_P(MigrateTest, SaysBeforehandWhatItWouldDo) {
    run(db().ping());  // there is one from now on
    const auto pending = [this] {
        std::vector<std::string> names;
        read_at(test_database().options(), [&](Session& session) {
            names = pending_migrations(session, {first, second});
        });
        return names;
    };
    EXPECT_EQ(pending(), std::vector<std::string>{}) << "no program has been there";
    test_database().migrate({first});
    EXPECT_EQ(pending(), std::vector<std::string>{"m 2"});
    EXPECT_EQ(steps(), 1) << "and nothing was done";
    test_database().migrate({first, second});
    EXPECT_EQ(pending(), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Engines, MigrateTest, test::both_engines(), test::engine_name);

}  // namespace
}  // namespace tripos::sql

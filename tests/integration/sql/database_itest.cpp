// SPDX-License-Identifier: MIT
#include "sql/database.hpp"

#include <future>
#include <limits>

#include "support/test_database.hpp"

namespace tripos::sql {
namespace {

using test::OnBothEngines;

class DatabaseTest : public OnBothEngines {
  protected:
    void SetUp() override {
        test_database().migrate({{"test", 1,
                                  "CREATE TABLE items (id TEXT PRIMARY KEY, amount BIGINT, "
                                  "ratio DOUBLE PRECISION, note TEXT);"
                                  "CREATE TABLE parts (id TEXT PRIMARY KEY, item TEXT NOT NULL "
                                  "REFERENCES items (id))"}});
    }

    void insert(const std::string& id, std::int64_t amount) {
        run(db().write([=](Session& s) {
            s.execute("INSERT INTO items (id, amount) VALUES ($1, $2)", id, amount);
        }));
    }

    std::int64_t count() {
        return run(db().read(
            [](Session& s) { return s.query_one("SELECT count(*) FROM items")->integer(0); }));
    }
};

TEST_P(DatabaseTest, ReadsBackWhatWasWritten) {
    insert("a", 7);
    const auto row = run(db().read(
        [](Session& s) { return s.query_one("SELECT id, amount FROM items WHERE id = $1", "a"); }));
    ASSERT_TRUE(row);
    EXPECT_EQ(row->text(0), "a");
    EXPECT_EQ(row->integer(1), 7);
}

TEST_P(DatabaseTest, AnswersNothingForARowThatIsNotThere) {
    EXPECT_FALSE(run(db().read(
        [](Session& s) { return s.query_one("SELECT id FROM items WHERE id = $1", "none"); })));
}

TEST_P(DatabaseTest, KeepsNullsRealsAndSixtyFourBitIntegers) {
    const auto largest = std::numeric_limits<std::int64_t>::max();
    const auto smallest = std::numeric_limits<std::int64_t>::min();
    run(db().write([=](Session& s) {
        s.execute("INSERT INTO items VALUES ($1, $2, $3, $4)", "a", largest, 0.1, "ärger ☃");
        s.execute("INSERT INTO items VALUES ($1, $2, $3, $4)", "b", smallest, 2.0, std::nullopt);
        s.execute("INSERT INTO items VALUES ($1, $2, $3, $4)", "c", std::nullopt, std::nullopt, "");
    }));
    const auto rows = run(db().read(
        [](Session& s) { return s.query("SELECT amount, ratio, note FROM items ORDER BY id"); }));
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].integer(0), largest);
    EXPECT_EQ(rows[0].real(1), 0.1);
    EXPECT_EQ(rows[0].text(2), "ärger ☃");
    EXPECT_EQ(rows[1].integer(0), smallest);
    EXPECT_EQ(rows[1].real(1), 2.0);
    EXPECT_TRUE(rows[1].is_null(2));
    EXPECT_FALSE(rows[2].maybe_integer(0));
    EXPECT_FALSE(rows[2].maybe_real(1));
    EXPECT_EQ(rows[2].maybe_text(2), "");
}

TEST_P(DatabaseTest, TakesParametersRepeatedAndInAnyOrder) {
    const auto row = run(db().read([](Session& s) {
        return s.query_one("SELECT CAST($2 AS TEXT), $1 + $1, CAST($2 AS TEXT)", 21, "x");
    }));
    EXPECT_EQ(row->text(0), "x");
    EXPECT_EQ(row->integer(1), 42);
    EXPECT_EQ(row->text(2), "x");
}

TEST_P(DatabaseTest, SumsWholeNumbersToAnInteger) {
    insert("a", 1);
    insert("b", 2);
    const auto row = run(db().read(
        [](Session& s) { return s.query_one("SELECT sum(amount), avg(amount) FROM items"); }));
    EXPECT_EQ(row->integer(0), 3);
    EXPECT_EQ(row->real(1), 1.5);
}

TEST_P(DatabaseTest, UpsertsAndReturnsTheRow) {
    const auto add = [](Session& s) {
        return s
            .query_one(
                "INSERT INTO items (id, amount) VALUES ($1, $2) ON CONFLICT (id) "
                "DO UPDATE SET amount = items.amount + excluded.amount RETURNING amount",
                "a", 5)
            ->integer(0);
    };
    EXPECT_EQ(run(db().write(add)), 5);
    EXPECT_EQ(run(db().write(add)), 10);
}

TEST_P(DatabaseTest, CountsTheRowsThatAStatementChanged) {
    insert("a", 1);
    insert("b", 1);
    const auto changed = run(db().write(
        [](Session& s) { return s.execute("UPDATE items SET amount = 2 WHERE amount = $1", 1); }));
    EXPECT_EQ(changed, 2);
    const auto none = run(db().write(
        [](Session& s) { return s.execute("UPDATE items SET amount = 2 WHERE amount = $1", 1); }));
    EXPECT_EQ(none, 0);
}

TEST_P(DatabaseTest, NamesTheConstraintThatWasViolated) {
    insert("a", 1);
    try {
        insert("a", 2);
        FAIL() << "the second insert went through";
    } catch (const ConstraintViolation& violation) {
        EXPECT_THAT(violation.constraint(), testing::HasSubstr("items"));
    }
    const auto orphan = [](Session& s) {
        s.execute("INSERT INTO parts (id, item) VALUES ($1, $2)", "p", "none");
    };
    EXPECT_THROW(run(db().write(orphan)), ConstraintViolation);
}

TEST_P(DatabaseTest, UndoesAWriteThatThrows) {
    const auto half = [](Session& s) {
        s.execute("INSERT INTO items (id) VALUES ($1)", "a");
        throw std::runtime_error("changed my mind");
    };
    EXPECT_THROW(run(db().write(half)), std::runtime_error);
    EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, UndoesAWriteWhoseStatementFailedEvenIfItAnswers) {
    insert("a", 1);
    const auto write = [](Session& s) {
        s.execute("INSERT INTO items (id) VALUES ($1)", "b");
        try {
            s.execute("INSERT INTO items (id) VALUES ($1)", "a");
        } catch (const ConstraintViolation&) {
            return std::string("taken");
        }
        return std::string("created");
    };
    EXPECT_EQ(run(db().write(write)), "taken");
    EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, RefusesStatementsAfterOneThatFailed) {
    const auto write = [](Session& s) {
        try {
            s.execute("SELECT nonsense FROM nowhere");
        } catch (const SystemError&) {
            s.execute("INSERT INTO items (id) VALUES ($1)", "a");
        }
    };
    EXPECT_THROW(run(db().write(write)), SystemError);
    EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, ReadsSeeOneSnapshot) {
    insert("a", 1);
    std::promise<void> first_read;
    std::promise<void> written;
    auto second = written.get_future();
    auto reading = asio::co_spawn(test::context(), db().read([&](Session& s) {
        const auto before = s.query_one("SELECT count(*) FROM items")->integer(0);
        first_read.set_value();
        second.wait();
        return s.query_one("SELECT count(*) FROM items")->integer(0) - before;
    }),
                                  asio::use_future);
    first_read.get_future().wait();
    insert("b", 2);
    written.set_value();
    EXPECT_EQ(reading.get(), 0);
    EXPECT_EQ(count(), 2);
}

TEST_P(DatabaseTest, RefusesToWriteInARead) {
    const auto write = [](Session& s) { s.execute("INSERT INTO items (id) VALUES ($1)", "a"); };
    EXPECT_THROW(run(db().read(write)), DatabaseUnavailable);
    EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, RefusesTheWrongNumberOfParameters) {
    const auto few = [](Session& s) { s.query("SELECT id FROM items WHERE id = $1"); };
    EXPECT_THROW(run(db().read(few)), SystemError);
    const auto many = [](Session& s) { s.query("SELECT id FROM items", "a"); };
    EXPECT_THROW(run(db().read(many)), SystemError);
    EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, EndsAStatementThatTakesTooLong) {
    DatabaseOptions options;
    options.statement_timeout = std::chrono::milliseconds(50);
    test::TestDatabase impatient(GetParam(), options);
    const auto endless = [](Session& s) {
        s.query(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT count(*) FROM n");
    };
    EXPECT_THROW(run(impatient.database().read(endless)), DatabaseUnavailable);
    run(impatient.database().ping());
}

TEST_P(DatabaseTest, CountsWhatItDoes) {
    const auto before = db().stats();
    insert("a", 1);
    count();
    const auto after = db().stats();
    EXPECT_EQ(after.writes - before.writes, 1U);
    EXPECT_EQ(after.commits - before.commits, 1U);
    EXPECT_EQ(after.reads - before.reads, 1U);
    EXPECT_EQ(after.statements - before.statements, 2U);
}

TEST_P(DatabaseTest, KeepsRowsWhenOpenedAgain) {
    insert("a", 1);
    test_database().reopen();
    EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, RefusesCallsAfterClose) {
    db().close();
    db().close();
    EXPECT_THROW(run(db().ping()), DatabaseUnavailable);
    EXPECT_THROW(insert("a", 1), DatabaseUnavailable);
}

TEST_P(DatabaseTest, WhoeverWatchesHearsOfEachCommitHowLongItTook) {
    std::vector<std::chrono::nanoseconds> told;
    db().watch_commits([&told](std::chrono::nanoseconds took) { told.push_back(took); });
    insert("a", 1);
    EXPECT_EQ(count(), 1);  // reading commits nothing
    insert("b", 2);
    db().watch_commits(nullptr);
    insert("c", 3);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_GT(told.front().count(), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, DatabaseTest, test::both_engines(), test::engine_name);

TEST(DatabaseUrl, RefusesWhatNamesNoEngineWithoutRepeatingIt) {
    DatabaseOptions options;
    options.url = "mysql://root:hunter2@host/db";
    try {
        Database::open(options);
        FAIL() << "it opened";
    } catch (const SystemError& problem) {
        EXPECT_THAT(problem.what(), testing::Not(testing::HasSubstr("hunter2")));
    }
    options.url = "postgres://user:hunter2@host/db?nonsense=1";
    EXPECT_THROW(Database::open(options), SystemError);
    options.url = "sqlite:/nowhere/at/all/tripos.db";
    EXPECT_THROW(Database::open(options), SystemError);
}

}  // namespace
}  // namespace tripos::sql

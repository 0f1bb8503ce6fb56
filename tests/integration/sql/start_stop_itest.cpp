// SPDX-License-Identifier: MIT
// A Database stands being closed at any moment. It is started by being made.
#include "support/start_stop.hpp"

#include "support/test_database.hpp"

namespace tripos::sql {
namespace {

using namespace std::chrono_literals;
using test::StartStopSubject;

class DatabaseStartStop : public test::OnBothEngines {};

Task<> work(Database& database) {
    const auto insert = [](Session& s) { s.execute("INSERT INTO items VALUES (1)"); };
    const auto count = [](Session& s) { return s.query("SELECT count(*) FROM items").size(); };
    for (int i = 0; i < 100; ++i) {
        co_await database.write(insert);
        co_await database.read(count);
    }
}

TEST_P(DatabaseStartStop, AtAnyMomentOfItsWork) {
    test_database().migrate({{"test", 1, "CREATE TABLE items (id BIGINT)"}});
    const auto make = [this]() -> StartStopSubject {
        const std::shared_ptr<Database> database = Database::open(test_database().options());
        return {.start = [database] { test::run(work(*database)); },
                .stop = [database] { database->close(); },
                .object = database};
    };
    test::stress_start_stop(make, {.step = 500us, .count = 30});
}

INSTANTIATE_TEST_SUITE_P(Engines, DatabaseStartStop, test::both_engines(), test::engine_name);

}  // namespace
}  // namespace tripos::sql

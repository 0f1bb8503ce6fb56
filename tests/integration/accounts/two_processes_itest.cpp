// SPDX-License-Identifier: MIT
// What two processes do to one account at the same moment: on PostgreSQL, since SQLite has one
// writer.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <semaphore>

#include "accounts/email_changes.hpp"
#include "accounts/enrolments.hpp"
#include "accounts/reauthentication.hpp"
#include "accounts/reset_codes.hpp"
#include "accounts/schema.hpp"
#include "support/test_database.hpp"

namespace tripos::accounts {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

class TwoProcessesTest : public testing::Test {
  protected:
    TwoProcessesTest() {
        one_.migrate(migrations());
        other_ = sql::Database::open(one_.options());
        ask();
        auto put = [this](sql::Session& session) {
            insert_user(session, ann_, {.text = ann_.email, .canonical = ann_.email});
        };
        test::run(one_.database().write(std::move(put)));
    }

    void ask() {
        auto put = [this](sql::Session& session) {
            put_code(session, {.user_id = "ann",
                               .asker = "browser",
                               .code = "right",
                               .link = "link",
                               .created_at = now_,
                               .expires_at = now_ + minutes(10)});
        };
        test::run(one_.database().write(std::move(put)));
    }

    CodeTry given(std::string code) const {
        return {.user_id = "ann", .asker = "stranger", .code = std::move(code), .now = now_};
    }
    template <class Outcome>
    static std::future<Outcome> begin(sql::Database& process,
                                      std::function<Outcome(sql::Session&)> work) {
        return asio::co_spawn(test::context(), process.write(std::move(work)), asio::use_future);
    }
    std::function<CodeOutcome(sql::Session&)> try_it(const std::string& code) const {
        return
            [this, code](sql::Session& session) { return try_code(session, given(code), limits_); };
    }
    /// `first` in one process, and before its COMMIT `second` in another: it may wait for that one,
    /// but it may not go by what was before it.
    template <class Outcome>
    std::pair<Outcome, Outcome> at_once(std::function<Outcome(sql::Session&)> first,
                                        std::function<Outcome(sql::Session&)> second) {
        std::binary_semaphore done{0};
        std::binary_semaphore may_commit{0};
        std::function<Outcome(sql::Session&)> held = [&](sql::Session& session) {
            const auto outcome = first(session);
            done.release();
            may_commit.acquire();
            return outcome;
        };
        auto earlier = begin(one_.database(), std::move(held));
        done.acquire();
        auto later = begin(*other_, std::move(second));
        later.wait_for(milliseconds(300));  // what does not wait would be over
        may_commit.release();
        return {earlier.get(), later.get()};
    }

    const Timestamp now_ = from_millis(1'700'000'000'000);
    const User ann_{.id = "ann", .email = "ann@college.example", .password_hash = "old"};
    CodeLimits limits_;
    test::TestDatabase one_{sql::Engine::postgres};
    std::unique_ptr<sql::Database> other_;
};

TEST_F(TwoProcessesTest, TheTryAfterTheFifthIsNoneHoweverEarlyItCame) {
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(test::run(one_.database().write(try_it("wrong"))), CodeOutcome::wrong);
    }
    const auto [fifth, sixth] = at_once(try_it("wrong"), try_it("right"));
    EXPECT_EQ(fifth, CodeOutcome::wrong);
    EXPECT_EQ(sixth, CodeOutcome::wrong);
}

TEST_F(TwoProcessesTest, TheDaysBudgetIsExactWhenManyTryAtOnce) {
    limits_.per_day = 30;
    std::vector<std::future<CodeOutcome>> tries;
    for (int i = 0; i < 40; ++i) {
        auto& process = i % 2 == 0 ? one_.database() : *other_;
        tries.push_back(begin(process, try_it("wrong " + std::to_string(i))));
    }
    std::vector<CodeOutcome> outcomes;
    for (auto& one : tries) {
        outcomes.push_back(one.get());
    }
    EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), CodeOutcome::wrong), 30);
    EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), CodeOutcome::suspended), 10);
}

TEST_F(TwoProcessesTest, TheLastTryOfTheDayIsMadeOnce) {
    limits_.per_day = 1;
    const auto [first, second] = at_once(try_it("wrong"), try_it("right"));
    EXPECT_EQ(first, CodeOutcome::wrong);
    EXPECT_EQ(second, CodeOutcome::suspended);
}

TEST_F(TwoProcessesTest, ACodeOrLinkThatIsUsedTwiceAtOnceCountsOnce) {
    using Use = std::function<bool(sql::Session&)>;
    const Use by_code = [this](sql::Session& session) {
        return use_code(session, given("right"), limits_);
    };
    const Use by_link = [this](sql::Session& session) {
        return use_link(session, "link", "ann", now_);
    };
    const std::pair<Use, Use> uses[] = {
        {by_code, by_code}, {by_link, by_link}, {by_code, by_link}, {by_link, by_code}};
    for (const auto& [first, second] : uses) {
        ask();
        EXPECT_EQ(at_once(first, second), std::pair(true, false));
    }
}

TEST_F(TwoProcessesTest, WhoProvedAPasswordThatIsJustReplacedChangesNothing) {
    const std::function<bool(sql::Session&)> replace = [this](sql::Session& session) {
        begin_generation(session, ann_.id);
        return replace_password(session, ann_, "new", now_);
    };
    const std::function<bool(sql::Session&)> go_by_the_old = [this](sql::Session& session) {
        return still_current(session, ann_).has_value();
    };
    EXPECT_EQ(at_once(replace, go_by_the_old), std::pair(true, false));
}

TEST_F(TwoProcessesTest, OfTwoAdministratorsWhoLeaveAtOnceOneStays) {
    const auto admin = [](const std::string& id) {
        User user{.id = id, .email = id + "@college.example", .password_hash = "old"};
        user.roles.set(Role::admin, true);
        return user;
    };
    auto put = [&](sql::Session& session) {
        for (const auto& id : {"bob", "eve"}) {
            const auto user = admin(id);
            insert_user(session, user, {.text = user.email, .canonical = user.email});
        }
    };
    test::run(one_.database().write(std::move(put)));
    const auto leave = [this](const std::string& id) {
        return std::function<bool(sql::Session&)>([this, id](sql::Session& session) {
            const bool may_go = has_other_admin(session, id);
            auto user = *lock_user(session, id);
            if (may_go) {
                user.roles.set(Role::admin, false);
                put_access(session, user, now_);
            }
            return may_go;
        });
    };
    EXPECT_EQ(at_once(leave("bob"), leave("eve")), std::pair(true, false));
}

TEST_F(TwoProcessesTest, AChangeOfAddressThatIsJustCancelledIsNotConfirmed) {
    using Kind = EmailChangeOutcome::Kind;
    auto want = [this](sql::Session& session) {
        put_email_change(session, {.user_id = "ann",
                                   .new_email = {.text = "x@y.example", .canonical = "x@y.example"},
                                   .confirm_token = "confirm",
                                   .revert_token = "revert",
                                   .created_at = now_,
                                   .confirm_until = now_ + minutes(10),
                                   .revert_until = now_ + minutes(10)});
    };
    test::run(one_.database().write(std::move(want)));
    const std::function<Kind(sql::Session&)> cancel = [](sql::Session& session) {
        cancel_email_changes(session, "ann");
        return Kind::refused;
    };
    const std::function<Kind(sql::Session&)> confirm = [this](sql::Session& session) {
        return confirm_email_change(session, "confirm", now_).kind;
    };
    EXPECT_EQ(at_once(cancel, confirm).second, Kind::refused);
}

TEST_F(TwoProcessesTest, OfTwoWhoVouchForOneNumberTheSecondKnowsWhomTheFirstGaveItTo) {
    const Departed departed(Secret("key"));
    auto put = [this](sql::Session& session) {
        for (const std::string id : {"bob", "eve"}) {
            const User user{.id = id, .email = id + "@college.example", .email_verified = true};
            insert_user(session, user, {.text = user.email, .canonical = user.email});
        }
    };
    test::run(one_.database().write(std::move(put)));
    const auto give_to = [&](const std::string& id) {
        return std::function<Vouching(sql::Session&)>([&, id](sql::Session& session) {
            const auto address = id + "@college.example";
            const Enrolment enrolment{
                .number = "N1", .email = {.text = address, .canonical = address}, .full_name = id};
            return vouch(session, enrolment, departed, now_).kind;
        });
    };
    EXPECT_EQ(at_once(give_to("bob"), give_to("eve")),
              std::pair(Vouching::added, Vouching::updated));
    auto look = [&](sql::Session& session) { return departed.former_accounts(session, "eve"); };
    EXPECT_EQ(test::run(one_.database().read(std::move(look))), std::vector<std::string>{"bob"});
}

}  // namespace
}  // namespace tripos::accounts

// SPDX-License-Identifier: MIT
#include "redis/resolver.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "redis/connection.hpp"
#include "support/fake_lookup.hpp"

namespace tripos::redis {
namespace {

using namespace std::chrono_literals;
using test::FakeLookup;

Endpoint named(const std::string& host) {
    Endpoint endpoint;
    endpoint.host = host;
    return endpoint;
}

class RecordingDependent final : public Resolver::Dependent {
  public:
    void on_master(const Endpoint& master, const std::string&) override { told += master.host; }
    std::string told;
};

/// A resolver on a context that runs only as far as a test lets it.
class ResolverTest : public testing::Test {
  protected:
    ResolverTest() {
        Address address{.kind = Address::Kind::sentinel, .server = named("s"), .master = "site"};
        auto lookup = std::make_unique<FakeLookup>(context);
        fake = lookup.get();
        resolver = std::make_shared<Resolver>(context, address, "", std::move(lookup));
        dependent = std::make_shared<RecordingDependent>();
        resolver->enlist(dependent);
    }
    ~ResolverTest() override {
        auto stopped = asio::co_spawn(context, resolver->stop(), asio::use_future);
        run_until_ready(stopped);
    }

    std::future<Endpoint> ask() {
        return asio::co_spawn(context, resolver->resolve(), asio::use_future);
    }
    template <class T>
    void run_until_ready(std::future<T>& future) {
        while (future.wait_for(0s) != std::future_status::ready) {
            ASSERT_EQ(context.run_one_for(10s), 1U);
        }
    }
    std::string host_of(std::future<Endpoint> answer) {
        run_until_ready(answer);
        try {
            return answer.get().host;
        } catch (const Unavailable& failure) {
            return failure.what();
        }
    }
    /// A Sentinel says so. Requires: resolver->start().
    void announce(const std::string& left, const std::string& master) {
        while (!fake->announce) {
            ASSERT_EQ(context.run_one_for(10s), 1U);
        }
        fake->announce(named(left), named(master));
    }

    asio::io_context context;
    const asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    FakeLookup* fake = nullptr;
    std::shared_ptr<Resolver> resolver;
    std::shared_ptr<RecordingDependent> dependent;
};

TEST_F(ResolverTest, OneLookAnswersAllWhoWait) {
    fake->answers = {named("a")};
    fake->holds = true;
    auto first = ask();
    auto second = ask();
    context.poll();
    fake->let_go();
    EXPECT_EQ(host_of(std::move(first)) + host_of(std::move(second)), "aa");
    EXPECT_EQ(fake->looks, 1);
}

TEST_F(ResolverTest, FailureSaysWhyAndTheNextWhoAsksBeginsAnotherLook) {
    fake->answers = {invalid("no_node", "no Sentinel answers"), named("a")};
    EXPECT_NE(host_of(ask()).find("no Sentinel answers"), std::string::npos);
    EXPECT_EQ(host_of(ask()), "a");
    EXPECT_EQ(fake->looks, 2);
}

TEST_F(ResolverTest, AnotherMasterIsToldOnceToWhoDependsOnIt) {
    fake->answers = {named("a"), named("b")};
    EXPECT_EQ(host_of(ask()), "a");
    EXPECT_EQ(dependent->told, "") << "the first one is no change";
    EXPECT_EQ(host_of(ask()), "b");
    EXPECT_EQ(host_of(ask()), "b");
    EXPECT_EQ(dependent->told, "b");
    EXPECT_EQ(resolver->failovers(), 1U);
}

TEST_F(ResolverTest, MasterThatWasJustLeftIsNotBelievedOfWhoLagsBehind) {
    fake->answers = {named("a"), named("a"), named("b")};
    resolver->start();
    EXPECT_EQ(host_of(ask()), "a");
    announce("a", "b");
    EXPECT_EQ(dependent->told, "b");
    EXPECT_NE(host_of(ask()).find("do not agree"), std::string::npos);
    EXPECT_EQ(host_of(ask()), "b");
    EXPECT_EQ(fake->distrusts, 1) << "another Sentinel was asked";
    EXPECT_EQ(dependent->told, "b") << "and nobody told twice";
}

TEST_F(ResolverTest, ManyWhoRejectTheServerDistrustItsSentinelOnce) {
    fake->answers = {named("a")};
    EXPECT_EQ(host_of(ask()), "a");
    resolver->reject();
    resolver->reject();
    EXPECT_EQ(host_of(ask()), "a");
    EXPECT_EQ(fake->distrusts, 1);
    resolver->reject();
    EXPECT_EQ(host_of(ask()), "a");
    EXPECT_EQ(fake->distrusts, 2);
}

TEST_F(ResolverTest, StopRefusesWhoWaitsAndWhoComesLater) {
    fake->answers = {named("a")};
    fake->holds = true;
    auto waiting = ask();
    while (fake->looks == 0) {
        ASSERT_EQ(context.run_one_for(10s), 1U);
    }
    auto stopped = asio::co_spawn(context, resolver->stop(), asio::use_future);
    run_until_ready(stopped);
    EXPECT_NE(host_of(std::move(waiting)).find("stopped"), std::string::npos);
    EXPECT_NE(host_of(ask()).find("stopped"), std::string::npos);
}

TEST_F(ResolverTest, WhoIsGoneIsNotTold) {
    fake->answers = {named("a"), named("b")};
    EXPECT_EQ(host_of(ask()), "a");
    dependent.reset();
    EXPECT_EQ(host_of(ask()), "b");
}

}  // namespace
}  // namespace tripos::redis

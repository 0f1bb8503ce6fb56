// SPDX-License-Identifier: MIT
// Names that are not answered, addresses that lead nowhere.
#include <gtest/gtest.h>
#include <pthread.h>

#include <filesystem>
#include <future>
#include <thread>

#include "async/with_timeout.hpp"
#include "redis/client.hpp"
#include "redis/detail/connect_any.hpp"
#include "redis/reach.hpp"
#include "support/run.hpp"
#include "support/test_redis.hpp"

namespace tripos::redis {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using test::run;

/// A port of this machine that takes no further connection and refuses none: its queue is full.
class BlackHole {
  public:
    BlackHole() : acceptor_(context_, tcp::v4()) {
        acceptor_.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        acceptor_.listen(0);
        for (int i = 0; i < 8; ++i) {
            auto& filler = fillers_.emplace_back(context_);
            filler.open(tcp::v4());
            filler.non_blocking(true);
            const auto target = address();
            // In progress, for good. (The socket's own connect() would wait.)
            ::connect(filler.native_handle(), target.data(), static_cast<socklen_t>(target.size()));
        }
    }
    tcp::endpoint address() const { return acceptor_.local_endpoint(); }

  private:
    asio::io_context context_;
    tcp::acceptor acceptor_;
    std::vector<tcp::socket> fillers_;
};

Task<> connect_within(Addresses addresses, std::uint16_t& reached) {
    const auto socket = co_await connect_any(test::context(), std::move(addresses));
    reached = socket.remote_endpoint().port();
}

TEST(ConnectAny, AddressesThatLeadNowhereDoNotHideTheOneThatWorks) {
    const BlackHole first;
    const BlackHole second;
    asio::io_context context;
    tcp::acceptor open(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    std::uint16_t reached = 0;
    const Addresses addresses{first.address(), second.address(), open.local_endpoint()};
    EXPECT_TRUE(run(with_timeout(10s, connect_within(addresses, reached))));
    EXPECT_EQ(reached, open.local_endpoint().port());
}

TEST(ConnectAny, RefusalByAllIsTheLastOnes) {
    std::uint16_t reached = 0;
    const Addresses addresses(3, tcp::endpoint(asio::ip::address_v4::loopback(), 1));
    EXPECT_THROW(run(connect_within(addresses, reached)), boost::system::system_error);
    EXPECT_THROW(run(connect_within({}, reached)), boost::system::system_error);
}

TEST(ConnectAny, EndsWhenItIsCancelled) {
    const BlackHole hole;
    std::uint16_t reached = 0;
    EXPECT_FALSE(run(with_timeout(50ms, connect_within({hole.address()}, reached))));
}

TEST(ConnectAny, TakesTheFamiliesInTurn) {
    const tcp::endpoint four(asio::ip::address_v4::loopback(), 4);
    const tcp::endpoint six(asio::ip::address_v6::loopback(), 6);
    EXPECT_EQ(in_turn({six, six, six, four}), (Addresses{six, four, six, six}));
    EXPECT_EQ(in_turn({four, four, six}), (Addresses{four, six, four}));
    EXPECT_TRUE(in_turn({}).empty());
}

Task<> resolve_to(HostResolver& resolver, Addresses& found) {
    found = co_await resolver.resolve("redis.example", 6379);
}

TEST(HostResolver, LookupThatHangsHoldsNobodyAndIsNotAskedAgain) {
    std::promise<void> answered;
    std::atomic<int> lookups = 0;
    const tcp::endpoint address(asio::ip::address_v4::loopback(), 6379);
    Addresses found;
    {
        auto hang = [&, gate = answered.get_future().share()](const std::string&, std::uint16_t) {
            ++lookups;
            gate.wait();
            return Addresses{address};
        };
        HostResolver resolver(test::context(), hang);
        for (int i = 0; i < 5; ++i) {
            EXPECT_FALSE(run(with_timeout(5ms, resolve_to(resolver, found))));
        }
        answered.set_value();
        EXPECT_TRUE(run(with_timeout(10s, resolve_to(resolver, found))));
    }
    EXPECT_EQ(found, Addresses{address});
    EXPECT_EQ(lookups, 1);
}

TEST(HostResolver, MayGoAwayBeforeItsAnswerComes) {
    const auto answered = std::make_shared<std::promise<void>>();
    const auto asked = std::make_shared<std::promise<void>>();
    auto done = answered->get_future().share();
    Addresses found;
    {
        auto hang = [asked, done](const std::string&, std::uint16_t) {
            asked->set_value();
            done.wait();
            return Addresses();
        };
        HostResolver resolver(test::context(), hang);
        EXPECT_FALSE(run(with_timeout(5ms, resolve_to(resolver, found))));
        asked->get_future().wait();
    }
    answered->set_value();
}

TEST(HostResolver, FailureReachesTheCallerAndTheNextCallAsksAnew) {
    int lookups = 0;
    auto fail = [&](const std::string&, std::uint16_t) -> Addresses {
        ++lookups;
        throw boost::system::system_error(asio::error::host_not_found);
    };
    HostResolver resolver(test::context(), fail);
    Addresses found;
    EXPECT_THROW(run(resolve_to(resolver, found)), boost::system::system_error);
    EXPECT_THROW(run(resolve_to(resolver, found)), boost::system::system_error);
    EXPECT_EQ(lookups, 2);
}

/// While it lives this process can make no thread: each wants a stack larger than the memory there
/// is to address.
class NoThreads {
  public:
    NoThreads() {
        pthread_getattr_default_np(&before_);
        pthread_attr_t vast;
        pthread_getattr_default_np(&vast);
        pthread_attr_setstacksize(&vast, std::size_t{1} << 47);
        pthread_setattr_default_np(&vast);
        pthread_attr_destroy(&vast);
    }
    ~NoThreads() {
        pthread_setattr_default_np(&before_);
        pthread_attr_destroy(&before_);
    }
    NoThreads(const NoThreads&) = delete;
    NoThreads& operator=(const NoThreads&) = delete;

  private:
    pthread_attr_t before_{};
};

auto open_descriptors() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

TEST(HostResolver, ThreadThatCannotBeMadeIsAFailureThatLeavesNothingBehind) {
    const tcp::endpoint address(asio::ip::address_v4::loopback(), 6379);
    HostResolver resolver(test::context(),
                          [&](const std::string&, std::uint16_t) { return Addresses{address}; });
    Addresses found;
    run(resolve_to(resolver, found));  // the context's own descriptors are there from now on
    found.clear();
    const auto before = open_descriptors();
    {
        const NoThreads none;
        EXPECT_THROW(run(resolve_to(resolver, found)), std::system_error);
        EXPECT_EQ(open_descriptors(), before);
    }
    EXPECT_TRUE(run(with_timeout(10s, resolve_to(resolver, found))));
    EXPECT_EQ(found, Addresses{address});
}

TEST(Reach, SaysThatANameCannotBeLookedUpWhereThereIsNoThread) {
    ConnectionOptions options{.endpoint = *parse_url("redis://localhost:1")};
    const NoThreads none;
    const auto seen = run(reach(test::context(), std::move(options)));
    EXPECT_EQ(seen.step, Step::resolve);
    EXPECT_NE(seen.problem, "");
}

TEST(Client, IsConnectedWhenTheConnectionOfEveryContextIs) {
    test::TestRedis server;
    ConnectionOptions options;
    options.endpoint = *parse_url(server.url());
    IoThreads running(1);
    asio::io_context waiting;
    Client client({&running.background(), &waiting}, options);
    running.start();
    client.start();
    EXPECT_EQ(run_blocking(running.background(), client.command({"PING"})).text, "PONG");
    EXPECT_FALSE(client.is_connected()) << "one of two is";
    while (!client.is_connected()) {
        ASSERT_EQ(waiting.run_one_for(10s), 1U);
    }
    auto stopped = asio::co_spawn(waiting, client.stop(), asio::use_future);
    while (stopped.wait_for(0s) != std::future_status::ready) {
        waiting.run_one_for(1ms);
        waiting.restart();
    }
    running.stop();
}

}  // namespace
}  // namespace tripos::redis

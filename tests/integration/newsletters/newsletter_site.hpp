// SPDX-License-Identifier: MIT
#pragma once
// NewsletterSite: everything between a newsletter and a transport that the test decides about, on a
// real Redis and the engine of the suite. Tests only.

#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "accounts/schema.hpp"
#include "core/id.hpp"
#include "integration/notices/recording_transport.hpp"
#include "newsletters/newsletter_fanout.hpp"
#include "newsletters/newsletter_service.hpp"
#include "newsletters/newsletter_store.hpp"
#include "notices/mail_pipeline.hpp"
#include "support/fake_random.hpp"
#include "support/test_database.hpp"
#include "support/test_redis.hpp"

namespace tripos::newsletters {

class NewsletterSite : public test::OnBothEngines {
  protected:
    NewsletterSite() {
        auto all = notices::Outbox::migrations();
        for (auto some : {accounts::migrations(), migrations()}) {
            all.insert(all.end(), some.begin(), some.end());
        }
        // The one table of the exams that audiences look at.
        all.push_back({.module = "test",
                       .number = 1,
                       .statements = "CREATE TABLE attempts (exam_id TEXT, user_id TEXT)"});
        test_database().migrate(std::move(all));
        client_.start();
    }

    ~NewsletterSite() override {
        transport.shut(false);
        if (fanout) {
            run(fanout->stop());
            run(pipeline->stop(std::chrono::seconds(2)));
        }
        run(cache_.stop());
        run(client_.stop());
        fanout.reset();
        pipeline.reset();
    }

    static FanoutOptions quick() {
        FanoutOptions options;
        options.interval = std::chrono::milliseconds(20);
        options.busy_interval = std::chrono::milliseconds(1);
        options.count_interval = std::chrono::milliseconds(20);
        options.held_pause = std::chrono::milliseconds(200);
        return options;
    }

    void start(FanoutOptions options = quick()) {
        notices::MailPipelineOptions mails;
        mails.link_secret = Secret("a secret");
        mails.backoff = std::chrono::milliseconds(5);
        mails.relay_interval = std::chrono::milliseconds(20);
        mails.reconcile_interval = std::chrono::milliseconds(500);
        mails.reconcile_after = std::chrono::milliseconds(1'000);
        pipeline = std::make_unique<notices::MailPipeline>(test::context(), db(), client_, outbox,
                                                           transport, mails, clock, clock, random,
                                                           metrics);
        fanout = std::make_unique<NewsletterFanout>(test::context().get_executor(), db(), outbox,
                                                    options, clock, random);
        outbox.on_queued([this] { pipeline->nudge(); });
        run(start_on_context());
    }
    Task<> start_on_context() {
        pipeline->start_relay();
        pipeline->start_workers();
        fanout->start();
        co_return;
    }

    /// Accounts reader<n>@example.org, n from 0, all verified.
    void add_users(int count, const std::string& role = "USER") {
        auto work = [&](sql::Session& session) {
            for (int i = 0; i < count; ++i) {
                const auto email = "reader" + std::to_string(users_++) + "@example.org";
                session.execute(
                    "INSERT INTO users (id, email, email_canonical, full_name, password_hash, "
                    "role, email_verified, created_at, updated_at) "
                    "VALUES ($1, $2, $2, 'Reader', '', $3, 1, 0, 0)",
                    new_id(clock.now(), random), email, role);
            }
        };
        run(db().write(std::move(work)));
    }

    std::string draft(Audience audience = {}) {
        NewNewsletter news{.audience = std::move(audience),
                           .model = {.subject = "News", .body = "Hello"},
                           .created_by = "admin"};
        return run(service.create(std::move(news)))->newsletter.id;
    }
    NewsletterWithProgress show(const std::string& id) { return *run(service.find(id)); }
    Result<NewsletterWithProgress> resume(const std::string& id) {
        return run(service.resume(id, show(id).newsletter.subject));
    }
    std::int64_t count(std::string_view statement) {
        auto look = [&](sql::Session& session) { return session.query_one(statement)->integer(0); };
        return run(db().read(std::move(look)));
    }

    /// Asks again and again, for at most 30 s.
    template <class Condition>
    static bool eventually(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline) {
                return false;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return true;
    }
    bool reaches(const std::string& id, NewsletterStatus status) {
        return eventually([&] { return show(id).newsletter.status == status; });
    }

    /// How often each address was sent to.
    std::map<std::string, int> copies() const {
        std::map<std::string, int> found;
        for (const auto& message : transport.messages()) {
            ++found[message.to.canonical];
        }
        return found;
    }
    void expect_one_copy_each(std::size_t recipients) {
        const auto found = copies();
        EXPECT_EQ(found.size(), recipients);
        for (const auto& [address, number] : found) {
            EXPECT_EQ(number, 1) << address;
        }
    }

    test::TestRedis redis;
    SystemClock clock;
    test::SeededRandom random;
    Metrics metrics;
    notices::RecordingTransport transport;
    notices::Outbox outbox{Secret("a secret"), true, clock, random};
    redis::Client client_{{&test::context()}, {.endpoint = *redis::parse_url(redis.url())}};
    cache::Cache cache_{client_, {}, metrics};
    std::unique_ptr<notices::MailPipeline> pipeline;
    std::unique_ptr<NewsletterFanout> fanout;
    NewsletterService service{{.database = db(),
                               .cache = cache_,
                               .clock = clock,
                               .wall = clock,
                               .random = random,
                               .metrics = metrics,
                               .background = test::context()},
                              outbox,
                              [this] {
                                  if (fanout) {
                                      fanout->wake();
                                  }
                              }};

  private:
    int users_ = 0;
};

}  // namespace tripos::newsletters

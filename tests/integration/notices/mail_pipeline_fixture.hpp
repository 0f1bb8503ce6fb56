// SPDX-License-Identifier: MIT
#pragma once
// MailPipelineTest: a pipeline over a real Redis and one of both engines, with a transport that
// answers as it is told.

#include <gtest/gtest.h>

#include <thread>

#include "notices/mail_pipeline.hpp"
#include "recording_transport.hpp"
#include "support/fake_random.hpp"
#include "support/test_database.hpp"
#include "support/test_redis.hpp"

namespace tripos::notices {

class MailPipelineTest : public test::OnBothEngines {
  protected:
    using Kind = mail::Delivery::Kind;
    using milliseconds = std::chrono::milliseconds;

    MailPipelineTest() {
        test_database().migrate(Outbox::migrations());
        client_ = std::make_unique<redis::Client>(
            std::vector<asio::io_context*>{&test::context()},
            redis::ConnectionOptions{.endpoint = *redis::parse_url(redis.url()),
                                     .command_limit = milliseconds(500)});
        client_->start();
    }

    ~MailPipelineTest() override {
        transport.shut(false);
        if (pipeline) {
            run(pipeline->stop(milliseconds(1'000)));
        }
        run(client_->stop());
        pipeline.reset();
        client_.reset();
    }

    static MailPipelineOptions quick() {
        MailPipelineOptions options;
        options.concurrency = 1;
        options.backoff = milliseconds(5);
        options.relay_interval = milliseconds(50);
        options.reconcile_interval = milliseconds(50);
        options.reconcile_after = milliseconds(100);
        return options;
    }

    /// The relay looks only when a commit wakes it.
    static MailPipelineOptions woken_only() {
        auto options = quick();
        options.relay_interval = std::chrono::hours(1);
        return options;
    }

    void start(MailPipelineOptions options = quick()) {
        pipeline =
            std::make_unique<MailPipeline>(test::context(), db(), *client_, outbox, transport,
                                           options, clock, clock, random, metrics);
        outbox.on_queued([this] { pipeline->nudge(); });
        // Everything of the pipeline lives on its context.
        run(start_on_context());
    }

    Task<> start_on_context() {
        pipeline->start_relay();
        pipeline->start_workers();
        co_return;
    }

    static OutgoingMail mail(std::string subject, Priority priority = Priority::normal()) {
        return {.kind = "notification",
                .to = "ann@college.example",
                .subject = std::move(subject),
                .html = "<p>body 424242</p>",
                .priority = priority};
    }

    std::string put(const OutgoingMail& one) {
        auto add = [&](sql::Session& session) { return outbox.put(session, one); };
        return run(db().write(std::move(add)));
    }

    std::string row_text(const std::string& id, const std::string& column) {
        const auto statement = "SELECT " + column + " FROM outbox WHERE id = $1";
        auto look = [&](sql::Session& session) {
            return session.query_one(statement, id)->maybe_text(0).value_or("");
        };
        return run(db().read(std::move(look)));
    }
    std::int64_t count_with(const std::string& status) {
        auto look = [&](sql::Session& session) {
            return session.query_one("SELECT COUNT(*) FROM outbox WHERE status = $1", status)
                ->integer(0);
        };
        return run(db().read(std::move(look)));
    }

    /// Asks again and again, for at most 20 s.
    template <class Condition>
    static bool eventually(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline) {
                return false;
            }
            std::this_thread::sleep_for(milliseconds(5));
        }
        return true;
    }
    bool reaches(const std::string& id, const std::string& status) {
        return eventually([&] { return row_text(id, "status") == status; });
    }
    bool job_reaches(const std::string& id, queue::JobState state) {
        return eventually([&] { return run(pipeline->email_queue().get_state(id)) == state; });
    }

    test::TestRedis redis;
    SystemClock clock;
    test::SeededRandom random;
    Metrics metrics;
    RecordingTransport transport;
    Outbox outbox{Secret("a secret"), true, clock, random};
    std::unique_ptr<redis::Client> client_;
    std::unique_ptr<MailPipeline> pipeline;
};

}  // namespace tripos::notices

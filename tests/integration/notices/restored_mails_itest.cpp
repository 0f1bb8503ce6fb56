// SPDX-License-Identifier: MIT
// Jobs in Redis of mails that restored data does not know.

#include "notices/restored_mails.hpp"

#include "mail_pipeline_fixture.hpp"

namespace tripos::notices {
namespace {

using RestoredMailsTest = MailPipelineTest;
INSTANTIATE_TEST_SUITE_P(Engines, RestoredMailsTest, test::both_engines(), test::engine_name);

TEST_P(RestoredMailsTest, AJobThatAWorkerHeldIsDroppedOnceItsLockEnds) {
    MailQueues queues(*client_, "bull", clock);
    const std::string unknown = "018f0000-0000-7000-8000-000000000001";
    queue::NewJob job{.name = "notification", .data = "{}"};
    job.options.job_id = unknown;
    run(queues.email.add(std::move(job)));
    const auto say = [&](redis::Arguments words) { run(client_->command(std::move(words))); };
    say({"LMOVE", "bull:email:wait", "bull:email:active", "RIGHT", "LEFT"});
    say({"SET", "bull:email:" + unknown + ":lock", "of a worker that was killed"});
    const auto waiting = put(mail("Hello"));
    const auto settle = [&] {
        return run(settle_restored_mails(
            db(), queues,
            {.choice = RestoredMails::cancel, .data_from = clock.now(), .now = clock.now()}));
    };
    const auto held = settle();
    EXPECT_EQ(held.locked, 1);
    EXPECT_EQ(held.dropped + held.cancelled, 0);
    EXPECT_EQ(row_text(waiting, "status"), "PENDING");
    say({"DEL", "bull:email:" + unknown + ":lock"});
    const auto done = settle();
    EXPECT_EQ(done.locked, 0);
    EXPECT_EQ(done.dropped, 1);
    EXPECT_EQ(done.cancelled, 1);
    EXPECT_EQ(row_text(waiting, "status"), "CANCELLED");
}

}  // namespace
}  // namespace tripos::notices

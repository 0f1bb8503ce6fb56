// SPDX-License-Identifier: MIT
#include "newsletters/newsletter_fanout.hpp"

#include <algorithm>

#include "newsletters/newsletter_store.hpp"
#include "notices/letters.hpp"
#include "telemetry/log.hpp"

namespace tripos::newsletters {

NewsletterFanout::NewsletterFanout(asio::any_io_executor executor, sql::Database& database,
                                   const notices::Outbox& outbox, FanoutOptions options,
                                   const Clock& clock, Random& random)
    : database_(database),
      outbox_(outbox),
      options_(options),
      clock_(clock),
      random_(random),
      wake_(executor),
      tasks_(executor) {}

void NewsletterFanout::start() {
    tasks_.spawn("newsletter fan-out", run());
}

Task<> NewsletterFanout::stop() {
    co_await tasks_.stop();
}

Task<> NewsletterFanout::run() {
    for (;;) {
        bool busy = false;
        std::string problem;
        try {
            busy = co_await round();
        } catch (const SystemError& failure) {
            problem = failure.what();
        }
        if (problem.empty() == is_away_) {
            is_away_ = !problem.empty();
            if (is_away_) {
                log::warn("newsletters", "newsletters wait", {{"what", problem}});
            } else {
                log::info("newsletters", "newsletters go on");
            }
        }
        co_await wake_.wait_for(busy ? options_.busy_interval : options_.interval);
    }
}

Task<bool> NewsletterFanout::round() {
    auto look = [](sql::Session& session) { return find_unsettled(session); };
    const auto newsletters = co_await database_.read(std::move(look));
    std::erase_if(breakers_, [&](const auto& entry) {
        return std::none_of(newsletters.begin(), newsletters.end(), [&](const auto& newsletter) {
            return newsletter.id == entry.first && newsletter.status == NewsletterStatus::sending;
        });
    });
    const auto now = std::chrono::steady_clock::now();
    const bool counts = now - counted_at_ >= options_.count_interval;
    counted_at_ = counts ? now : counted_at_;
    bool busy = false;
    for (const auto& newsletter : newsletters) {
        const bool more = co_await advance(newsletter);
        busy = busy || more;
        if (counts) {
            co_await review(newsletter.id, newsletter.all_found);
        }
    }
    co_return busy || !newsletters.empty();
}

Task<bool> NewsletterFanout::advance(const Newsletter& newsletter) {
    if (newsletter.status == NewsletterStatus::cancelled) {
        co_await cancel(newsletter.id);
        co_return false;
    }
    const auto released = co_await release(newsletter.id);
    if (newsletter.all_found) {
        co_return released > 0;
    }
    co_return co_await plan(newsletter.id);
}

Task<bool> NewsletterFanout::plan(std::string id) {
    auto work = [&id, this](sql::Session& session) {
        return plan_page(session, id, options_.page, clock_.now(), random_);
    };
    co_return co_await database_.write(std::move(work));
}

Task<std::int64_t> NewsletterFanout::release(std::string id) {
    auto look = [](sql::Session& session) { return notices::count_outstanding(session); };
    const auto outstanding = co_await database_.read(std::move(look));
    // In slices of at least a quarter of the window, so that a slow relay costs few statements.
    const auto room = options_.window - outstanding;
    if (room < options_.window / 4) {
        co_return 0;
    }
    auto work = [this, &id, limit = std::min(room, options_.page),
                 held_before = clock_.now() - options_.held_pause](sql::Session& session) {
        const auto newsletter = find_newsletter(session, id);
        const bool is_sending = newsletter && newsletter->status == NewsletterStatus::sending;
        const auto released =
            is_sending ? notices::release_mails(session, id, limit, held_before) : 0;
        if (released > 0) {
            outbox_.queued(session);
        }
        return released;
    };
    co_return co_await database_.write(std::move(work));
}

Task<> NewsletterFanout::cancel(std::string id) {
    auto work = [&id, limit = options_.page](sql::Session& session) {
        return notices::cancel_mails(session, id, limit);
    };
    auto cancelled = options_.page;
    while (cancelled == options_.page) {
        auto slice = work;
        cancelled = co_await database_.write(std::move(slice));
    }
}

Task<> NewsletterFanout::review(std::string id, bool all_found) {
    auto look = [&id](sql::Session& session) { return notices::count_by_status(session, id); };
    const auto progress = progress_of(co_await database_.read(std::move(look)));
    const auto found = breakers_.try_emplace(id, options_.breaker, progress.sent, progress.failed);
    const bool trips = found.first->second.trips(progress.sent, progress.failed);
    const bool is_over = progress.is_settled();
    auto act = [&id, trips, is_over, all_found, now = clock_.now()](sql::Session& session) {
        const auto newsletter = find_newsletter(session, id);
        if (!newsletter) {
            return false;
        }
        // `all_found` is older than the count: what another process finds since is not overlooked.
        if (is_over && (all_found || newsletter->status == NewsletterStatus::cancelled)) {
            settle(session, id, now);
            return false;
        }
        return newsletter->status == NewsletterStatus::sending && trips &&
               change_status(session, id, {NewsletterStatus::sending},
                             {.to = NewsletterStatus::paused,
                              .reason = "too many of its mails failed",
                              .at = now});
    };
    if (!trips && !is_over) {
        co_return;
    }
    const bool paused = co_await database_.write(std::move(act));
    if (paused) {
        log::warn("newsletters", "paused: too many mails failed",
                  {{"id", id}, {"sent", progress.sent}, {"failed", progress.failed}});
    }
}

}  // namespace tripos::newsletters

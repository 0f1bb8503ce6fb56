// SPDX-License-Identifier: MIT
#include "newsletters/newsletter_fanout.hpp"

#include <algorithm>

#include "newsletters/audience.hpp"
#include "newsletters/newsletter_store.hpp"
#include "notices/letters.hpp"
#include "sql/in_pages.hpp"
#include "telemetry/log.hpp"

namespace tripos::newsletters {

namespace {
/// So many times the window of mails may be deferred before they take room in it.
constexpr std::int64_t kDeferredWindows = 10;
}  // namespace

NewsletterFanout::NewsletterFanout(asio::any_io_executor executor, sql::Database& database,
                                   const notices::Outbox& outbox, FanoutOptions options,
                                   const Clock& clock, Random& random)
    : database_(database),
      outbox_(outbox),
      options_(options),
      planned_(options.page),
      released_rows_(options.page),
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
    co_return co_await plan(newsletter);
}

Task<bool> NewsletterFanout::plan(Newsletter newsletter) {
    // An audience may be hard to find: that is the reader's affair, not the lane's.
    auto look = [&newsletter, rows = planned_.rows()](sql::Session& session) {
        return find_members(session, parse_audience(newsletter.audience), newsletter.cursor, rows);
    };
    const auto members = co_await database_.read(std::move(look), sql::Turn::bulk);
    auto work = [&](sql::Session& session) {
        bool more = false;
        planned_.run([&](std::int64_t) {
            more = plan_page(session, newsletter, members, clock_.now(), random_);
            return static_cast<std::int64_t>(members.members.size());
        });
        return more;
    };
    co_return co_await database_.write(std::move(work), sql::Turn::bulk);
}

Task<std::int64_t> NewsletterFanout::release(std::string id) {
    auto look = [](sql::Session& session) { return notices::count_outstanding(session); };
    const auto outstanding = co_await database_.read(std::move(look), sql::Turn::bulk);
    // A few deferred mails must not hold up the others, but all of them are in Redis.
    const auto too_many =
        std::max<std::int64_t>(0, outstanding.deferred - kDeferredWindows * options_.window);
    // In slices of at least a quarter of the window, so that a slow relay costs few statements.
    const auto room = options_.window - outstanding.under_way - too_many;
    if (room < options_.window / 4) {
        co_return 0;
    }
    auto work = [&id, this, room,
                 held_before = clock_.now() - options_.held_pause](sql::Session& session) {
        const auto newsletter = find_newsletter(session, id);
        if (!newsletter || newsletter->status != NewsletterStatus::sending) {
            return std::int64_t{0};
        }
        const auto released = released_rows_.run([&](std::int64_t rows) {
            return notices::release_mails(session, id, std::min(room, rows), held_before);
        });
        if (released > 0) {
            outbox_.queued(session);
        }
        return released;
    };
    co_return co_await database_.write(std::move(work), sql::Turn::bulk);
}

Task<> NewsletterFanout::cancel(std::string id) {
    std::function<std::int64_t(sql::Session&, std::int64_t)> page = [&id](sql::Session& session,
                                                                          std::int64_t rows) {
        return notices::cancel_mails(session, id, rows);
    };
    co_await sql::in_pages(database_, std::move(page));
}

Task<> NewsletterFanout::review(std::string id, bool all_found) {
    auto look = [&id](sql::Session& session) { return notices::count_by_status(session, id); };
    const auto progress = progress_of(co_await database_.read(std::move(look), sql::Turn::bulk));
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

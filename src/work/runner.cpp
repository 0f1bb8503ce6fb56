// SPDX-License-Identifier: MIT
#include "work/runner.hpp"

#include "core/assert.hpp"
#include "telemetry/log.hpp"
#include "work/item_store.hpp"

namespace tripos::work {

namespace {

constexpr std::int64_t kMostItems = 100;  ///< at a time; the oldest come first
constexpr BackoffOptions kOutage{.first = std::chrono::milliseconds(100),
                                 .limit = std::chrono::seconds(5)};

}  // namespace

Runner::Runner(const Parts& parts, RunnerOptions options)
    : parts_(parts),
      options_(options),
      outage_(kOutage, parts.random),
      wake_(parts.background.get_executor()),
      tasks_(parts.background.get_executor()) {}

void Runner::add(Kind kind) {
    auto name = kind.name;
    const bool is_new = kinds_.emplace(std::move(name), std::move(kind)).second;
    TRIPOS_ASSERT(is_new);
}

void Runner::start() {
    tasks_.spawn("work", run());
}

Task<> Runner::stop() {
    co_await tasks_.stop();
}

void Runner::put(sql::Session& session, const Item& item) {
    work::put(session, item);
    if (!item.finished_at) {
        session.on_commit(this, [this] { wake_.notify_from_any_thread(); });
    }
}

Task<std::int64_t> Runner::drop_mails(Timestamp begun_before) {
    auto change = [this, begun_before, now = parts_.clock.now()](sql::Session& session) {
        std::int64_t changed = 0;
        for (const auto& [name, kind] : kinds_) {
            if (kind.without_mails) {
                changed += change_open(session, name, *kind.without_mails, begun_before, now);
            }
        }
        return changed;
    };
    co_return co_await parts_.database.write(std::move(change));
}

Task<> Runner::run() {
    for (;;) {
        bool is_busy = false;
        std::string problem;
        try {
            is_busy = co_await round();
        } catch (const SystemError& failure) {
            problem = failure.what();
        }
        if (!problem.empty()) {
            if (outage_.tries() == 0) {
                log::warn("work", "waits for the database", {{"what", problem}});
            }
            co_await sleep_for(outage_.next());
            continue;
        }
        if (outage_.tries() > 0) {
            log::info("work", "goes on");
            outage_.reset();
        }
        if (!is_busy) {
            co_await wake_.wait_for(options_.interval);
        }
    }
}

Task<bool> Runner::round() {
    auto look = [](sql::Session& session) { return list_open(session, kMostItems); };
    auto items = co_await parts_.database.read(std::move(look));
    bool is_busy = false;
    for (auto& item : items) {
        const auto kind = kinds_.find(item.kind);
        if (kind != kinds_.end()) {
            const bool more = co_await try_page(std::move(item), kind->second);
            is_busy = is_busy || more;
        }
    }
    co_return is_busy;
}

Task<bool> Runner::try_page(Item item, const Kind& kind) {
    const auto id = item.id;
    const auto known = item.problem;
    std::string problem;
    try {
        co_return co_await do_page(std::move(item), kind);
    } catch (const Overloaded&) {
        throw;
    } catch (const SystemError& failure) {
        problem = failure.what();  // of this item: the others go on
    }
    if (problem != known) {
        log::error("work", "does not get on", {{"id", id}, {"kind", kind.name}, {"what", problem}});
        auto note = [&id, &problem](sql::Session& session) { set_problem(session, id, problem); };
        co_await parts_.database.write(std::move(note), sql::Turn::bulk);
    }
    co_return false;
}

Task<bool> Runner::do_page(Item item, const Kind& kind) {
    auto& size = sizes_[kind.name];
    const auto write = co_await kind.prepare(item, size.rows());
    if (!write) {
        co_return false;
    }
    auto work = [&](sql::Session& session, Writes& writes) -> std::optional<Item> {
        auto held = hold(session, item.id);
        if (!held || held->cursor != item.cursor) {
            return std::nullopt;  // another process has done this page, or is doing it
        }
        size.run([&](std::int64_t) {
            const auto page = write(session, writes);
            advance(*held, page, parts_.clock.now());
            update(session, *held);
            return page.done;
        });
        return held;
    };
    const auto after = co_await parts_.write(std::move(work), sql::Turn::bulk);
    if (after && after->finished_at) {
        log::info("work", "done",
                  {{"id", after->id},
                   {"kind", after->kind},
                   {"subject", after->subject},
                   {"done", after->done},
                   {"changed", after->changed}});
    }
    co_return !after || !after->finished_at;
}

}  // namespace tripos::work

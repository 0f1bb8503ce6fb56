// SPDX-License-Identifier: MIT
#include "app/restore_hold.hpp"

#include <signal.h>
#include <unistd.h>

#include "sql/postgres_dump.hpp"
#include "telemetry/log.hpp"

namespace tripos::app {

namespace {

constexpr std::chrono::milliseconds kHoldInterval{500};
constexpr std::chrono::milliseconds kWatchInterval{2'000};

/// Of data that came no further: all of it is from before.
constexpr Timestamp kEndOfTime{std::chrono::milliseconds(253'402'300'799'000)};

// One row, or none.
constexpr std::string_view kHoldTable = R"(
CREATE TABLE restore_hold (
    id BIGINT PRIMARY KEY,
    data_from BIGINT NOT NULL
))";

}  // namespace

RestoreHold::RestoreHold(const Parts& parts)
    : parts_(parts),
      held_(parts.metrics.gauge("tripos_restore_held_count",
                                "1: on restored data that nobody has released; 0: not")),
      tasks_(parts.background.get_executor()) {}

std::vector<sql::Migration> RestoreHold::migrations() {
    return {sql::Migration{.module = "restore", .number = 1, .statements = kHoldTable}};
}

Task<> RestoreHold::look() {
    const auto hold = co_await parts_.database.read(restore_hold::find);
    is_held_ = hold.has_value();
    held_.set(is_held_ ? 1 : 0);
}

void RestoreHold::watch() {
    tasks_.spawn("restore watch", keep_looking());
}

Task<> RestoreHold::keep_looking() {
    for (;;) {
        co_await sleep_for(kWatchInterval);
        const bool was_held = is_held_;
        try {
            co_await look();
        } catch (const SystemError& failure) {
            log::debug("restore", "is looked at again later", {{"what", failure.what()}});
        }
        if (is_held_ && !was_held) {
            log::error("restore", "other data was put in this one's place: the process ends",
                       {{"cure", "start it again; it is held then"}});
            ::kill(::getpid(), SIGTERM);
            co_return;
        }
    }
}

Task<> RestoreHold::when_released(std::function<Task<>()> go) {
    tasks_.spawn("restore hold", wait(std::move(go)));
    co_return;
}

Task<> RestoreHold::stop(std::chrono::milliseconds) {
    return tasks_.stop();
}

Task<> RestoreHold::wait(std::function<Task<>()> go) {
    while (is_held_) {
        co_await sleep_for(kHoldInterval);
        try {
            co_await look();
        } catch (const SystemError& failure) {
            log::debug("restore", "is looked at again later", {{"what", failure.what()}});
        }
    }
    log::info("restore", "released: mails go out and attempts end again");
    co_await go();
}

namespace restore_hold {

void put(sql::Session& session, const Hold& hold) {
    session.execute(
        "INSERT INTO restore_hold (id, data_from) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET "
        "data_from = excluded.data_from",
        hold.data_from);
}

std::optional<Hold> find(sql::Session& session) {
    if (sql::is_being_restored(session)) {
        return Hold{.data_from = kEndOfTime};
    }
    const auto row = session.query_one("SELECT data_from FROM restore_hold WHERE id = 1");
    return row ? std::optional(Hold{.data_from = row->time(0)}) : std::nullopt;
}

void lift(sql::Session& session) {
    session.execute("DELETE FROM restore_hold WHERE id = 1");
    sql::end_restore(session);
}

}  // namespace restore_hold

}  // namespace tripos::app

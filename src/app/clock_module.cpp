// SPDX-License-Identifier: MIT
#include "app/clock_module.hpp"

#include "http/json_body.hpp"
#include "telemetry/log.hpp"

namespace tripos::app {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::chrono::seconds kLookInterval{1};
/// What is kept grows no older than this by the machine's monotonic time, which goes on without us:
/// it is for what a restart of the machine leaves.
constexpr std::chrono::seconds kKeepInterval{10};
/// A reading that took longer says too little about its moment.
constexpr milliseconds kPrecise{100};
constexpr int kReadings = 5;

// One row. The columns are those of KeptTime.
constexpr std::string_view kClockTable = R"(
CREATE TABLE site_clock (
    id BIGINT PRIMARY KEY,
    held_back BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    boot_id TEXT NOT NULL,
    since_boot BIGINT NOT NULL,
    site_time BIGINT NOT NULL
))";

Timestamp reference(sql::Session& session, const Clock& wall) {
    if (session.engine() == sql::Engine::sqlite) {
        return wall.now();
    }
    const auto rows =
        session.query("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)");
    return from_millis(rows[0].integer(0));
}

/// The most precise of a few.
Reading read_clocks(sql::Session& session, const Clock& wall) {
    Reading best;
    auto shortest = nanoseconds::max();
    for (int i = 0; i < kReadings && shortest > kPrecise; ++i) {
        const auto before = time_since_boot();
        const auto at = reference(session, wall);
        const auto took = time_since_boot() - before;
        if (took < shortest) {
            shortest = took;
            best = {.reference = at, .since_boot = before + took / 2};
        }
    }
    return best;
}

std::optional<KeptTime> find_kept(sql::Session& session) {
    const auto rows = session.query(
        "SELECT held_back, accepted, boot_id, since_boot, site_time FROM site_clock WHERE id = 1");
    if (rows.empty()) {
        return std::nullopt;
    }
    const auto& row = rows[0];
    return KeptTime{.held_back = milliseconds(row.integer(0)),
                    .accepted = row.integer(1),
                    .boot_id = row.text(2),
                    .since_boot = milliseconds(row.integer(3)),
                    .site_time = from_millis(row.integer(4))};
}

}  // namespace

struct ClockModule::Look {
    Reading reading;
    milliseconds offset;  ///< of this machine's clock from the reference
    std::optional<KeptTime> kept;
};

ClockModule::ClockModule(const Parts& parts, SiteClock& clock)
    : parts_(parts),
      clock_(clock),
      held_back_(parts.metrics.gauge("tripos_clock_held_back_seconds",
                                     "By how much exams are behind the clock since it jumped")),
      offset_(parts.metrics.gauge("tripos_clock_offset_seconds",
                                  "By how much this machine's clock is before that of a server",
                                  {{"server", "database"}})),
      tasks_(parts.background.get_executor()) {}

std::vector<sql::Migration> ClockModule::migrations() {
    return {sql::Migration{.module = "clock", .number = 1, .statements = kClockTable}};
}

void ClockModule::add_control_routes(http::Router& router) {
    router.post("/control/clock", http::bind(this, &ClockModule::answer),
                http::Operation("Clock commands", "Site time; accept what the clock shows now"));
}

Task<> ClockModule::start() {
    tasks_.spawn("site clock", keep_on());
    co_return;
}

Task<> ClockModule::stop(milliseconds) {
    return tasks_.stop();
}

Task<> ClockModule::keep_on() {
    for (;;) {
        co_await sleep_for(kLookInterval);
        try {
            co_await look();
        } catch (const SystemError& failure) {
            log::debug("clock", "is looked at again later", {{"what", failure.what()}});
        }
    }
}

Task<ClockModule::Look> ClockModule::read() const {
    auto both = [&wall = parts_.wall](sql::Session& session) {
        auto kept = find_kept(session);
        const auto reading = read_clocks(session, wall);
        const auto since = std::chrono::floor<milliseconds>(time_since_boot() - reading.since_boot);
        return Look{.reading = reading,
                    .offset = wall.now() - since - reading.reference,
                    .kept = std::move(kept)};
    };
    return parts_.database.read(std::move(both));
}

Task<> ClockModule::look() {
    auto found = co_await read();
    const auto jump = clock_.look(found.reading, found.kept);
    if (jump) {
        co_await hold_back(found, *jump);
        found = co_await read();
        clock_.look(found.reading, found.kept);  // with what was kept, by this process or another
    }
    held_back_.set(std::chrono::duration<double>(clock_.held_back()).count());
    offset_.set(std::chrono::duration<double>(found.offset).count());
    if (found.reading.since_boot >= keep_after_) {
        co_await keep();
        keep_after_ = found.reading.since_boot + kKeepInterval;
    }
}

Task<> ClockModule::hold_back(const Look& look, milliseconds held_back) {
    const auto before = look.kept ? look.kept->held_back : milliseconds(0);
    const auto accepted = look.kept ? look.kept->accepted : 0;
    log::warn("clock", "it jumped: exams, sessions and codes go on by the time before",
              {{"milliseconds", (held_back - before).count()},
               {"cure", "tripos clock accept, or set it back"}});
    auto write = [&](sql::Session& session) {
        session.execute(
            "UPDATE site_clock SET held_back = $1 WHERE id = 1 AND held_back = $2 AND accepted = "
            "$3",
            held_back.count(), before.count(), accepted);
    };
    co_await parts_.database.write(std::move(write));
}

Task<> ClockModule::keep() {
    auto write = [kept = clock_.kept(time_since_boot())](sql::Session& session) {
        session.execute(
            "INSERT INTO site_clock (id, held_back, accepted, boot_id, since_boot, site_time) "
            "VALUES (1, $1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET "
            "boot_id = excluded.boot_id, since_boot = excluded.since_boot, "
            "site_time = excluded.site_time WHERE site_clock.accepted = excluded.accepted",
            kept.held_back.count(), kept.accepted, kept.boot_id, kept.since_boot.count(),
            to_millis(kept.site_time));
    };
    co_await parts_.database.write(std::move(write));
}

Task<> ClockModule::accept() {
    auto write = [this](sql::Session& session) {
        const auto reading = read_clocks(session, parts_.wall);
        const auto before = find_kept(session);
        session.execute(
            "UPDATE site_clock SET held_back = 0, accepted = accepted + 1, boot_id = $1, "
            "since_boot = $2, site_time = $3 WHERE id = 1",
            clock_.kept(reading.since_boot).boot_id,
            std::chrono::floor<milliseconds>(reading.since_boot).count(),
            to_millis(reading.reference));
        const auto held_back = before ? before->held_back : milliseconds(0);
        parts_.record(
            session, audit::command_line(),
            {.action = "clock.accept",
             .subject = "clock",
             .before = audit::facts({{"heldBackMillis", std::to_string(held_back.count())}})});
    };
    co_await parts_.database.write(std::move(write));
    co_await look();
}

Task<http::Reply> ClockModule::answer(http::Request& request) {
    http::BodyReader body(request);
    const bool accepts = body.flag_or("accept", false);
    if (auto error = body.error()) {
        co_return *error;
    }
    co_await look();
    if (accepts && clock_.held_back() != milliseconds(0)) {
        co_await accept();
    }
    co_return http::success(
        200, accepts ? "Accepted" : "Site time",
        {{"siteTime", to_iso8601(clock_.now())}, {"heldBackMillis", clock_.held_back().count()}});
}

}  // namespace tripos::app

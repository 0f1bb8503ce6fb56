// SPDX-License-Identifier: MIT
#include "app/backup_module.hpp"

#include <boost/json/value_from.hpp>
#include <filesystem>

#include "app/signals.hpp"
#include "async/thread_pool.hpp"
#include "attempts/attempt_store.hpp"
#include "core/file.hpp"
#include "http/json_body.hpp"
#include "module/command.hpp"
#include "sql/postgres_dump.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;
using notices::RestoredMails;

/// Of one statement: every row of a table is counted.
constexpr std::chrono::minutes kInventoryLimit{10};

// One row, or none.
constexpr std::string_view kLastBackup = R"(
CREATE TABLE last_backup (
    id BIGINT PRIMARY KEY,
    made_at BIGINT NOT NULL
))";

/// The answer when the folder cannot be made.
Error bad_folder(const std::string& folder, const std::string& why) {
    return invalid_field("folder", folder + why);
}

RestoredMails read_choice(const std::string& word) {
    return word == "send"     ? RestoredMails::send
           : word == "cancel" ? RestoredMails::cancel
                              : RestoredMails::security_only;
}

}  // namespace

std::vector<sql::Migration> BackupModule::migrations() {
    return {sql::Migration{.module = "backup", .number = 1, .statements = kLastBackup}};
}

Task<> BackupModule::start() {
    is_serving_ = true;
    auto look = [](sql::Session& session) {
        const auto row = session.query_one("SELECT made_at FROM last_backup WHERE id = 1");
        return row ? row->integer(0) : 0;
    };
    const auto made_at = co_await parts_.database.read(std::move(look));
    if (made_at != 0) {
        note(from_millis(made_at));
    }
}

std::optional<Timestamp> BackupModule::last() const {
    const auto made_at = last_.load();
    return made_at == 0 ? std::nullopt : std::optional(from_millis(made_at));
}

/// The figure is not there before: a site that is copied by other means has none.
void BackupModule::note(Timestamp made_at) {
    last_ = to_millis(made_at);
    parts_.metrics
        .gauge("tripos_backup_success_timestamp_seconds",
               "When the last `tripos backup` was made, since 1970")
        .set(static_cast<double>(to_millis(made_at)) / 1'000);
}

Task<> BackupModule::remember(Timestamp made_at) {
    auto write = [made_at](sql::Session& session) {
        session.execute(
            "INSERT INTO last_backup (id, made_at) VALUES (1, $1) "
            "ON CONFLICT (id) DO UPDATE SET made_at = excluded.made_at",
            made_at);
    };
    co_await parts_.database.write(std::move(write));
    note(made_at);
}

void BackupModule::add_control_routes(http::Router& router) {
    router.post("/control/backup",
                recorded_command(parts_, http::bind(this, &BackupModule::backup)),
                http::Operation("Commands", "Back the database up"));
    router.post("/control/backup/verified", http::bind(this, &BackupModule::verified),
                http::Operation("Commands", "A backup that was found to be whole is the last one"));
    router.post("/control/backup/stop", http::bind(this, &BackupModule::give_up),
                http::Operation("Commands", "Give a backup up that is being made"));
    router.post("/control/restore/inventory", http::bind(this, &BackupModule::inventory),
                http::Operation("Commands", "What is in the database"));
    router.post("/control/restore/hold", http::bind(this, &BackupModule::hold),
                http::Operation("Commands", "Hold data that was restored by other means"));
    router.post("/control/restore/release", http::bind(this, &BackupModule::release),
                http::Operation("Commands", "Let a site on restored data act"));
}

Task<http::Reply> BackupModule::backup(http::Request& request) {
    http::BodyReader body(request);
    const auto folder = body.text("folder", {.max_length = 4096});
    const bool is_remembered = body.flag_or("remember", true);
    if (auto error = body.error()) {
        co_return *error;
    }
    std::error_code problem;
    std::filesystem::create_directories(parent_of(folder), problem);
    if (problem) {
        co_return bad_folder(folder, " cannot be created: " + problem.message());
    }
    if (std::filesystem::exists(std::filesystem::symlink_status(folder, problem))) {
        co_return bad_folder(folder, " exists already; name a folder that does not");
    }
    HalfMade half_made(folder + ".partial");
    const BackupOrders::Order order(orders_, folder);
    const auto manifest = co_await copy_to(half_made.path(), order);
    std::filesystem::rename(half_made.path(), folder);
    half_made.keep();
    sync_to_disk(parent_of(folder));
    if (is_remembered) {
        co_await remember(manifest.made_at);
    }
    co_return http::success(
        200, "Backup complete",
        {{"folder", folder}, {"rows", manifest.rows()}, {"bytes", manifest.bytes()}});
}

Task<http::Reply> BackupModule::verified(http::Request& request) {
    http::BodyReader body(request);
    const auto folder = body.text("folder", {.max_length = 4096});
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto manifest = read_manifest(folder);
    if (!manifest) {
        co_return manifest.error();
    }
    co_await remember(manifest->made_at);
    co_return http::success(200, "Noted");
}

Task<http::Reply> BackupModule::give_up(http::Request& request) {
    http::BodyReader body(request);
    const auto folder = body.text("folder", {.max_length = 4096});
    if (auto error = body.error()) {
        co_return *error;
    }
    orders_.give_up(folder);
    co_return http::success(200, "Given up, if it was being made");
}

Task<Manifest> BackupModule::copy_to(std::string folder, const BackupOrders::Order& order) {
    Manifest manifest;
    manifest.program = TRIPOS_VERSION;
    manifest.made_at = parts_.wall.now();  // what is written while it is copied may be missing
    const auto database = folder + "/" + kDatabaseFile;
    // What reads the whole copy keeps nobody else waiting.
    ThreadPool thread({.name = "backup", .threads = 1, .queue_limit = 1, .niceness = 10});
    const bool is_sqlite = parts_.database.engine() == sql::Engine::sqlite;
    if (is_sqlite) {
        co_await parts_.database.backup_to(database);
    } else {
        auto dump = [this, &order, file = folder + "/" + kDumpFile] {
            sql::dump_schema(parts_.database_url.reveal(), file, [this, &order] {
                return is_stopping_ || is_told_to_stop() || order.is_given_up();
            });
        };
        co_await thread.run(std::move(dump));
    }
    copy_secret(parts_.folder.path(), folder, kAccessSecretFile, parts_.secrets.access);
    copy_secret(parts_.folder.path(), folder, kEmailSecretFile, parts_.secrets.email);
    const Hold hold{.data_from = parts_.clock.now()};  // and nothing that is in it is later
    auto complete = [&] {
        if (is_sqlite) {
            sql::change_copy(database,
                             [&hold](sql::Session& session) { restore_hold::put(session, hold); });
        }
        return complete_backup(folder, manifest, parts_.secrets, parts_.random);
    };
    auto manifest_of_all = co_await thread.run(std::move(complete));
    if (order.is_given_up()) {
        throw SystemError("backup", "it was stopped");
    }
    co_return manifest_of_all;
}

Task<http::Reply> BackupModule::inventory(http::Request&) {
    auto look = [](sql::Session& session) {
        session.set_statement_limit(kInventoryLimit);
        json::object scores;
        for (const auto& [id, score] : attempts::attempt_store::sample_scores(session)) {
            scores[id] = score;
        }
        return json::object{{"rows", json::value_from(sql::take_inventory(session).rows)},
                            {"scores", std::move(scores)}};
    };
    auto found = co_await parts_.database.read(std::move(look), sql::Turn::bulk);
    co_return http::success(200, "What is in the database", std::move(found));
}

Task<http::Reply> BackupModule::hold(http::Request&) {
    if (is_serving_) {
        co_return conflict("is_serving",
                           "Stop the server, and every other process of the site: what it does "
                           "already cannot be held");
    }
    const Hold all{.data_from = parts_.clock.now()};
    auto write = [&](sql::Session& session) {
        restore_hold::put(session, all);
        parts_.record(session, audit::command_line(),
                      {.action = "restore.hold", .subject = "site"});
    };
    co_await parts_.database.write(std::move(write));
    co_return http::success(200, "Held");
}

Task<http::Reply> BackupModule::release(http::Request& request) {
    http::BodyReader body(request);
    const auto mails = body.choice("mails", {"send", "cancel", "security-only"});
    const auto attempts = body.choice("attempts", {"finish", "extend"});
    const auto more =
        attempts == "extend" ? body.integer("moreMinutes", 1, kMostMadeUp.count()) : 0;
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto hold = co_await parts_.database.read(restore_hold::find);
    if (!hold) {
        co_return conflict("not_held",
                           "The site is not held: nothing was restored, or it was "
                           "released already");
    }
    // Whatever ends this before its end, the site is still held, and all of it can be done again.
    const auto report = co_await settle_mails(read_choice(mails), *hold);
    if (report.locked > 0) {
        co_return conflict("jobs_locked",
                           "A worker holds jobs of mails that the data does not know, " +
                               std::to_string(report.locked) +
                               ": stop every other process of the site, and give it again");
    }
    std::int64_t extended = 0;
    if (more > 0) {
        extended = co_await parts_.attempts.make_up(
            std::chrono::minutes(more), "restore-" + std::to_string(to_millis(hold->data_from)));
    }
    co_await parts_.cache.clear();  // it may know what the data does not
    auto lift = [&](sql::Session& session) {
        restore_hold::lift(session);
        parts_.record(session, audit::command_line(),
                      {.action = "restore.release",
                       .subject = "site",
                       .after = audit::facts({{"mails", mails},
                                              {"attempts", attempts},
                                              {"minutes", std::to_string(more)},
                                              {"dataFrom", to_iso8601(hold->data_from)}})});
    };
    co_await parts_.database.write(std::move(lift));
    co_return http::success(
        200, "Released",
        {{"extended", extended}, {"cancelled", report.cancelled}, {"dropped", report.dropped}});
}

Task<notices::RestoredMailsReport> BackupModule::settle_mails(RestoredMails choice, Hold hold) {
    notices::RestoredMailsOrder order;
    order.choice = choice;
    order.data_from = hold.data_from;
    order.now = parts_.clock.now();
    const auto report = co_await parts_.pipeline.settle_restored(order);
    if (report.locked == 0 && choice != RestoredMails::send) {
        co_await parts_.newsletters.cancel_restored(hold.data_from);
        co_await parts_.runner.drop_mails(hold.data_from);
    }
    co_return report;
}

}  // namespace tripos::app

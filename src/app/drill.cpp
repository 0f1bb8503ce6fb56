// SPDX-License-Identifier: MIT
#include "app/drill.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <boost/json.hpp>
#include <set>
#include <thread>

#include "app/control_client.hpp"
#include "app/restore.hpp"
#include "app/restore_postgres.hpp"
#include "app/temporary_folder.hpp"
#include "attempts/attempt_store.hpp"
#include "core/exec_texts.hpp"
#include "core/file.hpp"
#include "core/own_program.hpp"
#include "core/text.hpp"
#include "sql/database_address.hpp"
#include "sql/temporary_database.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kStartLimit{60};
constexpr std::chrono::seconds kStopLimit{15};
constexpr std::chrono::milliseconds kPoll{10};

/// What a restore or a server writes by itself, whether or not it may act.
const std::set<std::string>& own_tables() {
    static const std::set<std::string> names = {
        "schema_migrations",     "schema_program", "restore_hold", "site_clock",
        "pending_invalidations", "alert_lease",    "alert_notes"};
    return names;
}

/// Not the settings of the site: no relay, no Redis and no port of its own must hear of a drill.
std::vector<std::string> environment_of(const Config& config) {
    auto variables = variables_without_settings();
    for (const auto& setting :
         {"DATA_DIR=" + config.data_dir, "DATABASE_URL=" + config.database_url.reveal(),
          std::string("HOST=127.0.0.1"), std::string("PORT=0"), std::string("LOG_LEVEL=warn")}) {
        variables.push_back(setting);
    }
    for (const auto& [name, secret] : {std::pair("JWT_ACCESS_SECRET=", &config.jwt_access_secret),
                                       std::pair("JWT_EMAIL_SECRET=", &config.jwt_email_secret)}) {
        if (!secret->empty()) {
            variables.push_back(name + secret->reveal());
        }
    }
    return variables;
}

/// This program as a server on a data folder; it ends with the object, and with this process.
class DrillServer {
  public:
    DrillServer(const Config& config, const std::string& folder)
        : data_dir_(config.data_dir),
          log_(folder + "/log"),
          pid_(start_own_program({.words = {"serve"},
                                  .variables = environment_of(config),
                                  .folder = folder,
                                  .signal_at_our_end = SIGTERM})) {}

    ~DrillServer() {
        ::kill(pid_, SIGTERM);
        const auto until = steady_clock::now() + kStopLimit;
        while (!has_ended() && steady_clock::now() < until) {
            std::this_thread::sleep_for(kPoll);
        }
        if (!has_ended()) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }
    DrillServer(const DrillServer&) = delete;
    DrillServer& operator=(const DrillServer&) = delete;

    /// What it says it has, as soon as it answers.
    json::object inventory() {
        const auto until = steady_clock::now() + kStartLimit;
        for (;;) {
            if (const auto answer = post_to_server(data_dir_ + "/tripos.sock",
                                                   "/control/restore/inventory", "{}")) {
                boost::system::error_code malformed;
                auto value = json::parse(answer->body, malformed);
                if (answer->status != 200 || malformed || !value.is_object()) {
                    throw SystemError("drill", "the server's answer was not understood");
                }
                return std::move(value.as_object());
            }
            if (has_ended() || steady_clock::now() > until) {
                const auto log = read_file(log_);
                throw SystemError("drill", "the server did not start: " + (log ? *log : ""));
            }
            std::this_thread::sleep_for(kPoll);
        }
    }

  private:
    bool has_ended() {
        has_ended_ = has_ended_ || ::waitpid(pid_, nullptr, WNOHANG) == pid_;
        return has_ended_;
    }

    const std::string data_dir_;
    const std::string log_;
    const int pid_;
    bool has_ended_ = false;
};

json::object scores_in(const std::string& database) {
    json::object scores;
    sql::read_copy(database, [&scores](sql::Session& session) {
        for (const auto& [id, score] : attempts::attempt_store::sample_scores(session)) {
            scores[id] = score;
        }
    });
    return scores;
}

/// What of the backup the server has otherwise; nothing: it has all.
std::optional<std::string> missing(const Manifest& manifest, const json::object& told) {
    const auto& rows = told.at("rows").as_object();
    for (const auto& [table, count] : manifest.inventory.rows) {
        const auto* found = rows.if_contains(table);
        if (!own_tables().contains(table) && (found == nullptr || *found != count)) {
            return "the table " + table + " has not the " + std::to_string(count) +
                   " rows of the backup";
        }
    }
    return std::nullopt;
}

Error failed(const std::string& what) {
    return invalid("drill_failed", "The restored server is not as the backup: " + what);
}

}  // namespace

Result<DrillReport> hold_drill(const std::string& folder, bool takes_other_secrets,
                               const Config& config) {
    const auto begin = steady_clock::now();
    const TemporaryFolder temporary("tripos-drill");
    const auto& site = config.database_url.reveal();
    const bool is_sqlite = !sql::database_files(site).empty();
    std::optional<sql::TemporaryDatabase> database;
    if (!is_sqlite) {
        database.emplace(site, "tripos_drill_" + to_lower(time_stamp(SystemClock().now())));
    }
    auto copy = config;
    copy.data_dir = temporary.path() + "/data";
    copy.database_url = Secret(is_sqlite ? copy.own_database_url() : database->url());
    copy.redis_url = {};
    copy.cache_redis_url = {};
    copy.queue_redis_url = {};
    const PostgresRestoreParams params{.folder = folder,
                                       .takes_other_secrets = takes_other_secrets};
    const auto restored = is_sqlite ? restore_site(folder, takes_other_secrets, copy)
                                    : restore_postgres_site(params, copy);
    if (!restored) {
        return restored.error();
    }
    DrillServer server(copy, temporary.path());
    const auto told = server.inventory();
    DrillReport report{.manifest = restored->manifest};
    report.took = steady_clock::now() - begin;
    report.age = SystemClock().now() - restored->manifest.made_at;
    if (const auto what = missing(report.manifest, told)) {
        return failed(*what);
    }
    if (is_sqlite) {
        const auto scores = scores_in(folder + "/" + kDatabaseFile);
        report.scores = scores.size();
        if (told.at("scores") != scores) {
            return failed("scores of attempts are others");
        }
    }
    return report;
}

}  // namespace tripos::app

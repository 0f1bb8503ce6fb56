// SPDX-License-Identifier: MIT
#include "app/drill.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <set>
#include <thread>

#include "app/control_client.hpp"
#include "app/restore.hpp"
#include "app/temporary_folder.hpp"
#include "attempts/attempt_store.hpp"
#include "core/file.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kStartLimit{60};
constexpr std::chrono::seconds kStopLimit{15};
constexpr std::chrono::milliseconds kPoll{10};

/// What a server writes by itself, whether or not it may act.
const std::set<std::string>& own_tables() {
    static const std::set<std::string> names = {
        "schema_migrations",     "schema_program", "site_clock",
        "pending_invalidations", "alert_lease",    "alert_notes"};
    return names;
}

/// Not the settings of the site: no relay, no Redis and no port of its own must hear of a drill.
std::vector<std::string> environment_of(const Config& config, const std::string& data_dir) {
    std::vector<std::string> variables{"DATA_DIR=" + data_dir, "HOST=127.0.0.1", "PORT=0",
                                       "LOG_LEVEL=warn"};
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto name = text.substr(0, text.find('='));
        if (name == "PATH" || name == "HOME" || name == "TZ" || name.ends_with("SAN_OPTIONS")) {
            variables.emplace_back(text);
        }
    }
    for (const auto& [name, secret] : {std::pair("JWT_ACCESS_SECRET=", &config.jwt_access_secret),
                                       std::pair("JWT_EMAIL_SECRET=", &config.jwt_email_secret)}) {
        if (!secret->empty()) {
            variables.push_back(name + secret->reveal());
        }
    }
    return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) {
        result.push_back(text.data());
    }
    result.push_back(nullptr);
    return result;
}

/// This program as a server on a data folder; it ends with the object, and with this process.
class DrillServer {
  public:
    DrillServer(const Config& config, const std::string& folder, std::string data_dir)
        : data_dir_(std::move(data_dir)), log_(folder + "/log") {
        std::vector<std::string> words{"tripos", "serve"};
        auto variables = environment_of(config, data_dir_);
        const auto arguments = pointers_to(words);
        const auto kept = pointers_to(variables);
        const auto parent = ::getpid();
        pid_ = ::fork();
        if (pid_ == 0) {  // only what is safe between fork and exec in a process with threads
            ::prctl(PR_SET_PDEATHSIG, SIGTERM);
            const int file = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
            if (::getppid() == parent && ::chdir(folder.c_str()) == 0 && file >= 0 &&
                ::dup2(file, STDOUT_FILENO) >= 0 && ::dup2(file, STDERR_FILENO) >= 0) {
                ::setpgid(0, 0);
                ::execve("/proc/self/exe", arguments.data(), kept.data());
            }
            ::_exit(127);
        }
        if (pid_ < 0) {
            throw SystemError("drill", "its server cannot be started");
        }
    }

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
    int pid_ = -1;
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
std::optional<std::string> missing(const Manifest& manifest, const json::object& scores,
                                   const json::object& told) {
    const auto& rows = told.at("rows").as_object();
    for (const auto& [table, count] : manifest.inventory.rows) {
        const auto* found = rows.if_contains(table);
        if (!own_tables().contains(table) && (found == nullptr || *found != count)) {
            return "the table " + table + " has not the " + std::to_string(count) +
                   " rows of the backup";
        }
    }
    return told.at("scores") == scores
               ? std::nullopt
               : std::optional<std::string>("scores of attempts are others");
}

}  // namespace

Result<DrillReport> hold_drill(const std::string& folder, bool takes_other_secrets,
                               const Config& config) {
    const auto begin = steady_clock::now();
    const TemporaryFolder temporary("tripos-drill");
    auto copy = config;
    copy.data_dir = temporary.path() + "/data";
    copy.database_url = Secret(copy.own_database_url());
    copy.redis_url = {};
    copy.cache_redis_url = {};
    copy.queue_redis_url = {};
    const auto restored = restore_site(folder, takes_other_secrets, copy);
    if (!restored) {
        return restored.error();
    }
    DrillServer server(copy, temporary.path(), copy.data_dir);
    const auto told = server.inventory();
    DrillReport report{.manifest = restored->manifest};
    report.took = steady_clock::now() - begin;
    report.age = SystemClock().now() - restored->manifest.made_at;
    const auto scores = scores_in(folder + "/" + kDatabaseFile);
    report.scores = scores.size();
    if (const auto what = missing(report.manifest, scores, told)) {
        return invalid("drill_failed", "The restored server is not as the backup: " + *what);
    }
    return report;
}

}  // namespace tripos::app

// SPDX-License-Identifier: MIT
// The rows. Thresholds are those of exams: what is too slow for two hours is not what is too slow
// for a month.

#include "alerts/rule.hpp"

namespace tripos::alerts {

namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

/// One save in 2,000 may fail. The budget of a month; a burn of 1 uses it up in one.
constexpr double kSaveBudget = 0.0005;
constexpr double kMegabyte = 1U << 20;

Expr running() {
    return above(largest(newest({"tripos_exams_running_attempts"})), 0);
}

Series saves(Labels with = {}) {
    return {.name = "tripos_http_requests_total",
            .with = std::move(with),
            .among = {
                {"route", {"/api/exam-attempt/:examId/save", "/api/exam-attempt/:examId/saves"}}}};
}

/// What candidates wait for while they write.
Series exam_requests(const char* name) {
    return {.name = name, .among = {{"class", {"papers", "saves"}}}};
}

/// The share of saves that failed.
Expr failing_saves(seconds window) {
    return divide(sum(increase(saves({{"status", "5xx"}}), window)),
                  sum(increase(saves(), window)));
}

Expr burning(double burn, seconds longer, seconds shorter) {
    const auto limit = burn * kSaveBudget;
    return both(above(failing_saves(longer), limit), above(failing_saves(shorter), limit));
}

Expr jobs(std::vector<std::string> results, seconds window) {
    return sum(
        increase({.name = "tripos_queue_jobs_total", .among = {{"result", std::move(results)}}},
                 window),
        {"queue"});
}

/// Of one queue: of more than 20 jobs, more than 1 % failed.
Expr failing_jobs() {
    const auto ended = jobs({"completed", "failed"}, 15min);
    return both(above(divide(jobs({"failed"}, 15min), ended), 0.01), above(ended, 20));
}

/// Of a Redis server's limit, where it has one.
Expr share_used(Series used, const char* limit) {
    auto series = used;
    series.name = limit;
    return divide(largest(newest(std::move(used)), {"use"}),
                  above(largest(newest(std::move(series)), {"use"}), 0));
}

/// One that must keep what it has.
Series keeping(const char* name) {
    return {.name = name, .without = {{"use", "cache"}}};
}

Expr cold_cache() {
    const auto name = "tripos_cache_lookups_total";
    const auto all = sum(increase({name}, 1h));
    return both(above(divide(sum(increase({name, {{"result", "miss"}}}, 1h)), all), 0.4),
                above(all, 1'000));
}

/// Of more than 1,000 writes, more than 1 % kept the lane too long.
Expr long_writes() {
    const auto all = sum(increase({"tripos_sql_writes_total"}, 15min));
    return both(above(divide(sum(increase({"tripos_sql_long_writes_total"}, 15min)), all), 0.01),
                above(all, 1'000));
}

/// It answers nobody, or no write: one that was taken in time has an answer long before.
Expr silent_database() {
    return either(equal(largest(newest({"tripos_sql_up"})), 0),
                  above(largest(newest({"tripos_sql_oldest_write_seconds"})), 20));
}

/// Of more than 20 commits.
Expr slow_commits() {
    return both(above(quantile(0.99, {"tripos_sql_commit_seconds"}, 5min), 0.25),
                above(sum(increase({"tripos_sql_commit_seconds_count"}, 5min)), 20));
}

/// Twice what all processes plan: other programs may have some too.
Expr unplanned_clients() {
    return above(divide(largest(newest({"tripos_redis_clients"}), {"use"}),
                        above(sum(newest({"tripos_redis_clients_planned"}), {"use"}), 0)),
                 2);
}

/// The site's own, if it has one.
Expr ending_certificate() {
    const Series ends{"tripos_certificate_expiry_timestamp_seconds"};
    return both(above(age(ends), -14 * 24 * 3600.0), above(newest(ends), 0));
}

/// Of no more than four mails nothing is said.
Expr slow_codes() {
    const Labels codes{{"class", "security"}};
    const auto sent = sum(increase({"tripos_mail_delivery_seconds_count", codes}, 10min));
    return both(above(quantile(0.95, {"tripos_mail_delivery_seconds", codes}, 10min), 5),
                above(sent, 4.5));  // growth is an estimate
}

/// Whichever process does the jobs: Redis knows when one ended. A paused queue has a rule of its
/// own.
Expr stuck_queue() {
    const auto of_each = [](const char* name) { return largest(newest({name}), {"queue"}); };
    return both(both(above(of_each("tripos_queue_oldest_seconds"), 60),
                     above(of_each("tripos_queue_idle_seconds"), 300)),
                equal(of_each("tripos_queue_paused"), 0));
}

/// What a site that is held after a restore leaves undone on purpose; RestoreHeld tells of that.
Expr unless_held(Expr when) {
    return during(std::move(when), equal(largest(newest({"tripos_restore_held_count"})), 0));
}

}  // namespace

const std::vector<Rule>& rules() {
    static const std::vector<Rule> all = {
        {.name = "ServerDown",
         .severity = Severity::page,
         .hold = 1min,
         .when = either(equal(newest({"up", {{"job", "tripos"}}}), 0),
                        absent({"up", {{"job", "tripos"}}})),
         .summary = "A server does not answer Prometheus",
         .means = "Nobody can log in, and what candidates write stays in their browsers, which "
                  "send it again when the server is back. The job must be named tripos",
         .cure = "Look at its log and start it; `/healthz` says whether the process is there",
         .watcher = Watcher::prometheus},
        {.name = "RestartLoop",
         .severity = Severity::page,
         .hold = 0s,
         .when = above(changes({"tripos_process_start_time_seconds"}, 15min), 3),
         .summary = "A server has begun more than three times within 15 minutes",
         .means = "Something ends it again and again; each time requests fail for a moment",
         .cure = "The last lines of its log before each end say why; exit code 78 is a setting",
         .watcher = Watcher::prometheus},
        {.name = "SavesFailingInExam",
         .severity = Severity::page,
         .hold = 1min,
         .when =
             during(both(both(above(failing_saves(5min), 0.01), above(failing_saves(1min), 0.01)),
                         above(sum(increase(saves(), 5min)), 20)),
                    running()),
         .summary = "More than 1 % of saves fail while an exam runs",
         .means = "Browsers keep what was not saved and try again: nothing is lost yet",
         .cure = "`tripos doctor` names what is wrong; most often the database or its disk"},
        {.name = "SavesBurnFast",
         .severity = Severity::page,
         .hold = 2min,
         .when = burning(14.4, 1h, 5min),
         .summary = "Saves fail so often that a month's allowance is gone in two days",
         .means = "One save in 2,000 may fail; in the last hour it was one in 140 or more",
         .cure = "`tripos doctor`; then the log's lines of level error"},
        {.name = "SavesBurn",
         .severity = Severity::page,
         .hold = 15min,
         .when = burning(6, 6h, 30min),
         .summary = "Saves fail so often that a month's allowance is gone in five days",
         .means = "In the last six hours one save in 330 or more failed, and it goes on",
         .cure = "`tripos doctor`; then the log's lines of level error"},
        {.name = "SavesBurnSlow",
         .severity = Severity::ticket,
         .hold = 1h,
         .when = burning(1, 72h, 6h),
         .summary = "Saves fail more often than one in 2,000",
         .means = "For three days the site was less reliable than it should be",
         .cure = "Look in the log for what the failures have in common before the next exam"},
        {.name = "SavesSlow",
         .severity = Severity::page,
         .hold = 5min,
         .when =
             both(above(quantile(0.99, exam_requests("tripos_http_request_seconds"), 5min), 1),
                  above(sum(rate(exam_requests("tripos_http_request_seconds_count"), 5min)), 1)),
         .summary = "One in a hundred saves or papers takes longer than a second",
         .means = "Candidates may lose time; what they write is kept and sent again",
         .cure = "Look at the processor's load and `tripos doctor --only database`"},
        {.name = "DeadlinesLate",
         .severity = Severity::page,
         .hold = 30s,
         .when = unless_held(above(largest(newest({"tripos_exams_overdue_seconds"})), 5)),
         .summary = "Attempts are open although their time and its grace are over",
         .means = "Candidates wait for their hand-in. What they may write is decided by the "
                  "deadline all the same",
         .cure = "The database is too slow or away: `tripos doctor --only database`"},
        {.name = "DatabaseDown",
         .severity = Severity::page,
         .hold = 1min,
         .when = silent_database(),
         .summary = "The database does not answer",
         .means = "Whatever writes is refused with 503; browsers keep answers and try again",
         .cure = "Start it, or mend the way to it: `tripos doctor --only database`"},
        {.name = "DatabaseSlow",
         .severity = Severity::page,
         .hold = 5min,
         .when = slow_commits(),
         .summary = "One in a hundred commits takes longer than a quarter of a second",
         .means = "Whoever saves waits for it, and everybody behind them",
         .cure = "A slow or busy disk: `tripos doctor --only host`; with PostgreSQL also its "
                 "standby, and the way to it"},
        {.name = "LongWrites",
         .severity = Severity::ticket,
         .hold = 15min,
         .when = long_writes(),
         .summary = "More than 1 % of writes keep the only lane longer than 20 ms",
         .means = "All other writes wait behind them: saves become slow",
         .cure = "A slow disk (`tripos doctor --only host`), which SQLite's log is moved on as "
                 "well, or "
                 "a reader that PostgreSQL waits for"},
        {.name = "WalLarge",
         .severity = Severity::ticket,
         .hold = 5min,
         .when = above(largest(newest({"tripos_sql_log_bytes"})), 256 * kMegabyte),
         .summary = "SQLite's write-ahead log is larger than 256 MB",
         .means = "Reads become slower, and the disk fills",
         .cure =
             "Something reads for very long, such as a copy of the file by another program: "
             "end it, and the log shrinks by itself. Otherwise the disk moves less than is "
             "written, or refuses it: `tripos doctor --only host`, and the log names the error"},
        {.name = "RedisDown",
         .severity = Severity::page,
         .hold = 2min,
         .when = equal(largest(newest({"tripos_redis_up"}), {"use"}), 0),
         .summary = "A Redis server does not answer",
         .means = "Mails wait; pages come from the database, slower. Nothing is lost",
         .cure = "`tripos doctor --only redis` names the first step that fails"},
        {.name = "RedisUnsuited",
         .severity = Severity::ticket,
         .hold = 5min,
         .when = above(largest(newest({"tripos_redis_dangers_count"}), {"use"}), 0),
         .summary = "A Redis server is set up so that it may lose jobs or refuse them",
         .means = "Mails can be late by minutes after its next restart or when it is full",
         .cure = "`tripos doctor --only redis` names the setting"},
        {.name = "RedisClients",
         .severity = Severity::ticket,
         .hold = 5min,
         .when = above(share_used({"tripos_redis_clients"}, "tripos_redis_client_limit"), 0.8),
         .summary = "A Redis server has more than 80 % of the clients that it takes",
         .means = "The next program that connects may be refused",
         .cure = "A larger plan, a higher maxclients, or fewer processes"},
        {.name = "RedisClientsUnplanned",
         .severity = Severity::ticket,
         .hold = 15min,
         .when = unplanned_clients(),
         .summary = "A Redis server has more than twice the clients that the site's processes open",
         .means = "Something else uses it, or connections are not given back; when it takes no "
                  "more, mails wait",
         .cure = "`redis-cli client list` says who they are. Only Prometheus knows how many "
                 "processes there are: let it ask each",
         .watcher = Watcher::prometheus},
        {.name = "RedisMemory",
         .severity = Severity::ticket,
         .hold = 5min,
         .when = above(share_used(keeping("tripos_redis_memory_used_bytes"),
                                  "tripos_redis_memory_limit_bytes"),
                       0.8),
         .summary = "The Redis server of the queue is filled to more than 80 %",
         .means = "When it is full the queue takes no jobs: mails wait in the database",
         .cure = "A higher maxmemory; `tripos queue list` shows which queue is long"},
        {.name = "RedisEvicting",
         .severity = Severity::page,
         .hold = 0s,
         .when = above(sum(increase(keeping("tripos_redis_evicted_keys_total"), 5min), {"use"}), 0),
         .summary = "The Redis server of the queue throws keys away",
         .means = "Jobs vanish. The mails among them are found again in the database, others are "
                  "not",
         .cure = "Set maxmemory-policy noeviction, and a larger maxmemory"},
        {.name = "QueueStuck",
         .severity = Severity::page,
         .hold = 2min,
         .when = unless_held(stuck_queue()),
         .summary = "Jobs wait, and none has ended for five minutes",
         .means = "Mails do not go out",
         .cure = "`tripos doctor --only queue` says whether it has no workers, or holds jobs whose "
                 "worker died"},
        {.name = "QueuePaused",
         .severity = Severity::ticket,
         .hold = 15min,
         .when = equal(largest(newest({"tripos_queue_paused"}), {"queue"}), 1),
         .summary = "A queue is paused",
         .means = "Its jobs wait until somebody resumes it",
         .cure = "`tripos queue resume NAME`, unless it is on purpose"},
        {.name = "NoWorkers",
         .severity = Severity::page,
         .hold = 2min,
         .when = unless_held(equal(largest(newest({"tripos_queue_workers"}), {"queue"}), 0)),
         .summary = "A queue has no worker",
         .means = "Its jobs wait",
         .cure = "Restart the server; with workers of your own, start those"},
        {.name = "JobFailures",
         .severity = Severity::ticket,
         .hold = 10min,
         .when = failing_jobs(),
         .summary = "More than 1 % of a queue's jobs failed within 15 minutes",
         .means = "Some people did not get their mail",
         .cure = "`tripos queue jobs NAME --state failed` has each with its reason; when that is "
                 "mended, `tripos queue retry NAME --all`"},
        {.name = "CodesSlow",
         .severity = Severity::page,
         .hold = 5min,
         .when = slow_codes(),
         .summary = "Mails with codes and links take longer than 5 s",
         .means = "People who log in or sign up wait for them and give up",
         .cure = "`tripos mail stats`; the relay is slow, or EMAIL_CONCURRENCY is too low"},
        {.name = "OutboxOld",
         .severity = Severity::page,
         .hold = 2min,
         .when = unless_held(above(largest(newest({"tripos_mail_outbox_oldest_seconds"})), 60)),
         .summary = "The queue has not taken a mail for more than a minute",
         .means = "No mail goes out; they are safe in the database",
         .cure = "`tripos doctor --only redis`, then `--only queue`"},
        {.name = "CodesStuck",
         .severity = Severity::page,
         .hold = 1min,
         .when = unless_held(above(largest(newest({"tripos_mail_queued_seconds"})), 60)),
         .summary = "A mail with a code or a link has been on its way for more than a minute",
         .means = "Nobody can sign up or reset a password. The mails go out when the way is free",
         .cure = "`tripos doctor --only mail` asks the relay; then `--only queue`"},
        {.name = "RelayRefuses",
         .severity = Severity::page,
         .hold = 1min,
         .when = above(
             sum(increase({"tripos_mail_deliveries_total", {{"outcome", "fail_configuration"}}},
                          5min)),
             0),
         .summary = "The relay refuses our log-in or our sender",
         .means = "No mail goes out until the settings are right",
         .cure = "`tripos doctor --only mail` and `tripos mail test ADDRESS` show what it says"},
        {.name = "CacheCold",
         .severity = Severity::ticket,
         .hold = 30min,
         .when = cold_cache(),
         .summary = "Fewer than 60 % of the cache's look-ups find something",
         .means = "The database does work that the cache should spare it",
         .cure = "`tripos cache stats` says of each family which lifetime to change"},
        {.name = "CacheUncoherent",
         .severity = Severity::ticket,
         .hold = 10min,
         .when = equal(largest(newest({"tripos_cache_tracking"})), 0),
         .summary = "No process may keep cached values in its own memory",
         .means = "Every look-up asks Redis: slower, and right",
         .cure = "`tripos doctor --only cache`; most often the Redis user lacks a right"},
        {.name = "DiskFull",
         .severity = Severity::ticket,
         .hold = 5min,
         .when = below(newest({"tripos_disk_free_ratio"}), 0.1),
         .summary = "The disk of DATA_DIR is filled to more than 90 %",
         .means = "When it is full nothing can be saved",
         .cure = "Make room or enlarge it; `tripos doctor --only host` has the figures"},
        {.name = "DiskFills",
         .severity = Severity::page,
         .hold = 15min,
         .when = below(predicted({"tripos_disk_free_ratio"}, 1h, 4h), 0),
         .summary = "The disk of DATA_DIR will be full within four hours, if it goes on like this",
         .means = "When it is full nothing can be saved",
         .cure = "Find what grows, and make room before it is full"},
        {.name = "BackupOld",
         .severity = Severity::ticket,
         .hold = 15min,
         .when = above(age({"tripos_backup_success_timestamp_seconds"}), 26 * 3600.0),
         .summary = "The last `tripos backup` is older than 26 hours",
         .means = "What was written since would be lost with the disk",
         .cure = "See why the nightly backup did not run, and run it: "
                 "docs/setup.md#backup-and-restore"},
        {.name = "RestoreHeld",
         .severity = Severity::ticket,
         .hold = 15min,
         .when = equal(largest(newest({"tripos_restore_held_count"})), 1),
         .summary = "The site is on restored data and held",
         .means = "No mail leaves and no attempt ends, until somebody decides what becomes of them",
         .cure = "`tripos restore release`: docs/operations.md#after-a-restore"},
        {.name = "CertificateEnds",
         .severity = Severity::ticket,
         .hold = 15min,
         .when = ending_certificate(),
         .summary = "The certificate of PUBLIC_URL ends within 14 days",
         .means = "When it has ended browsers refuse the site, and nobody can sit an exam",
         .cure = "Renew it, and see why that does not happen by itself; `tripos doctor --only "
                 "site` says when it ends"},
        {.name = "ClockOff",
         .severity = Severity::ticket,
         .hold = 15min,
         .when = either(above(newest({"tripos_clock_offset_seconds"}), 1),
                        below(newest({"tripos_clock_offset_seconds"}), -1)),
         .summary = "This machine's clock and that of Redis or the database are more than a second "
                    "apart",
         .means = "What the log, mails and other machines say of when differs; jobs that wait for "
                  "a time begin early or late",
         .cure = "Let every machine follow a time server: `timedatectl set-ntp true`"},
        {.name = "ClockJumped",
         .severity = Severity::ticket,
         .hold = 15min,
         .when = either(above(newest({"tripos_clock_held_back_seconds"}), 1),
                        below(newest({"tripos_clock_held_back_seconds"}), -1)),
         .summary = "The machine's clock jumped, and exams go on by the time before",
         .means = "What exams and mails show differs from other clocks",
         .cure = "`tripos clock accept` when the new time is right; otherwise set the clock back"},
    };
    return all;
}

}  // namespace tripos::alerts

# SPDX-License-Identifier: MIT
"""What Tripos promises, each with the command that shows it: the table of docs/success.md (tools/success.py)."""

import re
from dataclasses import dataclass

PASSED = r"^(\d+ passed), 0 failed$"


@dataclass(frozen=True)
class Row:
    """`./dev` runs in the tree, everything else beside a demo site on which a whole exam was held."""
    promise: str
    command: str
    shows: str  # a regular expression for its output: what its groups capture is the figure
    takes_minutes: bool = False


def test(promise, suite, name, takes_minutes=False):
    return Row(promise, f"./dev test --only {suite} {name}", PASSED, takes_minutes)


def day(promise, row, measured, options="--quick"):
    """`row`: of the table that the load test prints."""
    return Row(promise, f"tripos loadtest {options}", rf"^  {re.escape(row)} +(?:[<>]=? [\d.]+ \w+|[<>] [\d.]+ %|-) +{measured}", takes_minutes=True)


AREAS = {
    "Set-up": [
        test("It starts without a setting and without a server: Redis, the queue of mails, the database, port 8000, said in this order", "system",
             "test_says_its_four_lines_in_order"),
        test("With data that is there it starts in less than a second", "system", "test_a_second_start_with_existing_data_takes_less_than_a_second"),
        Row("Redis is reached and suits its use", "tripos doctor --only redis", r"^redis: (ok.*)$"),
        Row("Mails have a queue, and workers", "tripos doctor --only queue", r"^queue: (ok.*)$"),
        Row("The `.env` of a backend on Node is understood", "PGHOST=db.example PGDATABASE=exams tripos config | grep DATABASE_URL",
            r"^DATABASE_URL +(\S+)"),
        test("Wrong settings are all named at once", "system", "test_all_malformed_settings_are_named_at_once"),
        test("A Redis by TLS, as a user without dangerous rights; one that cannot be trusted gets no password", "system", "test_redis_tls.Trust"),
        test("A stop cuts off no request", "system", "test_under_load_no_request_in_flight_is_cut"),
        test("What the pages tell to type does what they say", "system", "test_pages.Pages"),
    ],
    "Local testing": [
        test("Who signs up gets a mail, through queue and relay, whose link works", "system", "test_a_mail_arrives_whole_and_its_link_verifies"),
        Row("The queue can be looked into: waiting, failed, completed", "tripos queue stats email",
            r"^waiting +(\d+)$[^$]*^failed +(\d+)$\n^completed +(\d+)$"),
        Row("Redis holds it as BullMQ does", "redis-cli -s data/redis/redis.sock zcard bull:email:completed", r"^(\d+)$"),
        test("A mail that is refused for now is tried again after about 2 and 4 seconds", "system",
             "test_a_451_is_tried_again_after_about_2_and_4_seconds_then_failed_where_that_is_the_rule"),
        test("A relay that is down fails no mail and costs no attempt", "system", "test_a_relay_that_is_down_fails_nothing_and_consumes_no_attempt"),
        test("A Redis that is down loses no mail", "system", "test_starts_degraded_accepts_a_sign_up_and_mails_when_redis_is_back"),
    ],
    "Caching": [
        test("Details, list, paper, profile and result are read once from the database, then from the cache", "system",
             "test_what_is_read_again_asks_no_database"),
        test("The next read after a change is fresh, on whichever server", "system", "test_no_read_on_either_is_older_than_the_last_write_on_any"),
        test("So it is when a load is under way, when announcements are lost, when a version was evicted", "integration", "Guarantees"),
        test("Without Redis the site works from the database", "system", "test_an_exam_goes_on_while_redis_is_away"),
        day("More than 60 % of look-ups hit", "cache hits", r"(\S+ %)"),
    ],
    "E-mail": [
        test("A mail is accepted with what caused it, or not at all", "integration", "MailPipelineTest"),
        test("A change of address: its code and its notice come by the same queue", "system",
             "test_an_address_is_changed_and_changed_back"),
        test("Administrators write to many, and each gets it once", "system", "test_admin_notifications_reach_each_recipient_once"),
        test("The most urgent goes first, past thousands", "system", "test_a_verification_mail_overtakes_thousands_of_less_urgent_ones"),
        test("A code goes out within 2 seconds while a newsletter runs", "system",
             "test_a_code_goes_out_within_2_seconds_amid_newsletters_and_a_throttled_connection"),
        test("A server that is killed amid mails loses none", "system",
             "test_none_is_missing_and_second_copies_are_at_most_one_per_connection_and_kill"),
        Row("Time to delivery of codes and links: half of them, 95 %, 99 %, in seconds; how many were delivered", "tripos mail stats",
            r'^security +(\S+) +(\S+) +(\S+) +\{"delivered":(\d+)'),
    ],
    "Optimisation": [
        Row("Each family of the cache has its lifetime; of papers: that, look-ups, hits in %", "tripos cache stats",
            r"^exam_questions +(\d+ s) +(\d+) +([\d.]+) "),
        Row("Redis: bytes, their limit, policy, evictions", "tripos engines", r"^\S+ +yes +(\d+) +(\d+) +(\w+) +(\d+)"),
        Row("How many mails go at once is changed while it runs", "tripos queue concurrency email 8", r"^(.*8.*)$"),
        test("Such a change outlives a restart, and a Redis that lost everything", "system",
             "test_outlives_a_restart_and_a_redis_that_lost_everything"),
        Row("100 candidates at once", "tripos loadtest --quick", r"^verdict: (\w+)", takes_minutes=True),
        Row("2,000 candidates at once, on two cores", "tripos loadtest --candidates 2000", r"^verdict: (\w+)", takes_minutes=True),
    ],
    "Production": [
        test("Two servers and a worker restarted in turn behind nginx: no request fails", "system", "test_nginx_rolling_restart_fails_no_request"),
        test("nginx, Caddy and HAProxy: no POST is sent twice, the figures are closed", "system", "test_proxy_retries"),
        test("Behind nginx and Caddy: the client's address, cookies, bodies that are too large", "system", "test_a_day_by_cookie"),
        test("A PostgreSQL by TLS, verified", "system", "test_postgres_tls"),
        test("A relay by TLS, verified, with a log-in", "system", "test_mail_tls"),
        test("A server without its database leaves the rotation, one without Redis stays and says what it lacks", "system",
             "test_who_is_cut_off_from_the_database_leaves_the_rotation_and_from_redis_stays"),
        test("One process restarted 100 times at 500 requests a second refuses nobody", "system",
             "test_100_restarts_at_500_requests_a_second_refuse_nobody_AtLength"),
        test("systemd understands the units, and finds no more exposed than 1.5 of 10", "system", "test_service_manager.Units"),
        test("A server that hangs is ended: the watchdog starves", "system", "test_the_watchdog_is_fed_until_the_writer_lane_hangs"),
        test("The Debian package installs, upgrades and goes in a clean system", "system", "test_package", takes_minutes=True),
        test("The image runs read-only, as its own user, and says whether it is well", "system", "test_image", takes_minutes=True),
        test("A copy made under load becomes the same site elsewhere, on SQLite and PostgreSQL", "system", "test_backup"),
        test("The database of an older release is migrated, and its running exam goes on", "system", "test_upgrade"),
        test("A damaged copy is refused; a copy that is restored sends nothing and ends nothing before somebody has decided", "system", "test_restore"),
        test("Under Sentinels the next master is used within seconds, and nothing it holds of the cache is believed", "system", "test_redis_sentinel"),
        test("On a Cluster slots move under load, and every mail goes out once", "system", "test_redis_cluster"),
        test("What managed services do differently is played, and lived on", "system", "test_providers.EveryProfile"),
        Row("A copy of the live site is one command", "tripos backup ./copy", r"^(Backup complete)"),
        Row("Prometheus takes the rules of alerts", "tripos alerts rules >rules.yml; promtool check rules rules.yml", r"(\d+ rules) found"),
        test("An alert reaches mailbox and webhook past queue and database", "system", "test_alerts.Messages"),
        test("Prometheus and Alertmanager, as the compose file has them, wake somebody when a worker dies", "system", "test_monitoring"),
        test("Each panel of the boards has figures, from a real Prometheus", "system", "test_each_panel_has_figures_and_each_rule_is_understood"),
    ],
    "Monitoring": [
        Row("Redis: keys, connections", "tripos engines", r"^\S+ +yes +\d+ +\d+ +\w+ +\d+ +(\d+) +(\d+)"),
        Row("The database: reads, writes", "tripos engines", r"^SQLite +(\d+) +(\d+)"),
        Row("Response time of saves: how many, and half, 95 %, 99 % of them in milliseconds", "tripos engines",
            r"^saves +(\d+) +(\S+) +(\S+) +(\S+)"),
        Row("Every queue: active, waiting, prioritised, delayed, failed, completed", "tripos queue list",
            r"^email +no +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)"),
        Row("Figures for Prometheus", "curl -s localhost:8000/metrics | grep -c '^# TYPE tripos_'", r"^(\d+)$"),
        Row("What wakes somebody, and what does now", "tripos alerts list", r"^(.+)\.$"),
        test("The list of figures is that of the program", "system", "test_the_figures_are_those_of_the_list"),
    ],
    "Troubleshooting": [
        Row("A healthy site is accused of nothing", "tripos doctor",
            r"^(redis: ok)\n(queue: ok)\n(cache: ok)\n(database: ok)\n(mail: ok)[^$]*^(site: ok)$"),
        test("Redis cannot be reached: which step fails", "system", "test_doctor.RedisWillNotConnect"),
        test("Mails are not queued", "system", "test_doctor.MailsNotQueued"),
        test("The cache does not work: the right that is missing is printed, and cures", "system",
             "test_the_right_that_is_missing_is_printed_and_cures"),
        test("The queue is stuck: paused, no workers, a worker that hangs, a wrong prefix", "system", "test_doctor.QueueStuck"),
        test("Memory runs out, or the policy evicts", "system", "test_a_policy_that_evicts_and_memory_that_runs_out"),
    ],
    "Figures": [
        day("What is cached is answered within 100 ms, p99", "cached: list, paper, results", r"p99 (\S+ \w+)"),
        day("An answer is saved within 250 ms, p99", "save of an answer", r"p99 (\S+ \w+)"),
        day("Less than one request in 2,000 fails", "requests answered as they should", r"(\d+ of \d+)"),
        day("A mail is queued within a second", "mails queued within 1 s of their cause", r"(\S+ %)"),
        day("A code is processed within 5 seconds, p99", "a code, asked for to accepted", r"p99 (\S+ \w+)"),
        day("More than 99 % of mails are delivered", "mails delivered", r"(\S+ %)"),
        day("Less than 1 % of jobs fail", "jobs failed", r"(\S+ %)"),
        day("The cache spares the database: statements per request", "statements per request", r"(\S+)"),
        day("The same without a cache", "statements per request", r"(\S+)", "--quick --set CACHE_REDIS_URL=redis://127.0.0.1:1"),
        Row("A paper beside Express with Sequelize: times its requests a second", "./dev bench http --peers",
            r"^read on .*SQLite / Express 5 \+ Sequelize \+ node-redis +100 +([\d.]+)", takes_minutes=True),
        Row("Jobs a second of one worker, times what BullMQ does on Node", "./dev bench queue", r"^process, jobs/s +([\d,]+) +[\d,]+ +([\d.]+)",
            takes_minutes=True),
        Row("Mails a second from the queue to the relay, times what Nodemailer does", "./dev bench mail",
            r"^mails/s, queue to relay +([\d,]+) +[\d,]+ +([\d.]+)", takes_minutes=True),
    ],
}

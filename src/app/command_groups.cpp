// SPDX-License-Identifier: MIT
#include "app/command_groups.hpp"

#include <CLI/CLI.hpp>

#include "accounts/role.hpp"
#include "app/backup_retention.hpp"
#include "core/text.hpp"
#include "doctor/check.hpp"
#include "doctor/dns.hpp"
#include "mail/address.hpp"

namespace tripos::app {

namespace {

constexpr const char* kJobStates =
    "active, waiting, prioritized, delayed, failed, completed or waiting-children";

constexpr std::int64_t kMostConcurrency = 1'000'000;

/// What is wrong with it; empty: nothing.
std::string jobs_at_once(const std::string& text) {
    const auto jobs = parse_int(text);
    const bool fits = text == kDefaultWord || (jobs && *jobs >= 1 && *jobs <= kMostConcurrency);
    return fits ? "" : "a number from 1 to " + std::to_string(kMostConcurrency) + ", or `default`";
}

/// A command with commands of its own, each of which remembers itself as the action.
class Group {
  public:
    Group(CLI::App& program, const char* name, const char* about, std::string& action)
        : group_(*program.add_subcommand(name, about)->require_subcommand(1)), action_(action) {}

    CLI::App* add(const char* name, const char* about) {
        auto* command = group_.add_subcommand(name, about);
        command->callback([&action = action_, name] { action = name; });
        return command;
    }

    /// With an argument that must be given.
    CLI::App* add(const char* name, const char* about, const char* argument, std::string& value,
                  const char* about_it) {
        auto* command = add(name, about);
        command->add_option(argument, value, about_it)->required();
        return command;
    }

  private:
    CLI::App& group_;
    std::string& action_;
};

/// Of `tripos user role`.
std::vector<std::string> role_words() {
    const auto names = accounts::Roles::all_names();
    std::vector<std::string> words(names.begin(), names.end());
    words.emplace_back(accounts::kNoRole);
    return words;
}

class QueueGroup {
  public:
    QueueGroup(CLI::App& program, QueueArguments& arguments)
        : queue_(program, "queue", "Look into the queues and change them", arguments.action),
          arguments_(arguments) {}

    void add_reading_commands() {
        queue_.add("list", "Every queue with its counts");
        auto* stats = add_for_queue("stats", "The counts of one queue");
        stats->add_flag("--history", arguments_.history, "A chart of what ended per minute");
        stats->add_option("--minutes", arguments_.minutes, "Of the history, at most 10080 (60)");
        auto* jobs = add_for_queue("jobs", "Jobs, newest first");
        jobs->add_option("--state", arguments_.state, kJobStates);
        jobs->add_option("--order", arguments_.order, "desc (newest first) or asc");
        jobs->add_option("--page", arguments_.page, "Page, from 1");
        jobs->add_option("--limit", arguments_.limit, "Jobs per page, at most 1000 (10)");
        add_for_job("job", "One job with its data, outcome and logs");
        auto* events = add_for_queue("events", "The newest events of a queue");
        events->add_option("--count", arguments_.count, "How many, at most 1000 (20)");
        events->add_flag("--follow", arguments_.follow, "Go on with those to come, until Ctrl-C");
    }

    void add_changing_commands() {
        auto* add = add_for_queue("add", "Add a job; the first one makes the queue");
        add->add_option("name", arguments_.name, "The job's name")->required();
        add->add_option("--data", arguments_.data, "JSON, or - for standard input ({})");
        add->add_option("--id", arguments_.id, "An id of your own; adding it twice adds once");
        add->add_option("--priority", arguments_.priority, "1 (most urgent) to 2097151; 0: none");
        add->add_option("--delay", arguments_.delay, "Milliseconds until it is due");
        add->add_option("--attempts", arguments_.attempts, "Tries in all");
        add->add_flag("--lifo", arguments_.lifo, "Before those that wait");
        add_for_some("retry", "Run a finished job again, all, or those of a filter",
                     "failed or completed (with --all: failed)", true);
        add_for_some("promote", "Make a delayed job due now, all, or those of a filter", "delayed",
                     true);
        add_for_some("remove", "Delete a job that is not being worked on, or those of a filter",
                     "waiting, prioritized, delayed, failed or completed", false);
        add_for_queue("concurrency", "How many jobs run at once on all workers, kept over restarts")
            ->add_option("jobs", arguments_.jobs, "A number, or `default`: as the settings have it")
            ->check(jobs_at_once);
        add_for_queue("pause", "Start no more jobs of this queue, on any worker");
        add_for_queue("resume", "Go on");
    }

    void add_clearing_commands() {
        auto* drain = add_for_queue("drain", "Delete the jobs that wait");
        drain->add_flag("--delayed", arguments_.delayed, "And those that are delayed");
        auto* clean = add_for_queue("clean", "Delete jobs of a state, oldest first");
        clean->add_option("--state", arguments_.state, kJobStates)->required();
        clean->add_option("--older-than", arguments_.older_than, "Only older ones, seconds (0)");
        clean->add_option("--limit", arguments_.limit, "At most so many; 0: all (0)");
        auto* obliterate =
            add_for_queue("obliterate", "Delete the queue: all jobs, settings and events");
        obliterate->add_flag("--yes", arguments_.confirmed, "Yes, delete everything")->required();
        obliterate->add_flag("--force", arguments_.force, "Although jobs are being worked on");
    }

  private:
    CLI::App* add_for_queue(const char* name, const char* about) {
        return queue_.add(name, about, "queue", arguments_.queue, "The queue, for example email");
    }

    CLI::App* add_for_job(const char* name, const char* about) {
        auto* command = add_for_queue(name, about);
        command->add_option("id", arguments_.id, "The job")->required();
        return command;
    }

    /// One job, all of them, or those that a filter means: these are counted first.
    void add_for_some(const char* name, const char* about, const char* states, bool has_all) {
        auto* command = add_for_queue(name, about);
        auto* which = command->add_option_group("which jobs");
        auto* id = which->add_option("id", arguments_.id, "The job");
        auto* state = which->add_option("--state", arguments_.state, states)->excludes(id);
        auto* job_name = command->add_option("--name", arguments_.name, "Only jobs of this name");
        auto* reason = command->add_option("--reason", arguments_.reason,
                                           "Only those with this in the reason of their failure");
        auto* as_of = command->add_option("--as-of", arguments_.as_of, "As the count said it");
        auto* confirm = command->add_option("--confirm", arguments_.confirm,
                                            "How many jobs, as the count said it");
        job_name->needs(state);
        reason->needs(state);
        as_of->needs(confirm);
        if (has_all) {
            confirm->needs(as_of)->needs(state);  // of one job that is removed: its children
            which->add_flag("--all", arguments_.all, "Every one")
                ->excludes(id, job_name, reason, confirm);
        }
        which->require_option(1, has_all ? 2 : 1);
    }

    Group queue_;
    QueueArguments& arguments_;
};

}  // namespace

void add_user_commands(CLI::App& program, UserArguments& arguments) {
    Group user(program, "user", "Accounts", arguments.action);
    const auto add_for_one = [&user, &arguments](const char* name, const char* about) {
        return user.add(name, about, "email", arguments.email, "The account's e-mail address");
    };
    const auto add_password = [&arguments](CLI::App* command) {
        command->add_flag(
            "--password-stdin", arguments.password_from_stdin,
            "Read the password from standard input; otherwise one is made and printed once");
    };
    auto* create = user.add("create", "Create a verified account");
    create->add_option("--email", arguments.email, "E-mail address")->required();
    create->add_option("--name", arguments.full_name, "Full name")->required();
    auto* admin = create->add_flag("--admin", arguments.is_admin, "With the role ADMIN");
    create
        ->add_flag("--new-site", arguments.new_site,
                   "Where there is no site yet, make one: its database, its secrets")
        ->needs(admin);
    add_password(create);
    auto* list = user.add("list", "The accounts, newest first");
    list->add_option("--search", arguments.search, "A part of the name or the address");
    list->add_option("--page", arguments.page, "Page, from 1");
    list->add_option("--limit", arguments.limit, "Accounts per page, at most 100 (20)");
    add_for_one("role", "Give an account these roles and no others")
        ->add_option("roles", arguments.roles,
                     "Some of ADMIN, AUTHOR, INVIGILATOR, OPERATOR; USER is none of them")
        ->required()
        ->transform(CLI::IsMember(role_words(), CLI::ignore_case));
    add_for_one("disable", "Let an account log in no more, and end its sessions");
    add_for_one("enable", "Let an account log in again");
    add_password(add_for_one("reset-password", "Set a new password, and end the sessions"));
}

void add_backup_commands(CLI::App& program, BackupArguments& arguments) {
    auto* backup = program.add_subcommand(
        "backup", "Copy the live database and the generated secrets to a new folder");
    auto* folder = backup->add_option("folder", arguments.folder,
                                      "Folder to create; with --every, where to create them");
    auto* every =
        backup->add_option("--every", arguments.every, "Again and again, each so long: 6h, 1d")
            ->transform(CLI::AsNumberWithUnit(
                std::map<std::string, std::int64_t>{
                    {"s", 1}, {"m", 60}, {"h", 60 * 60}, {"d", 24 * 60 * 60}},
                CLI::AsNumberWithUnit::UNIT_REQUIRED))
            ->check(CLI::Range(1, 31 * 24 * 60 * 60));
    const auto is_retention = [](const std::string& text) {
        return std::string(parse_retention(text) ? "" : "must be like 28, or like 7d,4w");
    };
    auto* keep = backup
                     ->add_option("--keep", arguments.keep,
                                  "How many of them stay: the newest 28; with 7d,4w the newest "
                                  "of each of seven days and four weeks")
                     ->check(is_retention);
    every->needs(keep);
    keep->needs(every);
    backup
        ->add_flag("--to-stdout", arguments.to_stdout,
                   "No folder: a tar archive on standard output, to be piped elsewhere")
        ->excludes(folder, every, keep);
    auto* verify =
        backup->add_subcommand("verify", "Look whether a backup is whole, and changes nothing");
    verify
        ->add_option("folder", arguments.folder,
                     "The backup's folder, its archive, or - for one on standard input")
        ->required();
    verify->callback([&arguments] { arguments.verifies = true; });
    backup->callback([&arguments] {
        if (arguments.folder.empty() && !arguments.to_stdout) {
            throw CLI::RequiredError("folder");
        }
        arguments.is_wanted = true;
    });
}

void add_restore_commands(CLI::App& program, RestoreArguments& arguments) {
    auto* restore = program.add_subcommand(
        "restore", "Put a backup in the place of a site whose server is stopped");
    restore->add_option("folder", arguments.folder,
                        "The backup's folder, its archive, or - for one on standard input");
    restore->add_flag("--other-secrets", arguments.takes_other_secrets,
                      "Though the secrets of the backup are not here");
    restore->add_flag("--replace", arguments.replaces,
                      "PostgreSQL: give the schema that is there another name, and keep it");
    restore->add_flag("--drill", arguments.is_drill,
                      "Into a temporary folder: start a server on it, compare what it has, and say "
                      "how old the backup is and how long it took");
    auto* release = restore->add_subcommand(
        "release", "Decide what becomes of mails and attempts of restored data, and let them go");
    release
        ->add_option("--mails", arguments.mails,
                     "Those that wait in the data, and may have been sent since: send, cancel, or "
                     "security-only (codes and links that are still good)")
        ->required()
        ->check(CLI::IsMember({"send", "cancel", "security-only"}));
    release
        ->add_option("--attempts", arguments.attempts,
                     "Those that run in the data: finish (when their time is over), or "
                     "extend=MINUTES for everybody")
        ->required()
        ->check([](const std::string& text) {
            return parse_attempts_choice(text) ? "" : "must be finish, or extend=MINUTES";
        });
    release->callback([&arguments] { arguments.releases = true; });
    restore
        ->add_subcommand("hold",
                         "Hold a site whose database was restored by other means, before its "
                         "first start")
        ->callback([&arguments] { arguments.holds = true; });
    restore->callback([&arguments] {
        if (arguments.folder.empty() && !arguments.releases && !arguments.holds) {
            throw CLI::RequiredError("folder");
        }
        arguments.is_wanted = true;
    });
}

void add_queue_commands(CLI::App& program, QueueArguments& arguments) {
    QueueGroup queue(program, arguments);
    queue.add_reading_commands();
    queue.add_changing_commands();
    queue.add_clearing_commands();
}

void add_cache_commands(CLI::App& program, CacheArguments& arguments) {
    Group cache(program, "cache", "Look into the cache and empty it", arguments.action);
    const auto add_for_key = [&cache, &arguments](const char* name, const char* about) {
        cache.add(name, about, "key", arguments.key, "Its name, without CACHE_PREFIX");
    };
    cache.add("stats", "Hits and loads per family, and which lifetime to change");
    add_for_key("get", "Print a value");
    add_for_key("explain", "Where a value is, how long it lives, what would end it");
    add_for_key("del", "Invalidate one key, on every server");
    auto* invalidate = cache.add("invalidate", "Invalidate tags and keys, on every server");
    invalidate->add_option("tags", arguments.tags, "Tags, for example exam:<id>");
    invalidate->add_option("--key", arguments.keys, "A key; may be given again");
    auto* clear = cache.add("clear", "Empty one family or everything, on every server");
    auto* what = clear->add_option_group("what");
    what->add_option("family", arguments.family, "The family, for example exam");
    what->add_flag("--all", arguments.confirmed, "Every family");
    what->require_option(1);
    cache.add("warm", "Load an exam's list, details and paper before its candidates come", "exam",
              arguments.exam, "The exam's id");
}

void add_mail_commands(CLI::App& program, MailArguments& arguments) {
    Group mail(program, "mail", "Mails and who gets them", arguments.action);
    const auto add_for_address = [&mail, &arguments](const char* name, const char* about) {
        return mail.add(name, about, "address", arguments.address, "The e-mail address");
    };
    auto* log = mail.add("log", "The newest mails, with every try: why did it not arrive?");
    auto* which = log->add_option_group("which mails");
    which->add_option("address", arguments.address, "To this address");
    which->add_option("--status", arguments.status, "Only those that stand so, such as FAILED");
    which->add_option("--id", arguments.id, "The one with this id, which is that of its job");
    which->require_option(1, 3);
    mail.add("resend", "Send a finished mail once more", "id", arguments.id,
             "The mail's id, from `tripos mail log`");
    mail.add("test", "Send a mail now and show what was said with the relay, secrets masked",
             "address", arguments.address, "Where to");
    mail.add("stats", "How the mails of each class fare, since the start of the server");
    add_for_address("suppress", "Send no mail to an address any more")
        ->add_option("--why", arguments.detail, "A note for the list");
    add_for_address("unsuppress", "Take an address off the suppression list")
        ->add_option("--reason", arguments.reason,
                     "Only entries of that reason: hard_bounce, complaint, manual, or "
                     "unsubscribe, which stays unless it is named");
}

void add_alerts_commands(CLI::App& program, AlertsArguments& arguments) {
    Group alerts(program, "alerts", "What somebody must be woken for", arguments.action);
    alerts.add("list", "What fires, and what is silenced");
    auto* silence = alerts.add("silence",
                               "Tell nothing of a rule for a while; pages go out all "
                               "the same while an exam runs");
    silence->add_option("rule", arguments.rule, "Its name, for example QueuePaused")->required();
    silence->add_option("time", arguments.minutes, "How long: 30m, 2h, 7d")
        ->required()
        ->transform(CLI::AsNumberWithUnit(
            std::map<std::string, std::int64_t>{{"m", 1}, {"h", 60}, {"d", 24 * 60}},
            CLI::AsNumberWithUnit::UNIT_REQUIRED))
        ->check(CLI::Range(1, 30 * 24 * 60));
    silence->add_option("--why", arguments.why, "A note");
    alerts.add("unsilence", "End a silence", "id", arguments.id,
               "Its id, from `tripos alerts list`");
    alerts.add("test", "Send a message that says it is a test");
    alerts.add("rules", "Print the rules as a file for Prometheus");
    alerts.add("reference", "Print what every rule is about (docs/alerts.md)");
}

void add_doctor_command(CLI::App& program, DoctorArguments& arguments) {
    auto* doctor = program.add_subcommand(
        "doctor", "Look at everything the site needs, and say what is wrong and how to mend it");
    doctor->callback([&arguments] { arguments.is_wanted = true; });
    doctor->add_option("--only", arguments.area, "One area")->check(CLI::IsMember(doctor::areas()));
    doctor->add_flag("--offline", arguments.offline,
                     "Ask neither the relay, nor DNS, nor PUBLIC_URL");
    doctor->add_option("--dns", arguments.name_server, "Ask this name server: ADDRESS[:PORT]")
        ->check([](const std::string& text) {
            return doctor::parse_name_server(text) ? "" : "must be an IPv4 address, or one:PORT";
        });
    doctor->add_option("--send", arguments.send_to, "Send a test mail to this address as well")
        ->check([](const std::string& text) {
            return mail::parse_address(text) ? "" : "must look like name@example.org";
        });
    doctor->add_option("--bundle", arguments.bundle,
                       "Write what was found, the settings without secrets, versions and figures "
                       "to this file, for whoever helps");
    doctor->add_flag("--deep", arguments.deep, "Read the whole SQLite database as well");
    doctor->add_flag("--reference", arguments.reference,
                     "Print what every check is about instead (docs/troubleshooting.md)");
}

namespace {

/// What makes a day what it is: on its own site, and where one is prepared.
void add_exam_options(CLI::App& command, LoadtestArguments& arguments) {
    auto* quick =
        command.add_flag("--quick", arguments.quick, "100 candidates, less than a minute");
    auto* huge = command.add_flag("--huge", arguments.huge, "10,000 candidates")->excludes(quick);
    command.add_option("--candidates", arguments.candidates, "How many (2000)")
        ->check(CLI::Range(1, 100'000))
        ->excludes(quick)
        ->excludes(huge);
    command.add_option("--questions", arguments.questions, "Of the exam (40)")
        ->check(CLI::Range(3, 500))
        ->excludes(quick);
    command.add_option("--minutes", arguments.minutes, "Of the exam (60)")
        ->check(CLI::Range(1.0, 600.0))
        ->excludes(quick);
    command.add_option("--compress", arguments.compress, "Think so much faster (20)")
        ->check(CLI::Range(1.0, 100.0))
        ->excludes(quick);
    command
        .add_option("--logins", arguments.logins,
                    "With passwords (real), or come with tokens (tokens)")
        ->check(CLI::IsMember({"real", "tokens"}));
    command
        .add_option("--lobby", arguments.lobby,
                    "Seconds before the exam in which people come (10; more for real log-ins)")
        ->check(CLI::Range(1.0, 3600.0));
}

/// How it is held, and where the report goes.
void add_day_options(CLI::App& command, LoadtestArguments& arguments) {
    command.add_option("--herd", arguments.herd, "Seconds in which four of five start (5)")
        ->check(CLI::Range(0.1, 600.0));
    command.add_option("--network", arguments.network,
                       "Between candidates and server, as 40ms,1%: a round trip, and what is lost");
    command.add_option("--tries", arguments.tries, "Of a request that is not answered (13)")
        ->check(CLI::Range(1, 100));
    command.add_option("--seed", arguments.seed, "The same seed, the same plan (1)");
    // --json alone is the option of every command.
    command.add_option("--json-file", arguments.json_file, "Write the report as JSON");
    command.add_option("--html", arguments.html_file, "Write the report as a page with plots");
    command.add_option("--beside", arguments.beside_file,
                       "A report as JSON of another run, drawn into the page");
    command.add_option("--journal", arguments.journal_file,
                       "Write every answer and its fate as CSV");
}

CLI::App& add_step(CLI::App& day, LoadtestArguments& arguments, const char* name, LoadtestWord word,
                   const char* description) {
    auto* step = day.add_subcommand(name, description);
    step->callback([&arguments, word] { arguments.word = word; });
    step->add_option("subject", arguments.subject_file,
                     "File with the exam and its candidates, which prepare writes")
        ->required();
    return *step;
}

void add_target_options(CLI::App& command, LoadtestArguments& arguments) {
    command.add_option("--target", arguments.target, "http://HOST:PORT of the site")->required();
    command.add_option("--i-mean", arguments.confirmed_host,
                       "The host of --target once more, if it is not this machine");
}

}  // namespace

void add_loadtest_command(CLI::App& program, LoadtestArguments& arguments) {
    auto* day = program.add_subcommand(
        "loadtest",
        "Hold an exam day, measure it and check every answer, score and mail; alone it starts a "
        "site of its own, to which --set applies");
    day->callback([&arguments] { arguments.word = arguments.word.value_or(LoadtestWord::day); });
    day->require_subcommand(0, 1);
    add_exam_options(*day, arguments);
    add_day_options(*day, arguments);
    day->add_option("--kill-every", arguments.kill_every,
                    "Kill the server each so many seconds of the exam")
        ->check(CLI::Range(5.0, 3600.0));
    day->add_flag("--redis-outage", arguments.redis_outage,
                  "Take Redis away for five seconds in the middle");

    auto& prepare =
        add_step(*day, arguments, "prepare", LoadtestWord::prepare,
                 "On the server of a site: make an exam and its candidates, to be loaded");
    add_exam_options(prepare, arguments);
    prepare
        .add_option("--opens-in", arguments.opens_in,
                    "Seconds until the exam opens, by when run has begun (the lobby and 20)")
        ->check(CLI::Range(0, 86'400));
    auto& run = add_step(*day, arguments, "run", LoadtestWord::run,
                         "Hold the day that was prepared, over the network");
    add_target_options(run, arguments);
    add_day_options(run, arguments);
    auto& verify =
        add_step(*day, arguments, "verify", LoadtestWord::verify,
                 "Look at every answer and score once more, after a restart or a restore");
    add_target_options(verify, arguments);
    verify.add_option("--journal", arguments.journal_file, "What run wrote")->required();
    add_step(*day, arguments, "clean", LoadtestWord::clean,
             "On the server of a site: erase the accounts that prepare made");
}

}  // namespace tripos::app

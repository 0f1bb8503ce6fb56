// SPDX-License-Identifier: MIT
#pragma once
// Evidence: what the doctor's checks judge. Who gathers it - probes of a process of its own, a
// running server from what it has at hand, a test that makes it up - is none of their business.
// Value types.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cache/stats.hpp"
#include "core/finding.hpp"
#include "queue/condition.hpp"
#include "redis/reach.hpp"
#include "redis/server_report.hpp"

namespace tripos::doctor {

/// What was seen, or why it was not.
template <class T>
struct Looked {
    std::optional<T> seen;                  ///< nothing: see the other two
    std::string why_not = "not looked at";  ///< of what was not seen
    bool is_late = false;                   ///< the look did not come to an end
    bool has_failed = false;                ///< what looks broke, or was refused
};

template <class T>
Looked<T> looked_at(T seen) {
    return {.seen = std::move(seen), .why_not = {}};
}
template <class T>
Looked<T> not_looked(std::string why) {
    return {.seen = std::nullopt, .why_not = std::move(why)};
}

/// What a server is used for decides what suits it.
enum class Use { cache, queue, both };

/// A right that we need and do not have.
struct Refusal {
    std::string right;        ///< as ACL SETUSER takes it: "+get", "~bull:*"
    std::string reply;        ///< the server's words
    bool is_unknown = false;  ///< the server has no such command, whoever asks
};

/// What held a server up, as its latency monitor tells.
struct RedisDelay {
    std::string event;                  ///< "fork", "aof-fsync-always"
    std::chrono::milliseconds worst{};  ///< of that event, ever
};

/// A key with a value so large that to read or delete it holds everybody up.
struct BigKey {
    std::string name;         ///< with its prefix
    std::uint64_t bytes = 0;  ///< of its value in memory
};

/// How servers that stand in for each other are set up.
struct StandInLook {
    bool is_cluster = false;   ///< else under Sentinels
    std::string unmasterable;  ///< why the Sentinels could not agree on another master; empty: fine
    std::string moving;  ///< "[9263->-07c3...]" while the slot of the use moves; empty: it rests
    std::chrono::milliseconds down_after{};           ///< of the Sentinels; 0: not known
    std::optional<std::int64_t> least_replicas = {};  ///< min-replicas-to-write
    std::chrono::milliseconds most_lag{};  ///< min-replicas-max-lag; counts with the former
};

/// One Redis server.
struct RedisLook {
    Use use = Use::both;                                  ///< decides what suits it
    std::string address;                                  ///< without credentials
    std::string user = "default";                         ///< of the log-in
    bool is_unverified = false;                           ///< verify=off: anyone may pass for it
    redis::Reach reach = {redis::Step::done, {}, false};  ///< how far one gets
    bool is_lost = false;  ///< the connection of a running server is gone; reach does not count
    std::optional<redis::ServerReport> report = {};       ///< nothing: it was not asked
    std::optional<std::vector<Refusal>> refusals = {};    ///< nothing: rights were not looked at
    std::optional<std::chrono::microseconds> p99 = {};    ///< of 50 PINGs
    std::optional<std::chrono::milliseconds> ahead = {};  ///< its clock before ours
    std::int64_t slow_scripts = 0;                        ///< of late, for more than 100 ms
    std::vector<RedisDelay> delays = {};                  ///< of late, for more than 100 ms
    /// Of those that a bounded scan came by; nothing: nobody scanned.
    std::optional<std::vector<BigKey>> big_keys = {};
    /// That a process of ours opens; nothing: not known.
    std::optional<std::int64_t> planned_clients = {};
    std::optional<StandInLook> stand_ins = {};  ///< nothing: it is one server, or was not looked at
};

/// The database, from outside.
struct DatabaseLook {
    std::string address;          ///< without credentials
    std::string problem;          ///< why it cannot be opened; empty: it can
    bool is_private = false;      ///< a file of this machine
    bool has_site = false;        ///< `serve` has made its tables
    std::uint64_t log_bytes = 0;  ///< of SQLite's write-ahead log
    std::string unsafe;           ///< a setting of PostgreSQL that loses commits; empty: none
    std::string damage;           ///< what an integrity check found; empty: nothing, or not looked
    /// Of the transaction that has been open for longest, with what it did last; 0: none is seen.
    std::chrono::milliseconds oldest_transaction{};
    std::string oldest_holder;  ///< who has it open: "psql, process 77"
};

/// The mails that have yet to leave, from SQL.
struct OutboxLook {
    std::chrono::milliseconds oldest{};  ///< of those the queue has yet to take; 0: there is none
    std::chrono::milliseconds urgent{};  ///< of codes and links, as notices::oldest_urgent()
    std::int64_t in_doubt = 0;           ///< ended in doubt within a day
    std::int64_t unreadable = 0;         ///< sealed ones that wait, and this key does not open
};

/// The relay: how far a mail would get, up to MAIL FROM.
struct RelayLook {
    std::string address;   ///< without credentials
    std::string step;      ///< the first that failed: "TLS"; empty: all went well
    std::string problem;   ///< the relay's words, or the system's
    bool is_bulk = false;  ///< that of newsletters: SMTP_BULK_URL
};

/// A test mail that was really sent.
struct SentLook {
    std::string outcome;  ///< "delivered", or what became of it instead
    std::string reply;    ///< the relay's words, or the system's
};

/// An answer for TXT records.
struct TxtAnswer {
    enum class Kind { found, none, failed };
    Kind kind = Kind::none;          ///< failed: nobody can tell
    std::vector<std::string> texts;  ///< one per record
};

/// What receivers of mail find in DNS.
struct SenderLook {
    std::string domain;   ///< of MAIL_FROM
    TxtAnswer spf;        ///< every TXT record of the domain
    int spf_lookups = 0;  ///< that evaluating its SPF takes
    /// Why a term of its SPF, or of a record that it includes, fails; empty: none does.
    std::string spf_broken;
    std::string spf_silent;  ///< a domain it includes for which DNS gives no answer; empty: none
    std::string spf_open;    ///< one it includes that lets everybody send; empty: none
    TxtAnswer dmarc;         ///< of _dmarc, or of the domain above that has one
    /// A record that a key of ours needs, and what is there.
    struct Key {
        std::string name;    ///< of the record
        std::string wanted;  ///< its text
        TxtAnswer found;     ///< what DNS has
    };
    std::vector<Key> keys;  ///< none: mails go unsigned by us
};

/// A file that others must not read.
struct OpenFile {
    std::string path;  ///< where
    std::string what;  ///< what is wrong: "mode 0644"
    int wanted = 0;    ///< the mode it needs
};

/// This machine, from this process.
struct HostLook {
    std::string folder;                             ///< DATA_DIR
    std::uint64_t free_bytes = 0;                   ///< on its disk
    std::uint64_t disk_bytes = 0;                   ///< of its disk
    std::optional<std::chrono::microseconds> sync;  ///< p99 of a write of 4 KB to disk
    bool is_network = false;                        ///< DATA_DIR is on another machine's disk
    std::vector<OpenFile> open_files;               ///< in it
    std::uint64_t descriptors = 0;                  ///< that a process may open
    bool is_synchronised = true;                    ///< the clock follows others
};

/// The site by the address that people use.
struct AddressLook {
    std::string url;            ///< that was asked, such as PUBLIC_URL
    std::string problem;        ///< why nothing answered; empty: something did
    bool is_untrusted = false;  ///< its certificate is not accepted
    int status = 0;             ///< of the answer
    std::string instance;       ///< of the server that answered; empty: none of ours
    std::optional<Timestamp> certificate_ends;  ///< nothing: no TLS
    Timestamp now{};                            ///< when it was looked at
    bool may_be_many = false;    ///< several processes may serve one site: they share PostgreSQL
    bool ignores_proxy = false;  ///< the way leads through a proxy that is not trusted
};

/// The site as it is configured and runs.
struct SiteLook {
    std::string instance = {};  ///< of the server that runs here; empty: none, or not known
    bool is_running = false;    ///< a server runs on DATA_DIR and answers
    std::optional<std::chrono::milliseconds> held_back = {};  ///< of site time; see SiteClock
    /// On restored data that nobody has released. Nothing: not known.
    std::optional<bool> is_held = {};
    /// Of the last one that `tripos backup` made. Nothing: there is none, or not known.
    std::optional<std::chrono::milliseconds> backup_age = {};
    /// In words: "JWT_ACCESS_SECRET repeats itself". Nothing: not looked at.
    std::optional<std::vector<std::string>> weak_secrets = {};
    std::vector<std::string> open_settings = {};  ///< files with secrets that others can read
    std::vector<Finding> told = {};               ///< what the server that runs says of itself
};

/// All there is.
struct Evidence {
    Looked<std::vector<RedisLook>> redis;
    Looked<std::vector<queue::QueueCondition>> queues;
    Looked<cache::Stats> cache;
    Looked<DatabaseLook> database;
    Looked<OutboxLook> outbox;
    Looked<std::vector<RelayLook>> relays;
    Looked<SentLook> sent;
    Looked<SenderLook> sender;
    Looked<HostLook> host;
    Looked<AddressLook> address;
    Looked<SiteLook> site;
};

}  // namespace tripos::doctor

// SPDX-License-Identifier: MIT
#include <algorithm>

#include "core/text.hpp"
#include "doctor/detail/areas.hpp"

namespace tripos::doctor::detail {

namespace {

using redis::ServerReport;
using redis::Step;

constexpr std::int64_t kWarnShare = 80;  ///< percent of maxmemory
constexpr std::int64_t kFailShare = 90;
/// Below it a server is small, and its fragmentation says nothing.
constexpr std::int64_t kLargeServer = 256 << 20;
constexpr double kFragmented = 1.5;
constexpr std::int64_t kUnplanned = 2;  ///< times the clients of one process
constexpr std::chrono::microseconds kSlow{5'000};
constexpr std::chrono::milliseconds kClocksApart{1'000};

std::string name_of(const RedisLook& server) {
    const auto* use = server.use == Use::cache   ? "the cache's server"
                      : server.use == Use::queue ? "the queue's server"
                                                 : "the server";
    return std::string(use) + " " + server.address;
}

/// Calls `judge(server, found)` for each that was reached.
template <class Judge>
void for_each_reached(const Evidence& evidence, Found& found, Judge judge) {
    const auto* servers = found.need(evidence.redis);
    if (servers == nullptr) {
        return;
    }
    for (const auto& server : *servers) {
        if (server.reach.step == Step::done && !server.is_lost) {
            judge(server, found);
        } else {
            found.skip(name_of(server) + " was not reached");
        }
    }
}

/// The same for each that said what it is.
template <class Judge>
void for_each_report(const Evidence& evidence, Found& found, Judge judge) {
    for_each_reached(evidence, found, [judge](const RedisLook& server, Found& said) {
        if (server.report) {
            judge(server, *server.report, said);
        } else {
            said.skip(name_of(server) + " does not say what it is like");
        }
    });
}

void judge_reach(const Evidence& evidence, Found& found) {
    const auto* servers = found.need(evidence.redis);
    if (servers == nullptr) {
        return;
    }
    for (const auto& server : *servers) {
        const auto& [step, problem, is_silent] = server.reach;
        const auto name = name_of(server);
        if (server.is_lost) {
            found.fail(name + " is away", problem);
        } else if (step == Step::log_in && is_silent) {
            found.fail(name + " takes connections and does not answer", problem,
                       "Look at its log and at what keeps it busy, or start it again");
        } else if (step == Step::resolve && server.address.find('+') != std::string::npos) {
            found.fail("Nobody says which server is master: " + server.address, problem,
                       "Start the Sentinels or nodes there, or correct REDIS_URL");
        } else if (step == Step::resolve) {
            found.fail(name + " has a name that no address belongs to", problem,
                       "Correct the host in REDIS_URL, or its DNS");
        } else if (step == Step::connect) {
            found.fail(name + " takes no connection", problem,
                       "Start Redis there, or correct the host and the port in REDIS_URL");
        } else if (step == Step::secure) {
            found.fail(name + " and we cannot agree on TLS", problem,
                       "Set cacert and sni of the rediss:// address, or use redis:// where the "
                       "server speaks no TLS");
        } else if (step == Step::log_in) {
            found.fail(name + " does not let us in", problem,
                       "Correct the user and the password in REDIS_URL");
        }
    }
}

void judge_commands(const Evidence& evidence, Found& found) {
    for_each_reached(evidence, found, [](const RedisLook& server, Found& said) {
        if (!server.refusals) {
            said.skip("rights are not looked at here");
            return;
        }
        std::string rights;
        for (const auto& refusal : *server.refusals) {
            if (refusal.is_unknown) {
                said.fail(name_of(server) + " has no command " + refusal.right.substr(1),
                          refusal.reply,
                          "Use Redis 6.2 or later; rename no command that Tripos needs");
            } else {
                rights += ' ' + refusal.right;
            }
        }
        if (!rights.empty()) {
            said.fail(name_of(server) + " refuses what is needed", server.refusals->front().reply,
                      "ACL SETUSER " + server.user + rights);
        }
    });
}

void judge_role(const Evidence& evidence, Found& found) {
    for_each_report(
        evidence, found, [](const RedisLook& server, const ServerReport& report, Found& said) {
            if (report.is_cluster && server.address.find("+cluster") == std::string::npos) {
                said.fail(name_of(server) + " is a node of a Cluster", {},
                          "Write its address as redis+cluster://");
            }
            if (report.role == "slave") {
                said.fail(name_of(server) + " is a replica and takes no writes");
            }
        });
}

/// major * 100 + minor
std::int64_t version_number(std::string_view version) {
    const auto parts = split(version, '.');
    if (parts.size() < 2) {
        return 0;
    }
    return 100 * parse_int(parts[0]).value_or(0) + parse_int(parts[1]).value_or(0);
}

void judge_version(const Evidence& evidence, Found& found) {
    for_each_report(evidence, found,
                    [](const RedisLook& server, const ServerReport& report, Found& said) {
                        const auto version = version_number(report.version);
                        const auto text = name_of(server) + " is old: version " + report.version;
                        if (version != 0 && version < 500) {
                            said.fail(text);
                        } else if (version != 0 && version < 602) {
                            said.advice(text);
                        }
                    });
}

void judge_disk(const Evidence& evidence, Found& found) {
    for_each_report(
        evidence, found, [](const RedisLook& server, const ServerReport& report, Found& said) {
            if (!report.can_write_disk) {
                said.fail(name_of(server) + " could not write to its disk the last time");
            }
        });
}

void judge_eviction(const Evidence& evidence, Found& found) {
    for_each_report(
        evidence, found, [](const RedisLook& server, const ServerReport& report, Found& said) {
            if (server.use != Use::cache && report.eviction != "noeviction") {
                said.fail("maxmemory-policy of " + name_of(server) + " is " + report.eviction +
                          ", so that jobs may be evicted");
            }
            if (server.use == Use::cache && report.eviction == "noeviction" &&
                report.memory_limit != 0) {
                said.advice("maxmemory-policy of " + name_of(server) +
                                " is noeviction, so that a full cache takes nothing new",
                            {}, "CONFIG SET maxmemory-policy allkeys-lru, and set it in its file");
            }
        });
}

void judge_persistence(const Evidence& evidence, Found& found) {
    for_each_report(
        evidence, found, [](const RedisLook& server, const ServerReport& report, Found& said) {
            if (server.use != Use::cache && !report.appends && report.snapshots == false) {
                said.advice(name_of(server) +
                            " writes nothing to disk, so that jobs are lost with it (mails come "
                            "back from the outbox)");
            }
        });
}

/// A cache that is full makes room; a queue refuses jobs.
void judge_memory(const Evidence& evidence, Found& found) {
    for_each_report(
        evidence, found, [](const RedisLook& server, const ServerReport& report, Found& said) {
            if (server.use == Use::cache || report.memory_limit == 0) {
                return;
            }
            const auto share = 100 * report.memory_used / report.memory_limit;
            const auto evidence_text = in_bytes(static_cast<std::uint64_t>(report.memory_used)) +
                                       " of " +
                                       in_bytes(static_cast<std::uint64_t>(report.memory_limit));
            if (share > kFailShare) {
                said.fail(
                    name_of(server) +
                        " has less than a tenth of its memory left, and then jobs are refused",
                    evidence_text);
            } else if (share > kWarnShare) {
                said.warn(name_of(server) + " has used four fifths of its memory", evidence_text);
            }
        });
}

void judge_fragmentation(const Evidence& evidence, Found& found) {
    for_each_report(
        evidence, found, [](const RedisLook& server, const ServerReport& report, Found& said) {
            if (report.memory_used > kLargeServer && report.fragmentation > kFragmented) {
                said.advice(name_of(server) + " takes half as much memory again as it uses");
            }
        });
}

void judge_clients(const Evidence& evidence, Found& found) {
    for_each_report(
        evidence, found, [](const RedisLook& server, const ServerReport& report, Found& said) {
            if (report.client_limit != 0 &&
                100 * report.clients > kWarnShare * report.client_limit) {
                said.warn(
                    name_of(server) + " has nearly as many clients as it admits",
                    std::to_string(report.clients) + " of " + std::to_string(report.client_limit));
            } else if (server.planned_clients && report.client_limit != 0 &&
                       100 * *server.planned_clients > kWarnShare * report.client_limit) {
                said.warn(name_of(server) + " admits few clients for one process of ours",
                          std::to_string(*server.planned_clients) + " of " +
                              std::to_string(report.client_limit));
            } else if (server.planned_clients &&
                       report.clients > kUnplanned * *server.planned_clients) {
                said.advice(name_of(server) + " has more than twice the clients that one process " +
                                "of ours opens",
                            std::to_string(report.clients) + ", planned are " +
                                std::to_string(*server.planned_clients),
                            "Where only one process uses it, `redis-cli client list` says who the "
                            "others are");
            }
        });
}

void judge_speed(const Evidence& evidence, Found& found) {
    for_each_reached(evidence, found, [](const RedisLook& server, Found& said) {
        if (!server.p99) {
            said.skip("its speed is not looked at here");
        } else if (*server.p99 > kSlow) {
            said.advice(name_of(server) + " is slow to answer",
                        "the slowest of 50 PINGs took " + in_milliseconds(*server.p99));
        }
        if (server.slow_scripts > 0) {
            said.advice(name_of(server) + " was held up by " +
                        counted(server.slow_scripts, "script") +
                        " of more than 100 ms in the last quarter of an hour");
        }
        for (const auto& delay : server.delays) {
            said.advice(name_of(server) + " was held up by " + delay.event +
                            " in the last quarter of an hour",
                        "at worst for " + in_milliseconds(delay.worst));
        }
    });
}

void judge_keys(const Evidence& evidence, Found& found) {
    for_each_reached(evidence, found, [](const RedisLook& server, Found& said) {
        if (!server.big_keys) {
            said.skip("its keys are not looked at here");
            return;
        }
        for (const auto& key : *server.big_keys) {
            said.advice(name_of(server) + " has a key that is very large: " + key.name,
                        in_bytes(key.bytes));
        }
    });
}

void judge_clock(const Evidence& evidence, Found& found) {
    for_each_reached(evidence, found, [](const RedisLook& server, Found& said) {
        if (!server.ahead) {
            said.skip("its clock is not looked at here");
        } else if (std::chrono::abs(*server.ahead) > kClocksApart) {
            const bool is_ahead = server.ahead->count() > 0;
            said.warn("The clock of " + name_of(server) + " and ours are apart",
                      in_seconds(std::chrono::abs(*server.ahead)) +
                          (is_ahead ? " ahead of us" : " behind us"));
        }
    });
}

void judge_tls(const Evidence& evidence, Found& found) {
    for_each_reached(evidence, found, [](const RedisLook& server, Found& said) {
        if (server.is_unverified) {
            said.advice(name_of(server) + " is not verified: anyone in between can pass for it");
        }
    });
}

/// Calls `judge(server, look, found)` for each that others stand in for.
template <class Judge>
void for_each_stand_in(const Evidence& evidence, Found& found, Judge judge) {
    for_each_reached(evidence, found, [judge](const RedisLook& server, Found& said) {
        if (server.stand_ins) {
            judge(server, *server.stand_ins, said);
        } else if (server.address.find('+') != std::string::npos) {  // others stand in for it
            said.skip("those that stand in for it are not looked at here");
        }
    });
}

void judge_quorum(const Evidence& evidence, Found& found) {
    for_each_stand_in(
        evidence, found, [](const RedisLook& server, const StandInLook& look, Found& said) {
            if (!look.unmasterable.empty()) {
                said.warn(
                    "the Sentinels of " + server.address + " could not make another server master",
                    look.unmasterable);
            }
        });
}

void judge_lag(const Evidence& evidence, Found& found) {
    for_each_stand_in(
        evidence, found, [](const RedisLook& server, const StandInLook& look, Found& said) {
            if (look.is_cluster || !look.least_replicas) {
                return;
            }
            if (*look.least_replicas < 1) {
                said.warn(name_of(server) + " takes writes when no replica hears of them",
                          "min-replicas-to-write " + std::to_string(*look.least_replicas));
            } else if (look.down_after.count() > 0 && look.most_lag >= look.down_after) {
                said.warn(name_of(server) + " still takes writes when another is made master",
                          "min-replicas-max-lag " + std::to_string(look.most_lag.count()) +
                              " ms, down-after-milliseconds " +
                              std::to_string(look.down_after.count()));
            }
        });
}

void judge_slot(const Evidence& evidence, Found& found) {
    for_each_stand_in(
        evidence, found, [](const RedisLook& server, const StandInLook& look, Found& said) {
            if (!look.moving.empty()) {
                said.warn("the slot of " + name_of(server) + " is moving", look.moving);
            }
        });
}

}  // namespace

std::vector<Check> redis_checks() {
    return {
        {"redis-reach", "Redis can be reached and lets us in",
         "mails wait in the outbox, the cache does not help, `REDIS is away` in answers of the "
         "queue; the site goes on from SQL",
         "Start Redis, or correct REDIS_URL; Tripos connects again by itself", judge_reach},
        {"redis-commands", "Every command that is needed is allowed",
         "one part works and another does not: jobs are added and never taken, or the cache holds "
         "nothing in the process",
         "Give the user of REDIS_URL the rights that the doctor's line names", judge_commands},
        {"redis-role", "The server takes writes", "`READONLY` in the log",
         "Use the address of its master", judge_role},
        {"redis-version", "The server is no older than 6.2", "commands are unknown to it",
         "Use 6.2 or later", judge_version},
        {"redis-disk", "The server can write its disk", "`MISCONF` in the log, jobs are refused",
         "Look at its log and its disk", judge_disk},
        {"redis-eviction", "The policy for full memory suits the server's use",
         "jobs vanish, or a full cache takes nothing new",
         "CONFIG SET maxmemory-policy noeviction - set noeviction in its file as well",
         judge_eviction},
        {"redis-persistence", "Jobs are written to disk", "jobs are gone after a restart of Redis",
         "set appendonly yes", judge_persistence},
        {"redis-memory", "The queue has memory left", "`OOM` in the log, jobs are refused",
         "raise maxmemory, or REDIS_MEMORY_MB of the private server; put the cache on a server of "
         "its own (CACHE_REDIS_URL)",
         judge_memory},
        {"redis-fragmentation", "The server's memory is not fragmented",
         "the machine's memory is used up before maxmemory is", "CONFIG SET activedefrag yes",
         judge_fragmentation},
        {"redis-clients", "The server admits more clients, and all that a process of ours opens",
         "`max number of clients reached`",
         "Fewer HTTP_THREADS or processes, a larger maxclients, or a larger plan", judge_clients},
        {"redis-speed", "The server answers at once", "everything that needs Redis is slow",
         "Put it nearer; look for swap, huge pages and large keys there", judge_speed},
        {"redis-keys", "No key is larger than 16 MB (of those that a short scan comes by)",
         "now and then everything that needs Redis is slow",
         "`tripos queue stats` when it is a queue's: its jobs, kept ones included; see who writes "
         "others",
         judge_keys},
        {"redis-quorum", "Sentinels could make another server master",
         "nothing yet; when the master dies, none takes its place",
         "Start the Sentinels and replicas that are missing", judge_quorum},
        {"redis-lag", "A master that is cut off takes no more writes before another is made",
         "after a failover jobs are gone that were accepted, and answers of the cache are old",
         "CONFIG SET min-replicas-to-write 1 and a min-replicas-max-lag (seconds) below the "
         "Sentinels' down-after-milliseconds, on every server and in its file",
         judge_lag},
        {"redis-slot", "The slot of the keys stays where it is",
         "jobs wait until it has moved; BullMQ's workers on Node may begin counting anew",
         "Stop all workers before its slot is moved; a move that was broken off ends with "
         "redis-cli --cluster fix",
         judge_slot},
        {"redis-clock", "The server's clock is ours", "delayed jobs come early or late",
         "Let both machines follow NTP", judge_clock},
        {"redis-tls", "The server shows who it is", "a stranger in between can read and change all",
         "Remove verify=off, and set cacert", judge_tls},
    };
}

}  // namespace tripos::doctor::detail

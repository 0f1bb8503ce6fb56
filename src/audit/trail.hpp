// SPDX-License-Identifier: MIT
#pragma once
// The trail of audit (tables audit_entries, audit_head): entries are appended in the transaction of
// the act they tell of, so that neither is there without the other, and never change. Their place
// in the chain comes later (sealer.hpp): appending waits for nobody. What strangers can do as often
// as they like is counted first (knocks.hpp). Functions run inside the caller's transaction.

#include <string>
#include <vector>

#include "audit/entry.hpp"
#include "core/random.hpp"
#include "sql/migrations.hpp"

namespace tripos::audit {

std::vector<sql::Migration> migrations();

/// Appends. With the COMMIT an entry that concerns security is a log line, too.
void append(sql::Session& session, Timestamp now, Random& random, const Actor& actor,
            const Entry& entry);
/// Appends one from elsewhere as it is.
void append(sql::Session& session, const StoredEntry& stored);
/// The id of the next entry. Those of one process ascend, also within a millisecond.
std::string next_id(Timestamp now, Random& random);
/// With the COMMIT a log line, if it concerns security.
void log_with_commit(sql::Session& session, const Actor& actor, const Entry& entry);

/// Empty members filter nothing.
struct Filter {
    std::string actor;   ///< the id
    std::string action;  ///< the whole, or what it begins with, up to a point: "exam"
    std::string about;   ///< subject or within
    std::optional<Timestamp> since;
    std::optional<Timestamp> until;
};

/// Newest first; of one process what came last, also within a millisecond.
std::vector<StoredEntry> list(sql::Session& session, const Filter& filter, std::int64_t limit,
                              std::int64_t offset);
std::int64_t count(sql::Session& session, const Filter& filter);

/// The end of the chain.
struct Head {
    std::int64_t number = 0;
    std::string seal;
};
Head head(sql::Session& session);
std::int64_t count_unsealed(sql::Session& session);

/// Takes up to `rows` entries into the chain; how many those were. One process at a time.
std::int64_t seal(sql::Session& session, std::int64_t rows);
/// Those behind `number`, in their order.
std::vector<StoredEntry> sealed_after(sql::Session& session, std::int64_t number,
                                      std::int64_t limit);

}  // namespace tripos::audit

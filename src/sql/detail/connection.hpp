// SPDX-License-Identifier: MIT
#pragma once
// What the threads of a Database need from an engine: connections with transactions, and a way to
// make them.
//
// A connection lives on one thread. Its transaction commands may be held back and sent along with
// the next statement.

#include <cstddef>
#include <memory>
#include <string>

#include "core/assert.hpp"
#include "sql/session.hpp"

namespace tripos::sql {

inline constexpr std::size_t kPreparedLimit = 500;  ///< statements a connection keeps

enum class Access { read, write };

/// What is lost beyond the statement that failed.
enum class Trouble {
    none,
    transaction,  ///< all of the transaction (deadlock, disk full): begin again
    connection,   ///< the connection: make a new one
};

/// What a statement asked for is held by another process.
class LockTaken : public DatabaseUnavailable {
  public:
    using DatabaseUnavailable::DatabaseUnavailable;
};

/// What became of a transaction whose COMMIT got no answer.
enum class Fate {
    committed,
    rolled_back,
    undecided,  ///< not yet: ask again
    unknown,
};

/// Confined to its thread. All functions block; those without a remark throw like Session::run().
class Connection : public Session {
  public:
    virtual void begin() = 0;
    /// Follows begin(): the transaction's statements wait a moment only for what other processes
    /// hold, and throw LockTaken then.
    virtual void wait_a_moment_only() {}
    /// Throws when the outcome is unknown or nothing was committed; rollback() must follow then.
    virtual void commit() = 0;
    /// Ends the transaction, whatever its state. Never throws; trouble() says if the connection is
    /// lost.
    virtual void rollback() = 0;

    /// One savepoint is open at a time; exactly one of the other two follows.
    virtual void savepoint() = 0;
    virtual void release() = 0;
    virtual void rollback_to_savepoint() = 0;

    /// Writes get a GuardedSession, which keeps them.
    void on_commit(const void*, std::function<void()>) final { TRIPOS_ASSERT(false); }

    virtual Trouble trouble() const = 0;

    /// After commit() threw because the connection was lost: what fate_of() on another connection
    /// can be asked about. Empty: nothing can be.
    virtual std::string doubtful_transaction() const { return {}; }
    virtual Fate fate_of(const std::string&) { return Fate::unknown; }

    /// Housekeeping, called when the answers of a commit are out. Never throws.
    virtual void after_commit() = 0;
};

/// Thread-safe.
class Driver {
  public:
    virtual ~Driver() = default;
    virtual Engine engine() const = 0;
    /// Throws DatabaseUnavailable if that is impossible now, SystemError if it never will be.
    virtual std::unique_ptr<Connection> connect(Access access) = 0;
    /// Bytes of the log beside the database that only we can shorten; 0 where there is none.
    virtual std::uint64_t log_bytes() const { return 0; }
    /// Database::backup_to on the calling thread; blocks.
    virtual void backup_to(const std::string& path) = 0;
};

}  // namespace tripos::sql

// SPDX-License-Identifier: MIT
#pragma once
// DevInbox: the transport of a site without SMTP. Mails are stored in SQL (the newest 1,000) and
// shown under /dev/inbox (dev_inbox_api.hpp), never sent - or sent by another transport as well,
// where somebody asked to see copies.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "mail/dev_failures.hpp"
#include "mail/transport.hpp"
#include "sql/database.hpp"
#include "sql/migrations.hpp"

namespace tripos::mail {

class DkimSigner;

/// How much the inbox keeps.
struct DevInboxOptions {
    const DkimSigner* signer = nullptr;  ///< outlives the inbox; none: messages go unsigned
    Transport* next = nullptr;           ///< outlives the inbox; takes every mail, of which the
                                         ///< inbox then keeps a copy
    std::vector<DevFailure> failures;    ///< to begin with
};

/// A mail as it was kept.
struct DevMail {
    std::string id;           ///< of the inbox, not of the message
    std::string from;         ///< with the display name
    std::string to;           ///< as typed
    std::string subject;      ///< decoded
    std::string html;         ///< as sent
    std::string text;         ///< as sent, or derived
    std::string source;       ///< the whole message, as a relay would get it
    Timestamp received_at{};  ///< here
};

/// Which mails; both empty: all.
struct DevMailQuery {
    std::string to;           ///< a whole address, or a part of one
    std::string search;       ///< a part of subject, text, sender or recipient
    std::int64_t limit = 50;  ///< mails per page
    std::int64_t offset = 0;  ///< mails to leave out
};

/// Some of the mails.
struct DevMailPage {
    std::vector<DevMail> mails;  ///< newest first
    std::int64_t total = 0;      ///< of all pages
};

/// Thread-safe. Borrows everything it is given; all of it outlives the inbox.
class DevInbox final : public Transport {
  public:
    /// All three outlive it.
    DevInbox(sql::Database& database, const Clock& clock, Random& random,
             DevInboxOptions options = DevInboxOptions());

    static std::vector<sql::Migration> migrations();  ///< its tables

    /// Keeps the mail once it would also pass an SMTP transport, unless a failure strikes.
    Task<Delivery> send(Message message, SendParams params) override;
    Task<Probe> probe(Message message) override;
    void set_connections(std::size_t connections, std::size_t bulk_connections) override;
    void stop_taking() override;
    std::string describe() const override;

    DevFailures& failures() { return failures_; }       ///< for the tests of one's own program
    Task<DevMailPage> list(DevMailQuery query);         ///< newest first
    Task<std::optional<DevMail>> find(std::string id);  ///< nothing: deleted or pushed out
    /// How many there were.
    Task<std::int64_t> remove(std::string id);
    Task<std::int64_t> clear();  ///< how many there were

  private:
    Task<Delivery> keep(Message message);
    Task<Delivery> pass_on(Message message, SendParams params);

    sql::Database& database_;
    const Clock& clock_;
    Random& random_;
    const DevInboxOptions options_;
    DevFailures failures_;
};

}  // namespace tripos::mail

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

struct DevInboxOptions {
    const DkimSigner* signer = nullptr;  ///< outlives the inbox; none: messages go unsigned
    Transport* next = nullptr;           ///< outlives the inbox; takes every mail, of which the
                                         ///< inbox then keeps a copy
    std::vector<DevFailure> failures;    ///< to begin with
};

/// A mail as it was kept.
struct DevMail {
    std::string id;
    std::string from;
    std::string to;
    std::string subject;
    std::string html;
    std::string text;
    std::string source;  ///< the whole message, as a relay would get it
    Timestamp received_at{};
};

/// Which mails; both empty: all.
struct DevMailQuery {
    std::string to;      ///< a whole address, or a part of one
    std::string search;  ///< a part of subject, text, sender or recipient
    std::int64_t limit = 50;
    std::int64_t offset = 0;
};

struct DevMailPage {
    std::vector<DevMail> mails;  ///< newest first
    std::int64_t total = 0;
};

/// Thread-safe. Borrows everything it is given; all of it outlives the inbox.
class DevInbox final : public Transport {
  public:
    DevInbox(sql::Database& database, const Clock& clock, Random& random,
             DevInboxOptions options = DevInboxOptions());

    static std::vector<sql::Migration> migrations();

    /// Keeps the mail once it would also pass an SMTP transport, unless a failure strikes.
    Task<Delivery> send(Message message, SendParams params) override;
    Task<Probe> probe(Message message) override;
    void stop_taking() override;
    std::string describe() const override;

    DevFailures& failures() { return failures_; }
    Task<DevMailPage> list(DevMailQuery query);
    Task<std::optional<DevMail>> find(std::string id);
    /// How many there were.
    Task<std::int64_t> remove(std::string id);
    Task<std::int64_t> clear();

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

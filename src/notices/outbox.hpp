// SPDX-License-Identifier: MIT
#pragma once
// Outbox: a mail is accepted in the SQL transaction that caused it, or not at all. Rows go from
// PENDING to QUEUED (the relay put them on the queue) to SENT or FAILED; one to an address on the
// suppression list is SUPPRESSED at once. docs/mail-delivery.md tells the way of a mail.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/secret.hpp"
#include "mail/transport.hpp"
#include "sql/migrations.hpp"
#include "sql/session.hpp"

namespace tripos::notices {

/// 1 to 10, 10 is the most urgent. Only notices/ converts it to BullMQ's order.
struct Priority {
    int value = 5;
    static constexpr Priority urgent() { return {10}; }  ///< verification links, one-time codes
    static constexpr Priority normal() { return {5}; }   ///< notices
    static constexpr Priority bulk() { return {1}; }     ///< newsletters

    mail::Urgency urgency() const;
};

struct OutgoingMail {
    std::string kind;  ///< "verification", "password_otp", "password_changed", "notification", ...
    std::string to;    ///< a valid address
    std::string subject;
    std::string html;
    Priority priority;
    bool carries_secret = false;                    ///< sealed at rest and in the queue
    std::optional<std::chrono::seconds> valid_for;  ///< when it is of no use, it is not sent
    std::optional<std::string> user_id;             ///< whom it concerns
};

/// Writes outbox rows. Thread-safe; immutable after construction.
class Outbox {
  public:
    /// `seal_key`: from which the key for mails that carry a secret is derived. `seal`: EMAIL_SEAL.
    Outbox(Secret seal_key, bool seal, const Clock& clock, Random& random);
    ~Outbox();

    static std::vector<sql::Migration> migrations();

    /// From now on `nudge` is called after each commit that has mails for the relay, from any
    /// thread. Requires: no write is under way.
    void on_queued(std::function<void()> nudge) { nudge_ = std::move(nudge); }
    /// This transaction has mails for the relay, by other means than put().
    void queued(sql::Session& session) const;

    /// Inserts the mail in the caller's transaction and returns its id, which is also its job id.
    std::string put(sql::Session& session, const OutgoingMail& mail) const;

    /// Encrypts and decrypts bodies (XChaCha20-Poly1305, bound to the mail's id). unseal: nothing
    /// when it was tampered with.
    std::string seal(std::string_view id, std::string_view html) const;
    std::optional<std::string> unseal(std::string_view id, std::string_view sealed) const;

  private:
    std::string key_;
    bool seal_;
    const Clock& clock_;
    Random& random_;
    std::function<void()> nudge_ = [] {};
};

}  // namespace tripos::notices

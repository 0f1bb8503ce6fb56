// SPDX-License-Identifier: MIT
#pragma once
// DeliveryTicket: what one try to send tells the database while it is on a connection. The mark
// before the final dot is durable before the dot goes out, and the outcome is on its way to the
// database before the same connection begins its next mail. As writes keep their order, each
// connection has at most one mail past its dot that the database does not know the end of.

#include <memory>
#include <mutex>
#include <optional>

#include "async/completion.hpp"
#include "core/clock.hpp"
#include "notices/delivery_rows.hpp"
#include "sql/database.hpp"

namespace tripos::notices {

/// Thread-safe. Shared by the worker and the transport; `database` and `clock` outlive it.
class DeliveryTicket : public std::enable_shared_from_this<DeliveryTicket> {
  public:
    /// What the database made of the outcome.
    enum class Recorded {
        first,   ///< as told
        second,  ///< delivered, but the mail was SENT before
        not_at_all,
    };

    DeliveryTicket(sql::Database& database, const Clock& clock, MailTry mail_try);

    const MailTry& mail_try() const { return mail_try_; }

    /// Blocks until the mark is durable. False: it could not be written, or the try does not count
    /// any more; nothing may be sent.
    bool mark();
    /// Sends the outcome to the database; does not wait.
    void record(const mail::Delivery& delivery);
    /// Waits until it is durable. Without an outcome to record: `first`, at once.
    Task<Recorded> recorded();

  private:
    void finish(Recorded recorded);

    sql::Database& database_;
    const Clock& clock_;
    const MailTry mail_try_;
    std::mutex mutex_;                                  ///< of what follows
    std::optional<Recorded> result_ = Recorded::first;  ///< nothing: on its way
    std::optional<Completion<Recorded>> waiter_;
};

}  // namespace tripos::notices

// SPDX-License-Identifier: MIT
#pragma once
// What becomes of the mails of restored data, which may have been sent since it was copied. Meant
// for a site whose relay and workers do not run yet; doing it twice does no harm.

#include "notices/mail_queues.hpp"
#include "sql/database.hpp"

namespace tripos::notices {

enum class RestoredMails {
    send,           ///< all that the data has as waiting
    cancel,         ///< none of them
    security_only,  ///< codes and links that are good still, and no notices and newsletters
};

struct RestoredMailsOrder {
    RestoredMails choice = RestoredMails::send;
    Timestamp data_from{};  ///< later mails were caused on the restored site: they are sent
    Timestamp now{};
};

struct RestoredMailsReport {
    std::int64_t cancelled = 0;
    std::int64_t dropped = 0;  ///< jobs of mails that the data does not know
    /// Such jobs that a worker holds, or one that was killed did until the lock ends: they would be
    /// sent. Nothing else is done then.
    std::int64_t locked = 0;
};

/// What is to be sent waits for the relay then, wherever it was.
Task<RestoredMailsReport> settle_restored_mails(sql::Database& database, MailQueues& queues,
                                                RestoredMailsOrder order);

}  // namespace tripos::notices

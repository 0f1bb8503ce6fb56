// SPDX-License-Identifier: MIT
#pragma once
// Transport: hands a message to the outside world. Two implementations: SmtpTransport and DevInbox.

#include <chrono>
#include <string>

#include "async/task.hpp"
#include "mail/message.hpp"

namespace tripos::mail {

/// What became of one try to send.
struct Delivery {
    enum class Kind {
        delivered,
        retry_message,  ///< the relay refused this message for now (451 and the like): counts as an
                        ///< attempt
        retry_transport,  ///< the relay itself is away or throttles (refused, 421, 454): does not
                          ///< count
        failed,           ///< refused for good (550 and the like)
        misconfigured,    ///< log-in or command refused: someone must mend the settings; does not
                          ///< count
    };
    Kind kind = Kind::delivered;
    int code = 0;       ///< SMTP reply code; 0: none
    std::string reply;  ///< the relay's words, control characters escaped, at most 500 bytes
    std::chrono::milliseconds pause{0};  ///< for retry_transport: how long to leave the relay alone
};

/// Thread-safe; send() may run concurrently.
class Transport {
  public:
    virtual ~Transport() = default;
    virtual Task<Delivery> send(Message message) = 0;
    /// For start-up lines and health: "smtp://relay:587", "dev inbox".
    virtual std::string describe() const = 0;
};

}  // namespace tripos::mail

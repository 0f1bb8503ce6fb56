// SPDX-License-Identifier: MIT
#pragma once
// Transport: hands a message to the outside world. Two implementations: SmtpTransport and DevInbox.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "mail/message.hpp"

namespace tripos::mail {

/// Who waits for whom: a newsletter never holds up a notice, nor a notice a code.
enum class Urgency {
    bulk,      ///< newsletters
    notice,    ///< what happened to an account or an exam
    security,  ///< links and codes somebody is waiting for
};

/// What became of one try to send.
struct Delivery {
    /// What the sender must know to go on.
    enum class Kind {
        delivered,
        retry_message,       ///< this message was refused for now (451): counts as an attempt
        retry_transport,     ///< the relay is away or throttles (refused, 421, 454): does not count
        fail_recipient,      ///< there is no such mailbox (550 5.1.1): never again to this address
        fail_message,        ///< this message was refused for good (policy, size, content)
        fail_configuration,  ///< log-in or sender refused: someone must mend the settings; does not
                             ///< count
        in_doubt,   ///< the connection ended after the final dot: the relay may have the message
        withheld,   ///< before_dot() said no: the relay does not have it; does not count
        overtaken,  ///< it waited for a connection and made way: make_way(); does not count
    };
    Kind kind = Kind::delivered;  ///< what became of it
    int code = 0;                 ///< SMTP reply code; 0: none
    std::string reply;  ///< the relay's words, control characters escaped, at most 500 bytes
    /// For retry_transport and retry_message: what the relay asked for, within bounds; 0: nothing.
    std::chrono::milliseconds pause{0};
};

/// How one message is to be sent. Both functions may be empty and may run on any thread.
struct SendParams {
    Urgency urgency = Urgency::notice;  ///< decides who waits
    /// Everything but the final dot is with the relay, which has not accepted anything yet. May
    /// block until the note of that is durable. False: the message is given up, undelivered.
    std::function<bool()> before_dot;
    /// The outcome is known. Runs before the connection begins its next message; must not block.
    std::function<void(const Delivery&)> concluded;
};

/// One message sent to see how the relay answers.
struct Probe {
    Delivery delivery;                  ///< its outcome
    std::vector<std::string> dialogue;  ///< "> " said, "< " heard, "* " remarks; secrets masked
};

/// Thread-safe; send() may run concurrently.
class Transport {
  public:
    virtual ~Transport() = default;
    /// The outcome, however long the relay takes.
    virtual Task<Delivery> send(Message message, SendParams params) = 0;
    /// Sends past all waiting messages, over a connection of its own.
    virtual Task<Probe> probe(Message message) = 0;
    /// Up to `count` of the messages of that urgency that wait for a connection are given back
    /// (overtaken), the newest first, so that whoever sends them can send something else. How many.
    virtual std::size_t make_way(Urgency, std::size_t) { return 0; }
    /// How many connections to the relay are used from now on, and how many of these for
    /// newsletters at most (0: all but two). Where there are none it means nothing.
    virtual void set_connections(std::size_t, std::size_t) {}
    /// Messages that wait for a connection are given back (retry_transport), as are later ones;
    /// those on a connection go on. Twice is fine.
    virtual void stop_taking() {}
    /// For start-up lines and health: "smtp://relay:587", "dev inbox".
    virtual std::string describe() const = 0;
};

}  // namespace tripos::mail

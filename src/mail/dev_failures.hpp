// SPDX-License-Identifier: MIT
#pragma once
// DevFailures: makes the dev inbox misbehave as relays do, so that what depends on mail can be
// tried out: at a stage of the conversation, with a probability, a reply of one's choice.

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.hpp"
#include "core/result.hpp"
#include "mail/transport.hpp"

namespace tripos::mail {

/// Which mails the dev inbox refuses, and how.
struct DevFailure {
    std::string stage;         ///< connect, hello, auth, mail, rcpt, data or dot
    std::string reply;         ///< "451 4.3.0 later"; or "drop": the connection ends without one
    double probability = 1.0;  ///< 0 to 1
};

/// "rcpt 10% 451 4.3.0 later", the form of DEV_INBOX_FAILURES; an Error says what is wrong.
Result<DevFailure> parse_dev_failure(std::string_view text);
/// The same checks for values that come apart; problems name stage, reply or probability.
Result<DevFailure> check_dev_failure(DevFailure failure);

/// Thread-safe.
class DevFailures {
  public:
    /// The rules to begin with.
    explicit DevFailures(std::vector<DevFailure> failures) : failures_(std::move(failures)) {}

    void replace(std::vector<DevFailure> failures);  ///< from the next mail on
    std::vector<DevFailure> list() const;            ///< the rules in force
    /// What one conversation ends with early, the first stage first; nothing: it goes well.
    std::optional<Delivery> strike(Random& random) const;

  private:
    mutable std::mutex mutex_;
    std::vector<DevFailure> failures_;
};

}  // namespace tripos::mail

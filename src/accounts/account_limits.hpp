// SPDX-License-Identifier: MIT
#pragma once
// AccountLimits: how often what may be tried at the doors of the site. The routes declare them, the
// settings may change their counts. A value type.

#include <algorithm>
#include <vector>

#include "http/rate_limit.hpp"

namespace tripos::accounts {

struct AccountLimits {
    using Limit = http::RateLimit;

    Limit log_in_per_client{.counter = "log-in",
                            .per = Limit::Per::client,
                            .counts = Limit::Counts::failures,
                            .count = 600,
                            .window = std::chrono::minutes(15)};
    Limit log_in_per_account{.counter = "log-in",
                             .per = Limit::Per::account_at_client,
                             .counts = Limit::Counts::failures,
                             .count = 10,
                             .window = std::chrono::minutes(15),
                             .without_delay = 3};
    /// Where others at the address have spent log_in_per_client: tries at accounts that there are.
    Limit late_log_in_per_account{.counter = "late-log-in",
                                  .per = Limit::Per::account_at_client,
                                  .counts = Limit::Counts::failures,
                                  .count = 3,
                                  .window = std::chrono::hours(24),
                                  .beyond_client = true};
    /// Of somebody who has a session and proves the password again.
    Limit proofs_per_account{.counter = "password",
                             .per = Limit::Per::account,
                             .counts = Limit::Counts::failures,
                             .count = 10,
                             .window = std::chrono::minutes(15),
                             .without_delay = 3};
    Limit mails_per_client{.counter = "mail",
                           .per = Limit::Per::client,
                           .counts = Limit::Counts::requests,
                           .count = 600,
                           .window = std::chrono::hours(1)};
    Limit mails_per_recipient{.counter = "mail",
                              .per = Limit::Per::recipient_at_client,
                              .counts = Limit::Counts::requests,
                              .count = 5,
                              .window = std::chrono::hours(1)};
    /// More than one client can use up, so that it keeps nobody from their mails; what bounds a
    /// mailbox.
    Limit mails_to_recipient{.counter = "mail",
                             .per = Limit::Per::recipient,
                             .counts = Limit::Counts::requests,
                             .count = 4 * mails_per_recipient.count,
                             .window = std::chrono::hours(1)};
    /// Changes of address: to whomever they would go.
    Limit mails_per_account{.counter = "mail",
                            .per = Limit::Per::account,
                            .counts = Limit::Counts::requests,
                            .count = 5,
                            .window = std::chrono::hours(1)};
    Limit codes_per_client{.counter = "code",
                           .per = Limit::Per::client,
                           .counts = Limit::Counts::failures,
                           .count = 100,
                           .window = std::chrono::hours(24)};  // the site's budget of a day
    /// Of browsers that asked for one, where others at the address have spent that.
    Limit own_codes{.counter = "own-code",
                    .per = Limit::Per::account_at_client,
                    .counts = Limit::Counts::failures,
                    .count = 25,
                    .window = std::chrono::hours(24),
                    .beyond_client = true};
    Limit links_per_client{.counter = "link",
                           .per = Limit::Per::client,
                           .counts = Limit::Counts::failures,
                           .count = 600,
                           .window = std::chrono::minutes(15)};

    /// Of a route that mails to an address which the request names.
    std::vector<Limit> mails() const {
        return {mails_per_client, mails_per_recipient, mails_to_recipient};
    }

    /// Of a limit of failures: its count, with delays before the last seven tries.
    static void set(Limit& limit, std::int64_t count) {
        limit.count = count;
        limit.without_delay = std::max<std::int64_t>(3, count - 7);
    }
};

}  // namespace tripos::accounts

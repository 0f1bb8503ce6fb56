// SPDX-License-Identifier: MIT
#pragma once
// RateLimit: how often something may be asked of a route, as the route declares it (operation.hpp).
// limits/ counts. A value type.

#include <chrono>
#include <cstdint>
#include <string>

namespace tripos::http {

struct RateLimit {
    /// Whose requests are counted together.
    enum class Per {
        client,               ///< an address of a client; IPv6 by /64
        account_at_client,    ///< an account, as tried from one such address
        account,              ///< an account, from anywhere
        recipient_at_client,  ///< an address to which mails would go, as asked for from one client
        recipient,            ///< such an address, whoever asks
    };
    enum class Counts { requests, failures };

    std::string counter;  ///< what is counted; routes that name the same share it
    Per per = Per::client;
    Counts counts = Counts::requests;
    std::int64_t count = 0;          ///< within a window
    std::chrono::seconds window{0};  ///< begins with the first that counts
    /// So many failures cost no time; after each further one the next try has to wait, 1 s at
    /// first and twice as long each time. 0: none does.
    std::int64_t without_delay = 0;
    /// In the place of limits per client where one of those is spent, for whoever has more to show
    /// than others at that address.
    bool beyond_client = false;
};

}  // namespace tripos::http

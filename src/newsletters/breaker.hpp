// SPDX-License-Identifier: MIT
#pragma once
// Breaker: notices when too many of a newsletter's mails fail, from the running totals. Judged are
// the mails finished since the last full window, as soon as there are enough of them for a rate to
// mean something. Not thread-safe.

#include <cstdint>

namespace tripos::newsletters {

struct BreakerOptions {
    double limit = 0.05;        ///< failed share that is too much
    std::int64_t least = 50;    ///< finished mails before it judges
    std::int64_t window = 200;  ///< finished mails after which it begins anew
};

class Breaker {
  public:
    Breaker(BreakerOptions options, std::int64_t sent, std::int64_t failed);

    /// Takes the totals as they are now; true when too many have failed.
    bool trips(std::int64_t sent, std::int64_t failed);

  private:
    BreakerOptions options_;
    std::int64_t sent_;
    std::int64_t failed_;
};

}  // namespace tripos::newsletters

// SPDX-License-Identifier: MIT
#pragma once
// Earlier: what the page of a report draws of another run, from that one's JSON.

#include <string_view>
#include <vector>

namespace tripos::loadtest {

struct Earlier {
    std::vector<double> p99;   ///< milliseconds, by second
    std::vector<double> sent;  ///< requests, by second
    /// Of a save, milliseconds: that 50, 90, 99, 99.9 and 99.99 % do not exceed.
    std::vector<double> save;
};

/// Throws SystemError: it is no such report.
Earlier parse_earlier(std::string_view report);

}  // namespace tripos::loadtest

// SPDX-License-Identifier: MIT
#pragma once
// Series: a figure, and which of its series. Value type.

#include <map>
#include <string>
#include <vector>

#include "telemetry/metrics.hpp"

namespace tripos::alerts {

/// What a rule asks for by name and labels.
struct Series {
    std::string name;     ///< as in /metrics
    Labels with = {};     ///< labels that have this value
    Labels without = {};  ///< labels that have another, or are not there
    /// Labels that have one of these values, in which there is nothing for a regex to read.
    std::map<std::string, std::vector<std::string>> among = {};

    /// Whether one of that name with these labels is meant.
    bool includes(const Labels& labels) const;
    /// For PromQL: `name{label="value"}`.
    std::string selector() const;
};

}  // namespace tripos::alerts

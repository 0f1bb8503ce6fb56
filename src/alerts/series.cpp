// SPDX-License-Identifier: MIT
#include "alerts/series.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace tripos::alerts {

bool Series::includes(const Labels& labels) const {
    const auto has = [&labels](const auto& wanted) {
        const auto found = labels.find(wanted.first);
        return found != labels.end() && found->second == wanted.second;
    };
    const auto is_one = [&labels](const auto& wanted) {
        const auto found = labels.find(wanted.first);
        return found != labels.end() && std::find(wanted.second.begin(), wanted.second.end(),
                                                  found->second) != wanted.second.end();
    };
    return std::all_of(with.begin(), with.end(), has) &&
           std::all_of(among.begin(), among.end(), is_one) &&
           std::none_of(without.begin(), without.end(), has);
}

std::string Series::selector() const {
    std::vector<std::string> matchers;
    for (const auto& [label, value] : with) {
        matchers.push_back(label + "=\"" + value + '"');
    }
    for (const auto& [label, value] : without) {
        matchers.push_back(label + "!=\"" + value + '"');
    }
    for (const auto& [label, values] : among) {
        matchers.push_back(label + "=~\"" + join(values, "|") + '"');
    }
    return matchers.empty() ? name : name + '{' + join(matchers, ",") + '}';
}

}  // namespace tripos::alerts

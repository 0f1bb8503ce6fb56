// SPDX-License-Identifier: MIT
#include "loadtest/earlier.hpp"

#include <boost/json.hpp>

#include "core/error.hpp"

namespace tripos::loadtest {

namespace {

namespace json = boost::json;

/// The number at that JSON pointer.
double number_at(const json::value& value, std::string_view pointer) {
    boost::system::error_code missing;
    const auto* found = value.find_pointer({pointer.data(), pointer.size()}, missing);
    if (found == nullptr || !found->is_number()) {
        throw SystemError("load test", "--beside takes what --json-file wrote; it has no number " +
                                           std::string(pointer));
    }
    return found->to_number<double>();
}

}  // namespace

Earlier parse_earlier(std::string_view report) {
    boost::system::error_code failure;
    const auto value = json::parse({report.data(), report.size()}, failure);
    const auto* object = failure ? nullptr : value.if_object();
    const auto* seconds = object == nullptr ? nullptr : object->if_contains("seconds");
    if (seconds == nullptr || !seconds->is_array()) {
        throw SystemError("load test", "--beside takes what --json-file wrote, and this is not it");
    }
    Earlier earlier;
    for (const auto& second : seconds->get_array()) {
        earlier.p99.push_back(number_at(second, "/p99Micros") / 1e3);
        earlier.sent.push_back(number_at(second, "/sent"));
    }
    for (const auto* share : {"p50", "p90", "p99", "p99.9", "p99.99"}) {
        const auto pointer = std::string("/exam/requests/save/responseMicros/") + share;
        earlier.save.push_back(number_at(value, pointer) / 1e3);
    }
    return earlier;
}

}  // namespace tripos::loadtest

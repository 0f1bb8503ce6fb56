// SPDX-License-Identifier: MIT
#include "loadtest/earlier.hpp"

#include <boost/json.hpp>

#include "core/error.hpp"

namespace tripos::loadtest {

namespace json = boost::json;

Earlier parse_earlier(std::string_view report) {
    try {
        const auto value = json::parse({report.data(), report.size()});
        Earlier earlier;
        for (const auto& second : value.at("seconds").as_array()) {
            earlier.p99.push_back(second.at("p99Micros").to_number<double>() / 1e3);
            earlier.sent.push_back(second.at("sent").to_number<double>());
        }
        const auto& save = value.at("exam").at("requests").at("save").at("responseMicros");
        for (const auto* share : {"p50", "p90", "p99", "p99.9", "p99.99"}) {
            earlier.save.push_back(save.at(share).to_number<double>() / 1e3);
        }
        return earlier;
    } catch (const std::exception& failure) {
        throw SystemError("load test",
                          std::string("--beside takes what --json-file wrote: ") + failure.what());
    }
}

}  // namespace tripos::loadtest

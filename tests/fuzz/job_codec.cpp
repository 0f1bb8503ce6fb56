// SPDX-License-Identifier: MIT
// As the options of a job, and line by line as the fields of a stored one.
#include "queue/detail/job_codec.hpp"

#include <boost/json/parse.hpp>

#include "core/text.hpp"
#include "fuzz/fuzz.hpp"
#include "queue/detail/json_check.hpp"

namespace tripos::fuzz {

void job_codec(std::string_view input) {
    namespace codec = queue::detail;
    const auto written = codec::serialise_options(codec::parse_options(input));
    require(codec::is_json(written), "options are written as JSON");
    require(codec::serialise_options(codec::parse_options(written)) == written,
            "options written down are the same options");

    boost::json::parse_options options;
    options.max_depth = codec::kMaxJsonDepth;
    boost::json::error_code failure;
    boost::json::parse(input, failure, {}, options);
    require(codec::is_json(input) == !failure, "the check agrees with the parser");

    std::vector<redis::Reply> fields;
    for (const auto line : split(input, '\n')) {
        fields.push_back({.type = redis::Reply::Type::text, .text = std::string(line)});
    }
    const auto job = codec::read_job("1", fields);
    require(job.attempts_made >= 0 && job.attempts_started >= 0 && job.stalled_counter >= 0,
            "counters count from 0");
    require(codec::is_json(codec::append_stacktrace(job, "trace")), "traces are written as JSON");
}

}  // namespace tripos::fuzz

// SPDX-License-Identifier: MIT
#pragma once
// The shapes of what the queue routes answer, for the API description. Each stands for one function
// of queue_json.hpp. Pure.

#include "http/schema.hpp"

namespace tripos::operations::shapes {

http::Schema job_state();
http::Members queue_summary();
http::Schema queue_history();
http::Schema job();
http::Schema full_job();

}  // namespace tripos::operations::shapes

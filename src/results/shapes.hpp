// SPDX-License-Identifier: MIT
#pragma once
// The shapes of what the result routes take and answer, for the API description. Pure.

#include "http/schema.hpp"

namespace tripos::results::shapes {

http::Schema listed_result();
http::Members score();
http::Members analysis();
http::Schema keyed_question();  ///< as write_keyed_question() writes it
http::Schema staff_result();
http::Schema statistics();
http::Members leaderboard();

}  // namespace tripos::results::shapes

// SPDX-License-Identifier: MIT
#include "core/result.hpp"

#include "core/assert.hpp"

namespace tripos {

void throw_exception_from_error(const Error& error, const boost::source_location&) {
    assertion_failed(("Result::value() of an error: " + error.message).c_str());
}

}  // namespace tripos

// SPDX-License-Identifier: MIT
#pragma once
// The shapes of what the exam routes answer, for the API description. Pure.

#include "http/schema.hpp"

namespace tripos::exams::shapes {

http::Schema listed_exam();    ///< kListedMembers
http::Schema assigned_exam();  ///< kAssignedMembers
http::Schema exam();           ///< write_exam()

}  // namespace tripos::exams::shapes

// SPDX-License-Identifier: MIT
#pragma once
// What of an indexed column is like a text: looked up, never searched for, so that it takes no
// longer in a large table.

#include <string>
#include <vector>

#include "sql/session.hpp"

namespace tripos::sql {

/// A column that an index begins with. Of the program, never from outside.
struct IndexedColumn {
    std::string table;
    std::string column;
};

/// What is wanted.
struct NearTexts {
    std::vector<std::string> texts;  ///< each as it is
    std::string start;               ///< what begins so and goes on with letters or digits
    std::int64_t most = 10;          ///< of each of the two
};

/// Each once, in no order.
std::vector<std::string> find_near(Session& session, const IndexedColumn& where,
                                   const NearTexts& wanted);

}  // namespace tripos::sql

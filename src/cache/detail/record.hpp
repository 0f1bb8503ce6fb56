// SPDX-License-Identifier: MIT
#pragma once
// Record: an invalidation as text, a line each: `key <name>`, `tag <tag>`, or `all`. Value type.

#include <string>
#include <string_view>
#include <vector>

namespace tripos::cache {

struct Record {
    std::vector<std::string> names;  ///< of values, without prefix
    std::vector<std::string> tags;
    bool is_everything = false;
};

std::string to_text(const Record& record);
/// Lines of another kind, of a later version, are passed over.
Record parse_record(std::string_view text);

}  // namespace tripos::cache

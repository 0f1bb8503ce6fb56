// SPDX-License-Identifier: MIT
#pragma once
// Record: an invalidation as text, a line each: `key <name>`, `tag <tag>`, or `all`; a line may
// also be `+<n> <rest>`: the first n bytes of the line before, then the rest. Value type.

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
/// Appends the lines of records to a text, each as what differs from the line before: names of one
/// kind begin alike, and a row that fits on a page of the database is cheap to write.
class RecordLines {
  public:
    void append(std::string_view record);  ///< to_text()'s; must outlive this object
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
    std::string_view before_;
};

/// Lines of another kind, of a later version, are passed over.
Record parse_record(std::string_view text);

}  // namespace tripos::cache

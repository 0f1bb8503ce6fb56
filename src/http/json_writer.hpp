// SPDX-License-Identifier: MIT
#pragma once
// JsonWriter: appends JSON to one string. Cached values and the hot answers are bytes made once
// with it, so that numbers keep their exact decimal text and nothing is built as a tree first.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "http/message.hpp"

namespace tripos::http {

/// Not thread-safe. Commas are placed by the writer; nesting is the caller's to balance.
class JsonWriter {
  public:
    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();

    JsonWriter& name(std::string_view member);
    JsonWriter& text(std::string_view value);
    JsonWriter& integer(std::int64_t value);
    JsonWriter& boolean(bool value);
    JsonWriter& null();
    JsonWriter& raw(std::string_view json);  ///< a value that is JSON already
    JsonWriter& splice(
        std::string_view members);  ///< `"a":1,"b":2` into the open object, or items into the array

    JsonWriter& member(std::string_view key, std::string_view value);
    JsonWriter& member(std::string_view key, const std::string& value);
    JsonWriter& member(std::string_view key, const char* value);
    JsonWriter& member(std::string_view key, std::int64_t value);
    JsonWriter& member(std::string_view key, bool value);
    JsonWriter& member(std::string_view key, Timestamp at);
    JsonWriter& member(std::string_view key, const std::vector<std::string>& texts);
    JsonWriter& member_raw(std::string_view key, std::string_view json);
    JsonWriter& member_null(std::string_view key);
    template <class T>
    JsonWriter& member(std::string_view key, const std::optional<T>& maybe) {
        return maybe ? member(key, *maybe) : member_null(key);
    }

    std::string take() { return std::move(out_); }

  private:
    void separate();

    std::string out_;
    bool needs_comma_ = false;
};

/// The value as a JSON string, quotes included.
std::string json_string(std::string_view value);

/// A JSON array of them.
std::string text_list(const std::vector<std::string>& texts);

/// The opening of every successful answer: `{"success":true,"message":...`, object left open.
JsonWriter success_body(std::string_view message);

/// The answer whose object success_body() opened.
Response finished(int status, JsonWriter json);

struct Page;
/// `pagination {totalItems, totalPages, currentPage, limit}` into the open object.
void write_pagination(JsonWriter& json, const Page& page, std::int64_t total);

}  // namespace tripos::http

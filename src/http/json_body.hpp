// SPDX-License-Identifier: MIT
#pragma once
// Reading a JSON request body: BodyReader collects every problem, so that one answer names them
// all.
//
//     BodyReader body(request);
//     const auto email = body.text("email", {.max_length = 254});
//     const auto marks = body.maybe_number("marks", {.min = 0});
//     if (auto error = body.error()) co_return *error;
//
// Rejects: not application/json (415 is the router's), malformed, nested deeper than 32, a member
// named twice, invalid UTF-8, NUL, numbers that are not finite. Unknown members are ignored. Names
// at most 20 problems. Where a number is asked for, a text that is one counts as the number, and a
// blank text as none: pages send what stands in an input.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "http/message.hpp"

namespace tripos::http {

struct TextRule {
    std::size_t min_length = 1;  ///< code points, after trimming
    std::size_t max_length = 1000;
    bool allow_newlines = false;  ///< \n, \r and \t; other control characters are never allowed
    bool trimmed = true;          ///< passwords are taken as they are
};

struct NumberRule {
    double min = -1e15;
    double max = 1e15;
};

enum class EmptyBody { refused, allowed };

/// Not thread-safe. Lives as long as the handler; borrows the request.
class BodyReader {
  public:
    /// EmptyBody::allowed: no body at all is an object without members.
    explicit BodyReader(const Request& request, EmptyBody empty = EmptyBody::refused);
    /// For nested objects: errors are named `prefix.member`.
    BodyReader(const boost::json::object& object, std::string prefix);
    BodyReader(const BodyReader&) = delete;
    BodyReader& operator=(const BodyReader&) = delete;

    bool has(std::string_view name) const;      ///< present and not null
    bool is_null(std::string_view name) const;  ///< present and null

    std::string text(std::string_view name, TextRule rule = {});  ///< required
    std::optional<std::string> maybe_text(std::string_view name, TextRule rule = {});
    double number(std::string_view name, NumberRule rule = {});  ///< required
    std::optional<double> maybe_number(std::string_view name, NumberRule rule = {});
    std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);  ///< required
    std::optional<std::int64_t> maybe_integer(std::string_view name, std::int64_t min,
                                              std::int64_t max);
    bool flag_or(std::string_view name, bool otherwise);
    std::optional<bool> maybe_flag(std::string_view name);
    /// Required; one of `allowed`, whatever its case: as it is spelt there.
    std::string choice(std::string_view name, const std::vector<std::string_view>& allowed);
    std::optional<std::string> maybe_choice(std::string_view name,
                                            const std::vector<std::string_view>& allowed);
    std::string id(std::string_view name);  ///< required UUID, lower-cased
    std::vector<std::string> ids(std::string_view name, std::size_t max_count);  ///< absent: empty
    const boost::json::array* array(std::string_view name,
                                    std::size_t max_count);  ///< null when absent
    const boost::json::value* find(std::string_view name) const;

    /// Adds a problem found by the caller.
    void reject(std::string_view name, std::string message);
    std::vector<FieldError> take_problems();
    /// The whole outcome: nothing, or a validation error with every problem.
    std::optional<Error> error() const;

  private:
    const boost::json::value* given(std::string_view name) const;  ///< null when absent or null
    const boost::json::value* given_number(std::string_view name) const;  ///< nor a blank text
    /// Rejects when there is no value.
    const boost::json::value* required(std::string_view name, const boost::json::value* value);
    std::string label(std::string_view name) const;
    std::optional<std::string> read_text(std::string_view name, const boost::json::value& value,
                                         const TextRule& rule);
    std::optional<double> read_number(std::string_view name, const boost::json::value& value,
                                      const NumberRule& rule);
    std::optional<std::int64_t> read_integer(std::string_view name, const boost::json::value& value,
                                             NumberRule rule);
    std::optional<std::string> read_choice(std::string_view name, const boost::json::value& value,
                                           const std::vector<std::string_view>& allowed);

    std::optional<boost::json::value> parsed_;
    const boost::json::object* object_ = nullptr;
    std::string prefix_;
    std::optional<Error> fatal_;
    std::vector<FieldError> problems_;
};

/// A whole number of the query; `otherwise` when it is absent or blank.
struct IntegerRule {
    std::int64_t otherwise = 0;
    std::int64_t min = 0;
    std::int64_t max = 0;
};
Result<std::int64_t> read_integer(const Request& request, std::string_view name, IntegerRule rule);

/// An instant of the query, with its offset; nothing when it is absent.
Result<std::optional<Timestamp>> read_instant(const Request& request, std::string_view name);

/// One of the words of the query; the first when it is absent or blank.
Result<std::string> read_query_choice(const Request& request, std::string_view name,
                                      const std::vector<std::string_view>& allowed);

/// page and limit of a listing, clamped: page 1.., limit 1..100.
struct Page {
    std::int64_t page = 1;
    std::int64_t limit = 10;
    std::int64_t offset() const { return (page - 1) * limit; }
};
Result<Page> read_page(const Request& request, std::int64_t default_limit = 10);

/// What a listing is searched for (`search`): at most 200 bytes of text; empty: nothing.
Result<std::string> read_search(const Request& request);

/// {"success":true,"message":...} plus `members`.
Response success(int status, std::string_view message, boost::json::object members = {});

}  // namespace tripos::http

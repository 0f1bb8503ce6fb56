// SPDX-License-Identifier: MIT
#include "http/detail/json_document.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/value_stack.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/text.hpp"

namespace tripos::http::detail {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxDepth = 32;

/// Of values and names of members in one body. The largest that a route takes are lists of 5,000
/// texts; a megabyte of nothing but small values would keep its thread for 40 ms, and everybody
/// whom that serves.
constexpr std::size_t kMostValues = 20'000;

/// Where parsing stopped, as an editor shows it.
std::string place(std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, std::min(offset, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto last = before.rfind('\n');
    const auto column = last == std::string_view::npos ? before.size() + 1 : before.size() - last;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// Enough to find a member by; an answer is not to be as long as the body.
std::string shortened(std::string_view name) {
    constexpr std::size_t longest = 64;
    if (name.size() <= longest) {
        return std::string(name);
    }
    auto end = longest;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) {
        --end;  // not in the middle of a character
    }
    return std::string(name.substr(0, end)) + "...";
}

/// Builds the tree as Boost.JSON's own parser does, and looks at each value as it comes. A false or
/// an error code ends the parsing.
class Handler {
  public:
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();
    using Code = boost::system::error_code;
    using View = json::string_view;

    json::value release() { return stack_.release(); }
    /// Why parsing was ended here and not by the grammar.
    const std::optional<Error>& refusal() const { return refusal_; }

    bool on_document_begin(Code&) {
        stack_.reset();
        return true;
    }
    bool on_document_end(Code&) { return true; }

    bool on_object_begin(Code&) {
        starts_.push_back(keys_.size());
        return true;
    }
    bool on_object_end(std::size_t count, Code& failure) {
        const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(starts_.back());
        starts_.pop_back();
        std::sort(begin, keys_.end());
        const auto twice = std::adjacent_find(begin, keys_.end());
        if (twice != keys_.end()) {
            return refuse(
                invalid("malformed_json", "The body names the member \"" + shortened(*twice) +
                                              "\" twice in one object"),
                failure);
        }
        keys_.erase(begin, keys_.end());
        stack_.push_object(count);
        return counts(failure);
    }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(std::size_t count, Code& failure) {
        stack_.push_array(count);
        return counts(failure);
    }

    bool on_key_part(View part, std::size_t, Code&) {
        key_.append(part.data(), part.size());
        stack_.push_chars(part);
        return true;
    }
    bool on_key(View part, std::size_t, Code& failure) {
        key_.append(part.data(), part.size());
        stack_.push_key(part);
        if (starts_.size() == 1) {
            outermost_ = key_;
        }
        const bool has_nul = key_.find('\0') != std::string::npos;
        keys_.push_back(std::exchange(key_, {}));
        return has_nul ? refuse_member(" must not contain the character NUL", failure)
                       : counts(failure);
    }

    bool on_string_part(View part, std::size_t, Code& failure) {
        stack_.push_chars(part);
        return check_text(part, failure);
    }
    bool on_string(View part, std::size_t, Code& failure) {
        stack_.push_string(part);
        return check_text(part, failure) && counts(failure);
    }

    bool on_number_part(View part, Code&) {
        number_.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t number, View, Code& failure) {
        number_.clear();
        stack_.push_int64(number);
        return counts(failure);
    }
    bool on_uint64(std::uint64_t number, View, Code& failure) {
        number_.clear();
        stack_.push_uint64(number);
        return counts(failure);
    }
    /// Boost.JSON 1.81 is off by a step now and then, so the number is read from its own text, as
    /// that of an input is: a key and an answer of the same digits must be the same number.
    bool on_double(double, View rest, Code& failure) {
        number_.append(rest.data(), rest.size());
        const auto number = parse_number(number_);
        number_.clear();
        stack_.push_double(number.value_or(0));
        return number ? counts(failure)
                      : refuse_member(
                            " is too large or too small a number: 1e-300 to 1e300 can be read",
                            failure);
    }
    bool on_bool(bool value, Code& failure) {
        stack_.push_bool(value);
        return counts(failure);
    }
    bool on_null(Code& failure) {
        stack_.push_null();
        return counts(failure);
    }
    bool on_comment_part(View, Code&) { return true; }
    bool on_comment(View, Code&) { return true; }

  private:
    bool check_text(View part, Code& failure) {
        return part.find('\0') == View::npos ||
               refuse_member(" must not contain the character NUL", failure);
    }

    /// One more value or name.
    bool counts(Code& failure) {
        return ++values_ <= kMostValues ||
               refuse(invalid("malformed_json",
                              "The body has more than 20,000 values and names of members"),
                      failure);
    }

    bool refuse_member(std::string_view why, Code& failure) {
        const auto name = shortened(outermost_.substr(0, outermost_.find('\0')));
        return refuse(invalid_field(name, name + std::string(why)), failure);
    }

    bool refuse(Error error, Code& failure) {
        refusal_ = std::move(error);
        failure = json::error::syntax;
        return false;
    }

    json::value_stack stack_;
    std::vector<std::string> keys_;    ///< of the objects that are open
    std::vector<std::size_t> starts_;  ///< where in keys_ each of them begins
    std::string number_;               ///< its text so far
    std::string key_;                  ///< as far as it has been read
    std::string outermost_;            ///< the member of the body that is being read
    std::size_t values_ = 0;
    std::optional<Error> refusal_;
};

}  // namespace

Result<json::value> read_document(std::string_view body) {
    if (trim(body).empty()) {
        return invalid("body_missing", "The request needs a body: a JSON object");
    }
    json::parse_options options;
    options.max_depth = kMaxDepth;
    json::basic_parser<Handler> parser(options);
    boost::system::error_code failure;
    const auto consumed = parser.write_some(false, body.data(), body.size(), failure);
    if (const auto& refusal = parser.handler().refusal()) {
        return *refusal;
    }
    if (!failure && !trim(body.substr(consumed)).empty()) {
        failure = json::error::extra_data;
    }
    if (failure) {
        return invalid("malformed_json", "The body is not valid JSON at " + place(body, consumed) +
                                             " (" + failure.message() + ")");
    }
    return parser.handler().release();
}

}  // namespace tripos::http::detail

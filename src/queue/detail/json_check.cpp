// SPDX-License-Identifier: MIT
#include "queue/detail/json_check.hpp"

#include <boost/json/basic_parser_impl.hpp>

namespace tripos::queue::detail {
namespace {

namespace json = boost::json;

/// Keeps nothing of what the parser finds, so that a check allocates nothing.
struct Ignore {
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    using Text = json::string_view;
    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_array_begin(json::error_code&) { return true; }
    bool on_array_end(std::size_t, json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) { return true; }
    bool on_object_end(std::size_t, json::error_code&) { return true; }
    bool on_string_part(Text, std::size_t, json::error_code&) { return true; }
    bool on_string(Text, std::size_t, json::error_code&) { return true; }
    bool on_key_part(Text, std::size_t, json::error_code&) { return true; }
    bool on_key(Text, std::size_t, json::error_code&) { return true; }
    bool on_number_part(Text, json::error_code&) { return true; }
    bool on_int64(std::int64_t, Text, json::error_code&) { return true; }
    bool on_uint64(std::uint64_t, Text, json::error_code&) { return true; }
    bool on_double(double, Text, json::error_code&) { return true; }
    bool on_bool(bool, json::error_code&) { return true; }
    bool on_null(json::error_code&) { return true; }
    bool on_comment_part(Text, json::error_code&) { return true; }
    bool on_comment(Text, json::error_code&) { return true; }
};

}  // namespace

bool is_json(std::string_view text) {
    json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    json::basic_parser<Ignore> parser(options);
    json::error_code failure;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
    return !failure && read == text.size();
}

}  // namespace tripos::queue::detail

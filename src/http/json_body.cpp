// SPDX-License-Identifier: MIT
#include "http/json_body.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <cstdio>
#include <limits>

#include "core/id.hpp"
#include "core/text.hpp"
#include "http/detail/json_document.hpp"
#include "http/json_text.hpp"

namespace tripos::http {

namespace json = boost::json;

namespace {

/// Enough for a form; whoever sends more does not read them.
constexpr std::size_t kMostProblems = 20;

std::string plain(double number) {
    std::array<char, 32> text{};
    const int length = std::snprintf(text.data(), text.size(), "%.15g", number);
    return std::string(text.data(), static_cast<std::size_t>(length));
}

/// "a number of at least 0", naming only the bounds that somebody chose.
std::string expectation(std::string_view noun, const NumberRule& rule) {
    const bool has_min = rule.min != NumberRule().min;
    const bool has_max = rule.max != NumberRule().max;
    std::string text(noun);
    if (has_min && has_max) {
        return text + " between " + plain(rule.min) + " and " + plain(rule.max);
    }
    if (has_min) {
        return text + " of at least " + plain(rule.min);
    }
    return has_max ? text + " of at most " + plain(rule.max) : text;
}

std::string join(const std::vector<std::string_view>& words) {
    std::string text;
    for (const auto word : words) {
        text += text.empty() ? "" : ", ";
        text += word;
    }
    return text;
}

std::string characters(std::size_t count) {
    return counted(static_cast<std::int64_t>(count), "character");
}

/// NaN when it is no number.
double number_in(const json::value& value) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    if (const auto* text = value.if_string()) {
        return parse_number({text->data(), text->size()}).value_or(none);
    }
    return value.is_number() ? value.to_number<double>() : none;
}

}  // namespace

BodyReader::BodyReader(const Request& request, EmptyBody empty) {
    const bool is_absent = empty == EmptyBody::allowed && request.body.empty();
    auto parsed = is_absent ? json::value(json::object()) : detail::read_document(request.body);
    if (!parsed) {
        fatal_ = parsed.error();
        return;
    }
    parsed_.emplace(std::move(*parsed));
    object_ = parsed_->if_object();
    if (object_ == nullptr) {
        fatal_ = invalid("malformed_json", "The body must be a JSON object, for example {}");
    }
}

BodyReader::BodyReader(const json::object& object, std::string prefix)
    : object_(&object), prefix_(std::move(prefix)) {}

bool BodyReader::has(std::string_view name) const {
    return given(name) != nullptr;
}

bool BodyReader::is_null(std::string_view name) const {
    const auto* value = find(name);
    return value != nullptr && value->is_null();
}

std::string BodyReader::text(std::string_view name, TextRule rule) {
    const auto* value = required(name, given(name));
    return value == nullptr ? std::string() : read_text(name, *value, rule).value_or("");
}

std::optional<std::string> BodyReader::maybe_text(std::string_view name, TextRule rule) {
    return has(name) ? read_text(name, *find(name), rule) : std::nullopt;
}

std::optional<std::string> BodyReader::read_text(std::string_view name, const json::value& value,
                                                 const TextRule& rule) {
    const auto* raw = value.if_string();
    if (raw == nullptr) {
        reject(name, label(name) + " must be text");
        return std::nullopt;
    }
    std::string_view text(raw->data(), raw->size());
    text = rule.trimmed ? trim(text) : text;
    if (has_control_characters(text, rule.allow_newlines ? "\n\r\t" : "")) {
        reject(name, label(name) + " must not contain control characters" +
                         (rule.allow_newlines ? " other than line breaks and tabs" : ""));
        return std::nullopt;
    }
    const auto length = utf8_length(text);
    if (length < rule.min_length) {
        reject(name, length == 0
                         ? label(name) + " is required"
                         : label(name) + " must have at least " + characters(rule.min_length));
        return std::nullopt;
    }
    if (length > rule.max_length) {
        reject(name, label(name) + " must have at most " + characters(rule.max_length));
        return std::nullopt;
    }
    return std::string(text);
}

double BodyReader::number(std::string_view name, NumberRule rule) {
    const auto* value = required(name, given_number(name));
    return value == nullptr ? 0 : read_number(name, *value, rule).value_or(0);
}

std::optional<double> BodyReader::maybe_number(std::string_view name, NumberRule rule) {
    const auto* value = given_number(name);
    return value == nullptr ? std::nullopt : read_number(name, *value, rule);
}

std::optional<double> BodyReader::read_number(std::string_view name, const json::value& value,
                                              const NumberRule& rule) {
    const auto number = number_in(value);
    if (!std::isfinite(number) || number < rule.min || number > rule.max) {
        reject(name, label(name) + " must be " + expectation("a number", rule));
        return std::nullopt;
    }
    return number;
}

std::int64_t BodyReader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
    const auto* value = required(name, given_number(name));
    const NumberRule rule{.min = static_cast<double>(min), .max = static_cast<double>(max)};
    return value == nullptr ? min : read_integer(name, *value, rule).value_or(min);
}

std::optional<std::int64_t> BodyReader::maybe_integer(std::string_view name, std::int64_t min,
                                                      std::int64_t max) {
    const NumberRule rule{.min = static_cast<double>(min), .max = static_cast<double>(max)};
    const auto* value = given_number(name);
    return value == nullptr ? std::nullopt : read_integer(name, *value, rule);
}

std::optional<std::int64_t> BodyReader::read_integer(std::string_view name,
                                                     const json::value& value, NumberRule rule) {
    // Beyond 2^53 a double no longer tells neighbours apart; such a number is out of every range we
    // ask for.
    constexpr double exact = 9007199254740992.0;
    const auto number = number_in(value);
    const bool is_whole = std::isfinite(number) && std::trunc(number) == number;
    if (!is_whole || std::abs(number) > exact || number < rule.min || number > rule.max) {
        reject(name, label(name) + " must be " + expectation("a whole number", rule));
        return std::nullopt;
    }
    return static_cast<std::int64_t>(number);
}

bool BodyReader::flag_or(std::string_view name, bool otherwise) {
    return maybe_flag(name).value_or(otherwise);
}

std::optional<bool> BodyReader::maybe_flag(std::string_view name) {
    if (!has(name)) {
        return std::nullopt;
    }
    const auto* flag = find(name)->if_bool();
    if (flag == nullptr) {
        reject(name, label(name) + " must be true or false");
        return std::nullopt;
    }
    return *flag;
}

std::string BodyReader::choice(std::string_view name,
                               const std::vector<std::string_view>& allowed) {
    const auto* value = required(name, given(name));
    return value == nullptr ? std::string() : read_choice(name, *value, allowed).value_or("");
}

std::optional<std::string> BodyReader::maybe_choice(std::string_view name,
                                                    const std::vector<std::string_view>& allowed) {
    return has(name) ? read_choice(name, *find(name), allowed) : std::nullopt;
}

std::optional<std::string> BodyReader::read_choice(std::string_view name, const json::value& value,
                                                   const std::vector<std::string_view>& allowed) {
    const auto* text = value.if_string();
    const auto given =
        text == nullptr ? std::string() : to_upper(trim({text->data(), text->size()}));
    const auto found = std::find_if(allowed.begin(), allowed.end(),
                                    [&](std::string_view word) { return to_upper(word) == given; });
    if (found == allowed.end()) {
        reject(name, label(name) + " must be one of " + join(allowed));
        return std::nullopt;
    }
    return std::string(*found);
}

std::string BodyReader::id(std::string_view name) {
    const auto* value = required(name, given(name));
    if (value == nullptr) {
        return {};
    }
    const auto* text = value->if_string();
    if (text == nullptr || !is_uuid({text->data(), text->size()})) {
        reject(name, label(name) + " must be an id (a UUID)");
        return {};
    }
    return to_lower({text->data(), text->size()});
}

std::vector<std::string> BodyReader::ids(std::string_view name, std::size_t max_count) {
    std::vector<std::string> ids;
    const auto* items = array(name, max_count);
    if (items == nullptr) {
        return ids;
    }
    for (const auto& item : *items) {
        const auto* text = item.if_string();
        if (text == nullptr || !is_uuid({text->data(), text->size()})) {
            reject(name, label(name) + " must be a list of ids (UUIDs)");
            return {};
        }
        ids.push_back(to_lower({text->data(), text->size()}));
    }
    return ids;
}

const json::array* BodyReader::array(std::string_view name, std::size_t max_count) {
    if (!has(name)) {
        return nullptr;
    }
    const auto* items = find(name)->if_array();
    if (items == nullptr) {
        reject(name, label(name) + " must be a list");
        return nullptr;
    }
    if (items->size() > max_count) {
        reject(name, label(name) + " must have at most " + std::to_string(max_count) + " entries");
        return nullptr;
    }
    return items;
}

const json::value* BodyReader::find(std::string_view name) const {
    return object_ == nullptr ? nullptr : object_->if_contains(name);
}

void BodyReader::reject(std::string_view name, std::string message) {
    if (problems_.size() == kMostProblems) {
        return;
    }
    auto field = label(name);
    const bool known = std::any_of(problems_.begin(), problems_.end(),
                                   [&](const auto& problem) { return problem.field == field; });
    if (!known) {
        problems_.push_back({std::move(field), std::move(message)});
    }
}

std::vector<FieldError> BodyReader::take_problems() {
    return std::exchange(problems_, {});
}

std::optional<Error> BodyReader::error() const {
    if (fatal_ || problems_.empty()) {
        return fatal_;
    }
    return invalid_fields(problems_);
}

const json::value* BodyReader::given(std::string_view name) const {
    const auto* value = find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

const json::value* BodyReader::given_number(std::string_view name) const {
    const auto* value = given(name);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text != nullptr && trim({text->data(), text->size()}).empty() ? nullptr : value;
}

const json::value* BodyReader::required(std::string_view name, const json::value* value) {
    if (value == nullptr) {
        reject(name, label(name) + " is required");
    }
    return value;
}

std::string BodyReader::label(std::string_view name) const {
    return prefix_.empty() ? std::string(name) : prefix_ + '.' + std::string(name);
}

namespace {

/// `otherwise` when the parameter is absent or blank; nothing when it is no whole number.
std::optional<double> whole_parameter(const Request& request, std::string_view name,
                                      std::int64_t otherwise) {
    const auto text = request.query_parameter(name);
    if (!text || trim(*text).empty()) {
        return static_cast<double>(otherwise);
    }
    const auto number = parse_number(*text);
    return number && std::trunc(*number) == *number ? number : std::nullopt;
}

}  // namespace

Result<std::int64_t> read_integer(const Request& request, std::string_view name, IntegerRule rule) {
    const auto number = whole_parameter(request, name, rule.otherwise);
    const NumberRule range{.min = static_cast<double>(rule.min),
                           .max = static_cast<double>(rule.max)};
    if (!number || *number < range.min || *number > range.max) {
        return invalid_field(std::string(name), std::string(name) + " must be " +
                                                    expectation("a whole number", range));
    }
    return static_cast<std::int64_t>(*number);
}

Result<std::optional<Timestamp>> read_instant(const Request& request, std::string_view name) {
    const auto text = request.query_parameter(name).value_or("");
    if (text.empty()) {
        return std::optional<Timestamp>();
    }
    const auto at = parse_iso8601(text);
    if (!at || !at->offset) {
        return invalid_field(std::string(name), std::string(name) +
                                                    " must be a time such as "
                                                    "2026-01-31T09:30:00Z");
    }
    return std::optional<Timestamp>(at->wall - *at->offset);
}

Result<std::string> read_query_choice(const Request& request, std::string_view name,
                                      const std::vector<std::string_view>& allowed) {
    auto word = request.query_parameter(name).value_or("");
    if (word.empty()) {
        return std::string(allowed.front());
    }
    if (std::find(allowed.begin(), allowed.end(), word) == allowed.end()) {
        return invalid_field(std::string(name),
                             std::string(name) + " must be one of " + join(allowed));
    }
    return word;
}

Result<Page> read_page(const Request& request, std::int64_t default_limit) {
    constexpr double max_page = 1'000'000;
    constexpr double max_limit = 100;
    Page page{.page = 1, .limit = default_limit};
    std::vector<FieldError> problems;
    const auto read = [&](const char* name, double max, std::int64_t& target) {
        if (const auto number = whole_parameter(request, name, target)) {
            target = static_cast<std::int64_t>(std::clamp(*number, 1.0, max));
        } else {
            problems.push_back({name, std::string(name) + " must be a whole number of at least 1"});
        }
    };
    read("page", max_page, page.page);
    read("limit", max_limit, page.limit);
    if (!problems.empty()) {
        return invalid_fields(std::move(problems));
    }
    return page;
}

Result<std::string> read_search(const Request& request) {
    constexpr std::size_t longest = 200;
    auto text = request.query_parameter("search").value_or("");
    if (text.size() > longest || !is_valid_utf8(text) || has_control_characters(text)) {
        return invalid_field("search", "search is at most 200 bytes of text");
    }
    return text;
}

Response success(int status, std::string_view message, json::object members) {
    json::object body;
    body.reserve(members.size() + 2);
    body["success"] = true;
    body["message"] = message;
    for (auto& member : members) {
        body.insert_or_assign(member.key(), std::move(member.value()));
    }
    return json_response(status, json_text(body));
}

}  // namespace tripos::http

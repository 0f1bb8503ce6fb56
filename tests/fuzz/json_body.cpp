// SPDX-License-Identifier: MIT
#include "http/json_body.hpp"

#include <boost/json/serialize.hpp>

#include "core/text.hpp"
#include "fuzz/fuzz.hpp"
#include "http/detail/json_document.hpp"

namespace tripos::fuzz {

namespace {

constexpr std::size_t kMostProblems = 20;
constexpr std::size_t kLongestMessage = 500;

void require_bounded(const Error& error) {
    require(error.message.size() <= kLongestMessage && error.fields.size() <= kMostProblems,
            "a refusal does not grow with the body");
    for (const auto& problem : error.fields) {
        require(problem.field.size() + problem.message.size() <= kLongestMessage,
                "a problem does not grow with the body");
    }
}

}  // namespace

void json_body(std::string_view input) {
    http::Request request;
    request.body = input;
    if (const auto document = http::detail::read_document(input)) {
        const auto written = boost::json::serialize(*document);
        require(is_valid_utf8(written), "text is UTF-8");
        const auto again = http::detail::read_document(written);
        require(again && *again == *document, "a document written down is the same document");
    } else {
        require_bounded(document.error());
    }

    http::BodyReader body(request);
    const auto text = body.text("text", {.max_length = 20});
    require(utf8_length(text) <= 20 && !has_control_characters(text), "a text keeps its rule");
    const auto number = body.maybe_number("number", {.min = -5, .max = 5}).value_or(1);
    require(number >= -5 && number <= 5, "a number keeps its rule");
    const auto whole = body.maybe_integer("integer", 1, 9).value_or(1);
    require(whole >= 1 && whole <= 9, "a whole number keeps its rule");
    body.flag_or("flag", false);
    body.choice("choice", {"A", "B"});
    require(body.ids("ids", 10).size() <= 10, "a list keeps its rule");
    if (const auto* array = body.array("array", 100)) {
        for (const auto& element : *array) {
            if (const auto* object = element.if_object()) {
                http::BodyReader nested(*object, "array");
                nested.id("id");
                nested.error();
            }
        }
    }
    if (const auto error = body.error()) {
        require_bounded(*error);
    }
}

}  // namespace tripos::fuzz

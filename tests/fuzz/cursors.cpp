// SPDX-License-Identifier: MIT
// Where a listing goes on: the query of a page, and in further lines ids of events.
#include "core/text.hpp"
#include "fuzz/fuzz.hpp"
#include "http/json_body.hpp"
#include "queue/detail/event_codec.hpp"

namespace tripos::fuzz {

void cursors(std::string_view input) {
    const auto lines = split(input, '\n');
    http::Request request;
    request.query = lines[0];
    if (const auto page = http::read_page(request)) {
        require(page->page >= 1 && page->limit >= 1 && page->limit <= 100 && page->offset() >= 0,
                "a page is somewhere");
    }
    const auto integer = http::read_integer(request, "page", {.otherwise = 3, .min = -3, .max = 9});
    require(!integer || (*integer >= -3 && *integer <= 9), "a number keeps its rule");

    using queue::detail::is_before;
    for (const auto a : lines) {
        require(!is_before(a, a), "nothing stands before itself");
    }
    for (std::size_t i = 2; i < lines.size(); ++i) {
        const auto a = lines[i - 2];
        const auto b = lines[i - 1];
        const auto c = lines[i];
        require(!(is_before(a, b) && is_before(b, a)), "one of two ids is first");
        require(!(is_before(a, b) && is_before(b, c)) || is_before(a, c), "ids have one order");
    }
}

}  // namespace tripos::fuzz

// SPDX-License-Identifier: MIT
#include "mail/detail/mail_scan.hpp"

#include <algorithm>

namespace tripos::mail::detail {

namespace {

constexpr std::size_t kCodeDigits = 6;

struct Span {
    std::size_t begin;
    std::size_t end;
};

/// The next link at or after `from`; begin is npos when there is none.
Span next_link(std::string_view text, std::size_t from) {
    const auto begin = std::min(text.find("http://", from), text.find("https://", from));
    if (begin == std::string_view::npos) {
        return {begin, begin};
    }
    auto end = std::min(text.find_first_of(" \t\r\n<>\"", begin), text.size());
    // What closes the sentence or the bracket around the link is not part of it.
    while (std::string_view(").,;!?'").find(text[end - 1]) != std::string_view::npos) {
        --end;
    }
    return {begin, end};
}

void add_once(std::vector<std::string>& found, std::string_view item) {
    if (std::find(found.begin(), found.end(), item) == found.end()) {
        found.emplace_back(item);
    }
}

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void add_codes(std::vector<std::string>& found, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto begin =
            std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_word);
        const auto end = std::find_if_not(begin, text.end(), is_word);
        const std::string_view word(begin, end);
        if (word.size() == kCodeDigits &&
            std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; })) {
            add_once(found, word);
        }
        at = static_cast<std::size_t>(end - text.begin());
    }
}

}  // namespace

std::vector<std::string> find_links(std::string_view text) {
    std::vector<std::string> links;
    for (Span link = next_link(text, 0); link.begin != std::string_view::npos;
         link = next_link(text, link.end)) {
        add_once(links, text.substr(link.begin, link.end - link.begin));
    }
    return links;
}

std::vector<std::string> find_codes(std::string_view text) {
    std::vector<std::string> codes;
    std::size_t from = 0;
    for (Span link = next_link(text, 0); link.begin != std::string_view::npos;
         link = next_link(text, link.end)) {
        add_codes(codes, text.substr(from, link.begin - from));
        from = link.end;
    }
    add_codes(codes, text.substr(from));
    return codes;
}

}  // namespace tripos::mail::detail

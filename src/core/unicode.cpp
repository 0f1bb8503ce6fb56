// SPDX-License-Identifier: MIT
#include "core/unicode.hpp"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>
#include <new>

namespace tripos {

namespace {

struct Free {
    void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

std::string map(std::string_view text, int options) {
    utf8proc_uint8_t* raw = nullptr;
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &raw,
                                     static_cast<utf8proc_option_t>(options));
    const std::unique_ptr<utf8proc_uint8_t, Free> mapped(raw);
    if (length == UTF8PROC_ERROR_NOMEM) {
        throw std::bad_alloc();
    }
    return length < 0
               ? std::string(text)
               : std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length));
}

constexpr int kNfkc = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;

}  // namespace

std::string normalize(std::string_view text) {
    return map(text, kNfkc);
}

std::string fold(std::string_view text, Accents accents) {
    const int drop = accents == Accents::dropped ? UTF8PROC_STRIPMARK : 0;
    return map(text, kNfkc | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | drop);
}

bool is_seen(std::string_view text) {
    const auto folded = fold(text);
    return folded.find_first_not_of(' ') != std::string::npos;
}

}  // namespace tripos

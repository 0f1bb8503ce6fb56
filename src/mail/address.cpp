// SPDX-License-Identifier: MIT
#include "mail/address.hpp"

#include <idn2.h>

#include <algorithm>
#include <optional>

#include "core/text.hpp"
#include "core/unicode.hpp"

namespace tripos::mail {

namespace {

constexpr std::size_t kLocalLimit = 64;
constexpr std::size_t kDomainLimit = 253;
constexpr std::size_t kLabelLimit = 63;
constexpr std::size_t kTotalLimit = 254;

constexpr bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

/// RFC 5322 atext, with RFC 6532's: whatever is not ASCII.
bool is_atext(char c) {
    return is_alphanumeric(c) || !is_ascii(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text) {
    const auto atoms = split(text, '.');
    return std::all_of(atoms.begin(), atoms.end(), [](std::string_view atom) {
        return !atom.empty() && std::all_of(atom.begin(), atom.end(), is_atext);
    });
}

/// Length of the quoted string at the start of `text`, quotes included, and what it means; nothing
/// if malformed.
struct Quoted {
    std::size_t length;
    std::string content;
};

std::optional<Quoted> read_quoted(std::string_view text) {
    Quoted quoted{.length = 1, .content = {}};
    for (; quoted.length < text.size(); ++quoted.length) {
        char c = text[quoted.length];
        if (c == '"') {
            ++quoted.length;
            return quoted;
        }
        if (c == '\\') {
            if (++quoted.length == text.size()) {
                return std::nullopt;
            }
            c = text[quoted.length];
        }
        // '<' and '>' would be legal here; they delimit the envelope, so we give them up.
        if (c < 0x20 || c > 0x7e || c == '<' || c == '>') {
            return std::nullopt;
        }
        quoted.content += c;
    }
    return std::nullopt;
}

bool is_host_label(std::string_view label) {
    return !label.empty() && label.size() <= kLabelLimit && label.front() != '-' &&
           label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
               return is_alphanumeric(c) || c == '-';
           });
}

/// The domain as lower-case A-labels; nothing when it is not a host name with at least one dot.
std::optional<std::string> canonical_domain(std::string_view typed) {
    char* converted = nullptr;
    const std::string terminated(typed);
    const int flags = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL;
    if (idn2_to_ascii_8z(terminated.c_str(), &converted, flags) != IDN2_OK) {
        return std::nullopt;
    }
    std::string domain = to_lower(converted);
    idn2_free(converted);

    const auto labels = split(domain, '.');
    const bool numeric_top = std::all_of(labels.back().begin(), labels.back().end(), is_digit);
    if (domain.size() > kDomainLimit || labels.size() < 2 || numeric_top ||
        !std::all_of(labels.begin(), labels.end(), is_host_label)) {
        return std::nullopt;
    }
    return domain;
}

struct LocalPart {
    std::string_view typed;
    std::string composed;  ///< one form for what can be typed in several
    std::string canonical;
};

/// A character that nobody sees would make a second mailbox that looks like the first.
bool has_unseen(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
            ++end;
        }
        if (!is_ascii(text[at]) && fold(text.substr(at, end - at)).empty()) {
            return true;
        }
        at = end;
    }
    return false;
}

/// Of a local part without quotes; nothing: it is none. What becomes ASCII on composing, such as a
/// full-width '@', has to be good ASCII.
std::optional<LocalPart> read_dot_atom(std::string_view typed) {
    LocalPart local{.typed = typed, .composed = std::string(typed), .canonical = to_lower(typed)};
    if (!std::all_of(typed.begin(), typed.end(), is_ascii)) {
        local.composed = normalize(typed);
        local.canonical = fold(typed);
    }
    const bool fine = is_dot_atom(local.composed) && is_dot_atom(local.canonical) &&
                      !has_unseen(typed) && !has_control_characters(local.composed);
    return fine ? std::optional(std::move(local)) : std::nullopt;
}

/// The part before '@'. A quoted form that needs no quotes names the same mailbox as the plain one.
std::optional<LocalPart> read_local_part(std::string_view address) {
    LocalPart local;
    if (address.starts_with('"')) {
        const auto quoted = read_quoted(address);
        if (!quoted || quoted->content.empty()) {
            return std::nullopt;
        }
        local.typed = address.substr(0, quoted->length);
        local.composed = local.typed;
        local.canonical = to_lower(is_dot_atom(quoted->content) ? std::string_view(quoted->content)
                                                                : local.typed);
    } else {
        auto atom = read_dot_atom(address.substr(0, address.find('@')));
        if (!atom) {
            return std::nullopt;
        }
        local = std::move(*atom);
    }
    if (local.composed.size() > kLocalLimit) {
        return std::nullopt;
    }
    return local;
}

std::optional<Address> read_address(std::string_view typed) {
    // A typed domain may be longer than its limit says (UTF-8); this only keeps the work bounded.
    if (typed.empty() || typed.size() > 4 * kTotalLimit || has_control_characters(typed) ||
        !is_valid_utf8(typed)) {
        return std::nullopt;
    }
    const auto local = read_local_part(typed);
    if (!local || local->typed.size() >= typed.size() || typed[local->typed.size()] != '@') {
        return std::nullopt;
    }
    const std::string_view typed_domain = typed.substr(local->typed.size() + 1);
    const auto domain = canonical_domain(typed_domain);
    if (!domain) {
        return std::nullopt;
    }
    Address address;
    address.text = local->composed + '@' +
                   (needs_smtputf8(typed_domain) ? *domain : std::string(typed_domain));
    address.canonical = local->canonical + '@' + *domain;
    if (address.text.size() > kTotalLimit || address.canonical.size() > kTotalLimit) {
        return std::nullopt;
    }
    return address;
}

}  // namespace

bool needs_smtputf8(std::string_view text) {
    return !std::all_of(text.begin(), text.end(), is_ascii);
}

Result<Address> parse_address(std::string_view text) {
    // Spaces around it are a slip of the hand; line breaks around it are not, so that trim() would
    // be too kind.
    while (text.starts_with(' ')) {
        text.remove_prefix(1);
    }
    while (text.ends_with(' ')) {
        text.remove_suffix(1);
    }
    auto address = read_address(text);
    if (!address) {
        return invalid_field("email", "email must look like name@example.org");
    }
    return std::move(*address);
}

}  // namespace tripos::mail

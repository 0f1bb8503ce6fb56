// SPDX-License-Identifier: MIT
#include "doctor/spf.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/text.hpp"

namespace tripos::doctor {

namespace {

/// Beyond it a record is wrong whatever the rest holds.
constexpr int kEnoughLookups = 2 * kMostSpfLookups;

std::vector<std::string> terms_of(std::string_view record) {
    std::vector<std::string> terms;
    for (const auto term : split(record, ' ')) {
        if (!term.empty()) {
            terms.push_back(to_lower(term));
        }
    }
    return terms;
}

std::string_view without_qualifier(std::string_view term) {
    return term.substr(term.find_first_of("+-~?") == 0 ? 1 : 0);
}

/// A number up to `most`, as behind the slash of a network.
bool is_prefix_length(std::string_view text, std::int64_t most) {
    const auto number = parse_int(text);
    return number && *number >= 0 && *number <= most;
}

bool is_network(int family, std::string_view text) {
    const auto slash = text.find('/');
    const std::string address(text.substr(0, slash));
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return inet_pton(family, address.c_str(), bytes.data()) == 1 &&
           (slash == std::string_view::npos ||
            is_prefix_length(text.substr(slash + 1), family == AF_INET ? 32 : 128));
}

/// Whether a term is one that receivers know (RFC 7208, 4.6.1): with any other the record is of no
/// use to them. Modifiers may have names that nobody knows, but no qualifier.
bool is_well_formed(std::string_view term) {
    const auto bare = without_qualifier(term);
    const auto end = bare.find_first_of(":/=");
    const auto name = bare.substr(0, end);
    const auto rest = end == std::string_view::npos ? std::string_view() : bare.substr(end);
    const auto value = rest.substr(rest.empty() ? 0 : 1);
    static constexpr std::array<std::string_view, 8> kMechanisms = {
        "all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"};
    if (rest.starts_with('=')) {
        const bool is_mechanism =
            std::find(kMechanisms.begin(), kMechanisms.end(), name) != kMechanisms.end();
        return !is_mechanism && !name.empty() && bare.size() == term.size() &&
               (name != "redirect" || !value.empty());
    }
    if (name == "all") {
        return rest.empty();
    }
    if (name == "ip4" || name == "ip6") {
        return rest.starts_with(':') && is_network(name == "ip4" ? AF_INET : AF_INET6, value);
    }
    if (name == "include" || name == "exists") {
        return rest.starts_with(':') && !value.empty();
    }
    const bool is_host = name == "ptr" || name == "a" || name == "mx";
    return is_host && (!rest.starts_with(':') || !value.empty());
}

/// Counts the lookups of a record and of those it includes.
class Lookups {
  public:
    Lookups(const TxtLookup& lookup, SenderLook& sender) : lookup_(lookup), sender_(sender) {}

    void follow(std::string_view record) {
        for (const auto& term : terms_of(record)) {
            const auto bare = without_qualifier(term);
            static constexpr std::array<std::string_view, 4> kAsking = {"a", "mx", "ptr", "exists"};
            const auto name = bare.substr(0, bare.find_first_of(":/="));
            if (!is_well_formed(term)) {
                sender_.spf_broken = "`" + term + "` is no term of SPF";
                return;
            }
            if (std::find(kAsking.begin(), kAsking.end(), name) != kAsking.end()) {
                ++sender_.spf_lookups;
            } else if (name == "include" || name == "redirect") {
                include(std::string(bare.substr(std::min(bare.size(), name.size() + 1))));
            }
        }
    }

  private:
    void include(const std::string& domain) {
        ++sender_.spf_lookups;
        const bool has_macro = domain.find('%') != std::string::npos;
        if (has_macro || sender_.spf_lookups > kEnoughLookups) {
            return;
        }
        if (!seen_.insert(domain).second) {
            return;
        }
        const auto answer = lookup_(domain);
        const auto records = spf_records(answer.texts);
        if (answer.kind == TxtAnswer::Kind::failed) {
            sender_.spf_silent = domain;
            return;
        }
        if (records.size() != 1) {
            sender_.spf_broken =
                domain + (records.empty() ? " has no SPF record" : " has several SPF records");
            return;
        }
        if (allows_everybody(records.front())) {
            sender_.spf_open = domain;
        }
        follow(records.front());
    }

    const TxtLookup& lookup_;
    SenderLook& sender_;
    std::set<std::string> seen_;
};

/// Of the domain, or else of the nearest one above it that has a policy. A name of one label has
/// none.
TxtAnswer dmarc_of(std::string domain, const TxtLookup& lookup) {
    for (;;) {
        auto answer = lookup("_dmarc." + domain);
        const auto dot = domain.find('.');
        const bool is_last =
            dot == std::string::npos || domain.find('.', dot + 1) == std::string::npos;
        if (!answer.texts.empty() || answer.kind == TxtAnswer::Kind::failed || is_last) {
            return answer;
        }
        domain.erase(0, dot + 1);
    }
}

}  // namespace

std::vector<std::string> spf_records(const std::vector<std::string>& texts) {
    std::vector<std::string> records;
    for (const auto& text : texts) {
        if (to_lower(text) == "v=spf1" || starts_with_ignoring_case(text, "v=spf1 ")) {
            records.push_back(text);
        }
    }
    return records;
}

bool allows_everybody(std::string_view record) {
    const auto terms = terms_of(record);
    return std::any_of(terms.begin(), terms.end(),
                       [](const auto& term) { return term == "all" || term == "+all"; });
}

SenderLook look_at_sender(const std::string& domain, std::vector<SenderLook::Key> wanted,
                          const TxtLookup& lookup) {
    SenderLook seen;
    seen.domain = domain;
    seen.spf = lookup(domain);
    const auto records = spf_records(seen.spf.texts);
    if (records.size() == 1) {
        Lookups(lookup, seen).follow(records.front());
    }
    seen.dmarc = dmarc_of(domain, lookup);
    for (auto& key : wanted) {
        key.found = lookup(key.name);
        seen.keys.push_back(std::move(key));
    }
    return seen;
}

}  // namespace tripos::doctor

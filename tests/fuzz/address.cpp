// SPDX-License-Identifier: MIT
#include "mail/address.hpp"

#include <algorithm>

#include "fuzz/fuzz.hpp"
#include "mail/header_values.hpp"

namespace tripos::fuzz {

void address(std::string_view input) {
    const auto address = mail::parse_address(input);
    if (!address) {
        require(address.error().message.size() < 200, "a refusal does not repeat the address");
        return;
    }
    for (const auto& text : {address->text, address->canonical}) {
        require(text.size() <= 254, "an address is short");
        require(std::all_of(text.begin(), text.end(),
                            [](char c) { return c >= 0x20 && c < 0x7f && c != '<' && c != '>'; }),
                "an address cannot leave the envelope");
    }
    const auto again = mail::parse_address(address->text);
    require(again && again->text == address->text && again->canonical == address->canonical,
            "an address as it goes on the wire is the same address");
    const auto canonical = mail::parse_address(address->canonical);
    require(canonical && canonical->canonical == address->canonical,
            "an address has one canonical form");
    require(mail::Mailbox::make("to", "", *address).has_value(), "an address fits a header");
}

}  // namespace tripos::fuzz

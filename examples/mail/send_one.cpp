// SPDX-License-Identifier: MIT
// One mail: HTML with a plain-text twin derived from it, and what the relay said.

#include "example.hpp"
#include "mail/templates.hpp"

using namespace tripos;
using namespace tripos::mail;
using namespace tripos::mail::example;

Task<> story(Transport& transport) {
    // Values are escaped, the layout is the house's. Any HTML of one's own does as well.
    const auto rendered = render_notification(
        {.subject = "Rooms have changed", .body = "The exam is in <hall 2>.\n\nGood luck!"});
    auto message = message_to("ada@example.com", rendered.subject, rendered.html);
    std::cout << "as text: " << html_to_text(message.html) << '\n';

    SendParams params;
    params.urgency = Urgency::notice;
    const Delivery delivery = co_await transport.send(std::move(message), std::move(params));
    std::cout << describe(delivery) << '\n';
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}

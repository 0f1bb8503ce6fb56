// SPDX-License-Identifier: MIT
// What can become of a mail, and what to do about each: the transport tells apart what to repeat,
// what to give up, and what it cannot know.

#include "example.hpp"

using namespace tripos;
using namespace tripos::mail;
using namespace tripos::mail::example;

std::string_view advice(Delivery::Kind kind) {
    switch (kind) {
        case Delivery::Kind::delivered:
            return "done";
        case Delivery::Kind::retry_message:
            return "try this one again later";
        case Delivery::Kind::retry_transport:
            return "try again when the relay is back";
        case Delivery::Kind::fail_recipient:
            return "never write to this address again";
        case Delivery::Kind::fail_message:
            return "give this one up";
        case Delivery::Kind::fail_configuration:
            return "mend the settings, then try again";
        case Delivery::Kind::in_doubt:
            return "the relay may have it: a second try may be a duplicate";
        case Delivery::Kind::withheld:
            return "not sent, as asked";
        case Delivery::Kind::overtaken:
            return "not sent: it made way for others; send it again soon";
    }
    return {};
}

Task<> send(Transport& transport, std::string to, SendParams params) {
    auto message = message_to(to, "Outcomes", "<p>What becomes of this?</p>");
    const Delivery delivery = co_await transport.send(std::move(message), std::move(params));
    std::cout << to << ": " << describe(delivery) << ", " << advice(delivery.kind) << '\n';
}

Task<> story(Transport& transport) {
    for (const auto* to : {"ada@example.com", "nobody@example.com", "busy@example.com"}) {
        co_await send(transport, to, SendParams());
    }
    SendParams fenced;
    fenced.before_dot = [] { return false; };  // as when somebody else has sent it meanwhile
    co_await send(transport, "fenced@example.com", std::move(fenced));
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}

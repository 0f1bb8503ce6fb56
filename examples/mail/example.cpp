// SPDX-License-Identifier: MIT
#include "example.hpp"

#include "core/id.hpp"
#include "core/random.hpp"

namespace tripos::mail::example {

namespace {

std::string_view name_of(Delivery::Kind kind) {
    switch (kind) {
        case Delivery::Kind::delivered:
            return "delivered";
        case Delivery::Kind::retry_message:
            return "retry_message";
        case Delivery::Kind::retry_transport:
            return "retry_transport";
        case Delivery::Kind::fail_recipient:
            return "fail_recipient";
        case Delivery::Kind::fail_message:
            return "fail_message";
        case Delivery::Kind::fail_configuration:
            return "fail_configuration";
        case Delivery::Kind::in_doubt:
            return "in_doubt";
        case Delivery::Kind::withheld:
            return "withheld";
        case Delivery::Kind::overtaken:
            return "overtaken";
    }
    return "unknown";
}

}  // namespace

Message message_to(std::string_view to, std::string subject, std::string html) {
    SecureRandom random;
    const auto now = SystemClock().now();
    Message message;
    message.from_name = "Example";
    message.from = parse_address("no-reply@example.org").value();
    message.to = parse_address(to).value();
    message.subject = std::move(subject);
    message.html = std::move(html);
    message.message_id = new_id(now, random) + "@example.org";
    message.date = now;
    return message;
}

std::string describe(const Delivery& delivery) {
    return std::string(name_of(delivery.kind)) + " " + std::to_string(delivery.code);
}

int run(int argc, char** argv, Task<> (*story)(Transport& transport)) {
    IoThreads threads(1);
    threads.start();
    Metrics metrics;
    SmtpOptions options{.url = Secret(argc == 2 ? argv[1] : ""), .connections = 2};
    const auto transport = SmtpTransport::create(std::move(options), metrics);
    if (!transport) {
        std::cerr << "usage: " << argv[0] << " smtp[s]://[user:password@]host[:port]\n"
                  << transport.error().message << '\n';
        return 2;
    }
    run_blocking(threads.background(), story(**transport));
    return 0;
}

}  // namespace tripos::mail::example

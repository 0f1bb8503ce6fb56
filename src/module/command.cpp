// SPDX-License-Identifier: MIT
#include "module/command.hpp"

#include "telemetry/log.hpp"

namespace tripos {

namespace {

Task<http::Reply> record_and_do(const Parts& parts, const http::Handler& handler,
                                http::Request& request) {
    try {
        co_await parts.record_request(audit::command_line(), "operate.ask", request);
    } catch (const Overloaded& failure) {
        log::warn("audit", "a command goes on without its entry",
                  {{"command", request.path}, {"what", failure.what()}});
    }
    co_return co_await handler(request);
}

}  // namespace

http::Handler recorded_command(const Parts& parts, http::Handler handler) {
    const auto shared = std::make_shared<const http::Handler>(std::move(handler));
    return http::Handler([&parts, shared](http::Request& request) {
        return record_and_do(parts, *shared, request);
    });
}

}  // namespace tripos

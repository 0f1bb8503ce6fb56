// SPDX-License-Identifier: MIT
#pragma once
// What every program of this folder needs once: a thread that runs coroutines, and a transport to
// the relay of its argument. A program is one coroutine, its story.

#include <iostream>

#include "async/io_threads.hpp"
#include "core/clock.hpp"
#include "mail/smtp_transport.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::mail::example {

/// A message from the example to `to`. Requires: a valid address.
Message message_to(std::string_view to, std::string subject, std::string html);

/// "delivered 250", "fail_recipient 550".
std::string describe(const Delivery& delivery);

/// Runs the story with the relay whose URL is the only argument; the program's exit code.
int run(int argc, char** argv, Task<> (*story)(Transport& transport));

}  // namespace tripos::mail::example

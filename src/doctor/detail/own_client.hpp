// SPDX-License-Identifier: MIT
#pragma once
// A client of the doctor's own, for one look. Not thread-safe.

#include "async/io_threads.hpp"
#include "redis/client.hpp"

namespace tripos::doctor {

/// Its end hangs up.
class OwnClient {
  public:
    OwnClient(asio::io_context& context, const redis::Endpoint& endpoint)
        : context_(context), client_({&context}, options(endpoint)) {
        client_.start();
    }
    ~OwnClient() { finish_on(context_, client_.stop()); }
    OwnClient(const OwnClient&) = delete;
    OwnClient& operator=(const OwnClient&) = delete;

    redis::Client& get() { return client_; }

    /// As it connects.
    static redis::ConnectionOptions options(const redis::Endpoint& endpoint) {
        return {.endpoint = endpoint,
                .client_name = "tripos-doctor",
                .connect_limit = kLimit,
                .command_limit = kLimit,
                .takes_replica = true};
    }

  private:
    static constexpr std::chrono::milliseconds kLimit{3'000};

    asio::io_context& context_;
    redis::Client client_;
};

}  // namespace tripos::doctor

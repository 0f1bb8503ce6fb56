// SPDX-License-Identifier: MIT
#include "sql/detail/postgres/postgres_wire.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "core/text.hpp"

namespace tripos::sql {

namespace {

/// Defaults that the address may override: they stand before it.
PostgresHandle connect(const std::string& url) {
    const std::array keywords{"application_name", "connect_timeout",
                              "keepalives_idle",  "keepalives_interval",
                              "keepalives_count", "tcp_user_timeout",
                              "dbname",           static_cast<const char*>(nullptr)};
    const std::array values{"tripos", "5",     "10",        "5",
                            "3",      "15000", url.c_str(), static_cast<const char*>(nullptr)};
    return PostgresHandle(PQconnectdbParams(keywords.data(), values.data(), 1));
}

bool is_good(const PostgresResult& result) {
    const auto status = PQresultStatus(result.get());
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

PostgresParameters::PostgresParameters(std::span<const Value> values) {
    texts_.reserve(values.size());
    for (const auto& value : values) {
        const bool null = std::holds_alternative<std::monostate>(value);
        texts_.push_back(null ? std::string() : write_postgres_parameter(value));
        pointers_.push_back(null ? nullptr : texts_.back().c_str());
    }
}

PostgresWire::PostgresWire(const std::string& url) : handle_(connect(url)) {
    if (is_lost()) {
        throw DatabaseUnavailable(std::string(trim(PQerrorMessage(handle_.get()))));
    }
    PQsetNoticeProcessor(
        handle_.get(), [](void*, const char*) {}, nullptr);
    PQsetnonblocking(handle_.get(), 1);
}

std::string PostgresWire::encryption() const {
    if (PQsslInUse(handle_.get()) == 0) {
        return "none";
    }
    std::string mode;
    auto* all = PQconninfo(handle_.get());
    for (auto* option = all; option != nullptr && option->keyword != nullptr; ++option) {
        if (std::string_view(option->keyword) == "sslmode" && option->val != nullptr) {
            mode = option->val;
        }
    }
    PQconninfoFree(all);
    return mode;
}

std::string PostgresWire::server_version() const {
    const char* text = PQparameterStatus(handle_.get(), "server_version");
    return text == nullptr ? "" : text;
}

bool PostgresWire::is_local() const {
    const std::string_view host = PQhost(handle_.get());
    return host.starts_with('/') || host == "localhost" || host == "::1" ||
           host.starts_with("127.");
}

PostgresResult PostgresWire::run(const std::string& statements) {
    start_waiting();
    PQsendQuery(handle_.get(), statements.c_str());
    return drain();
}

PostgresResult PostgresWire::prepare(const std::string& name, std::string_view statement,
                                     const std::vector<Oid>& types) {
    start_waiting();
    PQsendPrepare(handle_.get(), name.c_str(), std::string(statement).c_str(),
                  static_cast<int>(types.size()), types.data());
    return drain();
}

PostgresResult PostgresWire::run_prepared(const std::string& name,
                                          const PostgresParameters& parameters) {
    start_waiting();
    PQsendQueryPrepared(handle_.get(), name.c_str(), parameters.count(), parameters.data(), nullptr,
                        nullptr, 0);
    return drain();
}

PostgresResult PostgresWire::run_all(const std::vector<std::string>& before,
                                     const std::string& name,
                                     const PostgresParameters& parameters) {
    auto* handle = handle_.get();
    start_waiting();
    PQenterPipelineMode(handle);
    for (const auto& text : before) {
        PQsendQueryParams(handle, text.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0);
    }
    PQsendQueryPrepared(handle, name.c_str(), parameters.count(), parameters.data(), nullptr,
                        nullptr, 0);
    PQpipelineSync(handle);
    // The statement's result, or the first failure: what comes after a failure is only "aborted".
    PostgresResult answer;
    bool failed = false;
    for (std::size_t i = 0; i <= before.size(); ++i) {
        auto result = next();
        if (!failed) {
            failed = !is_good(result);
            answer = std::move(result);
        }
        next();  // the null that ends each command
    }
    next();  // the sync
    PQexitPipelineMode(handle);
    return answer;
}

PostgresWire::Committed PostgresWire::commit_after(const std::string& name) {
    auto* handle = handle_.get();
    start_waiting();
    PQenterPipelineMode(handle);
    PQsendQueryPrepared(handle, name.c_str(), 0, nullptr, nullptr, nullptr, 0);
    PQsendFlushRequest(handle);
    PQsendQueryParams(handle, "COMMIT", 0, nullptr, nullptr, nullptr, nullptr, 0);
    PQpipelineSync(handle);
    Committed answer;
    answer.first = next();
    next();
    answer.commit = next();
    next();
    next();  // the sync
    PQexitPipelineMode(handle);
    return answer;
}

PostgresResult PostgresWire::next() {
    if (!wait()) {
        shutdown(PQsocket(handle_.get()), SHUT_RDWR);  // libpq notices, and gives up the connection
    }
    return PostgresResult(PQgetResult(handle_.get()));
}

bool PostgresWire::wait() {
    auto* handle = handle_.get();
    for (;;) {
        const bool unsent = PQflush(handle) == 1;
        if (PQisBusy(handle) == 0 || is_lost()) {
            return true;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline_ - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            return false;
        }
        const auto events = static_cast<short>(unsent ? POLLIN | POLLOUT : POLLIN);
        pollfd socket{.fd = PQsocket(handle), .events = events, .revents = 0};
        if (poll(&socket, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) {
            return false;
        }
        if (socket.revents != 0 && PQconsumeInput(handle) == 0) {
            return true;  // broken: PQgetResult says so
        }
    }
}

PostgresResult PostgresWire::drain() {
    PostgresResult answer;
    for (auto result = next(); result; result = next()) {
        if (!answer || is_good(answer)) {
            answer = std::move(result);
        }
    }
    return answer;
}

}  // namespace tripos::sql

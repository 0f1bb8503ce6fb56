// SPDX-License-Identifier: MIT
#pragma once
// Lane: everything the server keeps per context, so that requests of different contexts share
// nothing: its connections, the one timer that watches all their deadlines, the formatted date, the
// request-id counter and the resolved metrics.

#include <array>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "async/event.hpp"
#include "async/task_group.hpp"
#include "core/clock.hpp"
#include "http/detail/site.hpp"

namespace tripos::http::detail {

class Connection;

/// Confined to its context, except context() and the constructor. Coroutines on the context hold it
/// by shared_ptr.
class Lane {
  public:
    Lane(asio::io_context& context, std::shared_ptr<Site> site);

    asio::io_context& context() { return context_; }
    Site& site() { return *site_; }

    void add(Connection& connection);
    void remove(Connection& connection);
    /// For one more connection. When there are too many, one of this lane on which nothing has
    /// arrived is closed, so that nobody keeps others out by saying nothing. False: the new one is
    /// too many.
    bool make_room();

    std::string_view date() const { return date_; }
    std::string next_request_id();
    void record(const Request& request, int status, std::chrono::steady_clock::duration took);

    /// Watches deadlines, until cancelled. Run once, in tasks().
    static Task<> sweep(std::shared_ptr<Lane> lane);
    /// Stops accepting and closes the connections on which nothing has arrived.
    static Task<> drain(std::shared_ptr<Lane> lane);
    /// Waits for the remaining connections until `deadline`, then cuts them.
    static Task<> finish(std::shared_ptr<Lane> lane,
                         std::chrono::steady_clock::time_point deadline);

    TaskGroup& acceptors() { return acceptors_; }
    TaskGroup& tasks() { return tasks_; }

  private:
    static constexpr std::size_t kMethods = 8;
    static constexpr std::size_t kClasses = 6;
    struct RouteFigures {
        std::array<Counter*, kMethods * kClasses> answered{};
        Histogram* seconds = nullptr;
    };

    void refresh_date();

    asio::io_context& context_;
    const std::shared_ptr<Site> site_;
    SystemClock clock_;
    Timestamp dated_at_{};
    std::string date_;
    std::string id_prefix_;
    std::uint64_t id_count_ = 0;
    std::uint64_t recorded_ = 0;
    std::unordered_map<const char*, RouteFigures> figures_;  ///< by address of the route's pattern
    std::unordered_set<Connection*> connections_;
    Event emptied_;
    TaskGroup acceptors_;
    TaskGroup tasks_;
};

}  // namespace tripos::http::detail

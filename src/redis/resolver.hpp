// SPDX-License-Identifier: MIT
#pragma once
// Resolver: which server is the master for a use now, where Sentinels or a Cluster decide that.
// Every connection of the use asks before each connect; and when another server becomes master,
// whoever is connected elsewhere is told to leave, whatever that server still says of itself: a
// demoted one may keep its role and take writes for seconds.
//
// One look at a time, owned by nobody who waits for it: giving up a wait ends no look. A look that
// fails says why to those who wait, and the next who asks begins another.

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "async/event.hpp"
#include "async/task_group.hpp"
#include "redis/address.hpp"

namespace tripos::redis {

class Lookup;

/// Thread-safe. Owned by the client and its connections together; the client starts and stops it.
class Resolver : public std::enable_shared_from_this<Resolver> {
  public:
    /// A connection, as far as it depends on who is master.
    class Dependent {
      public:
        virtual ~Dependent() = default;
        /// That server is master: whoever is connected to another leaves. From any thread.
        virtual void on_master(const Endpoint& master, const std::string& reason) = 0;
    };

    /// Looks on `context`, which outlives it. `slot_key`: a key of the use; all its others are in
    /// the same slot of a Cluster. Requires: the address is not of one fixed server.
    Resolver(asio::io_context& context, Address address, std::string slot_key);
    /// With a way of looking of one's own.
    Resolver(asio::io_context& context, Address address, std::string slot_key,
             std::unique_ptr<Lookup> lookup);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    void start();   ///< begins to listen for changes, and to look now and then
    Task<> stop();  ///< whoever waits is refused; twice is fine; from any context

    const Address& address() const { return address_; }        ///< what the setting says
    const std::string& slot_key() const { return slot_key_; }  ///< as given
    /// Who is master now. Throws Unavailable: nobody knows, and why.
    Task<Endpoint> resolve();
    /// From now on it is told of changes.
    void enlist(std::weak_ptr<Dependent> dependent);
    /// What is known may be past: looks again soon.
    void doubt();
    /// The server found last was not the one: the next look begins with another node.
    void reject();
    /// How often another server became master since start().
    std::uint64_t failovers() const;

  private:
    struct Waiter;

    Task<> stop_here();
    void join(const std::shared_ptr<Waiter>& waiter);
    Task<> look();
    Task<> keep_looking();
    void finish(const Endpoint& found, const std::string& problem);
    /// `left`: who was it until then, if known.
    void note(const Endpoint& master, const std::string& reason);
    void on_switch(const Endpoint& left, const Endpoint& master);
    bool was_just_left(const Endpoint& server) const;

    asio::io_context& context_;
    const Address address_;
    const std::string slot_key_;
    // Confined to the context.
    std::unique_ptr<Lookup> lookup_;
    std::vector<std::shared_ptr<Waiter>> waiting_;
    bool is_looking_ = false;
    bool is_stopped_ = false;
    bool has_rejected_ = false;  ///< since the last look
    std::optional<Endpoint> master_;
    std::optional<Endpoint> left_;  ///< a Sentinel said that it is master no more
    std::chrono::steady_clock::time_point left_at_{};
    Event doubted_;
    // Of all threads.
    mutable std::mutex mutex_;
    std::vector<std::weak_ptr<Dependent>> dependents_;
    std::uint64_t failovers_ = 0;
    TaskGroup group_;
};

}  // namespace tripos::redis

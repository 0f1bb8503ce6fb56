// SPDX-License-Identifier: MIT
#pragma once
// Lane: one I/O context's way to the cache. It owns a read connection that Redis tracks; all values
// kept in this process came over some lane, and that lane hears when they end. Lookups of one turn
// of the event loop leave as one MGET, and strict calls of one turn share one PING.
//
// Confined to its context, except what says otherwise.

#include <memory>
#include <vector>

#include "async/completion.hpp"
#include "async/task_group.hpp"
#include "cache/detail/read_plan.hpp"
#include "redis/client.hpp"
#include "redis/tracking.hpp"

namespace tripos::cache {

/// What all lanes of a cache share; outlives them.
struct LaneParts {
    redis::Client& client;
    Local& local;
    Random& random;
    const Seams& seams;
    std::chrono::milliseconds sync_interval;
    std::function<void()> synced;  ///< a lane has news of how fresh it is; from any thread
};

class Lane final : public redis::TrackingListener {
  public:
    Lane(asio::io_context& context, std::size_t index, const LaneParts& parts);
    ~Lane() override;

    bool begin();  ///< false: given up before
    /// It will not begin any more; false: it has begun, and must be stopped. Any thread.
    bool give_up();
    /// Cancels what runs in the background and waits for its end.
    Task<> stop();

    asio::io_context& context() { return context_; }
    Lanes bit() const { return bit_; }  ///< any thread
    /// A lane that does not track holds nothing. Any thread.
    bool is_tracking() const {
        return announcements_.load(std::memory_order_relaxed) != redis::Announcements::none;
    }
    /// Everything invalidated before this instant has been applied here. Any thread.
    Instant synced_at() const { return synced_at_.load(std::memory_order_relaxed); }

    /// Throws Unavailable.
    Task<Look> read(Key key);
    /// Until every invalidation confirmed before the call has been applied here; false: the server
    /// cannot be asked.
    Task<bool> barrier();
    /// Has the next change of the value or its lease announced to Wakeups; how long to wait for it
    /// at most, or nothing: the lease is gone. Throws Unavailable.
    Task<std::optional<std::chrono::milliseconds>> watch_lease(std::string value);

    /// Reads that version and tracks it. Throws Unavailable.
    Task<> track(std::shared_ptr<Version> version);

    bool is_stopping() const { return is_stopping_; }
    void spawn(std::string_view name, Task<> task) { group_.spawn(name, std::move(task)); }

    void on_up(redis::Announcements announcements) override;
    void on_changed(std::string_view key) override;
    void on_all_changed() override;
    void on_lost() override;

  private:
    struct Request {
        Key key;
        Completion<Look> done;
    };

    Task<> send_reads();
    Task<> send_barrier();
    Task<> keep_in_sync();

    asio::io_context& context_;
    const Lanes bit_;
    const LaneParts& parts_;
    const redis::Arguments proof_;  ///< what only the present master answers
    std::vector<Request> requests_;
    std::vector<Completion<bool>> at_barrier_;
    bool is_stopping_ = false;
    enum class Life { not_begun, begun, over };
    std::atomic<Life> life_ = Life::not_begun;
    std::atomic<redis::Announcements> announcements_ = redis::Announcements::none;
    std::atomic<Instant> synced_at_{0};
    std::unique_ptr<redis::Connection> reader_;
    TaskGroup group_;
};

}  // namespace tripos::cache

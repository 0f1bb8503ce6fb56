// SPDX-License-Identifier: MIT
#pragma once
// Engines: Redis and SQL, opened as the settings say: a private redis-server and a SQLite file when
// they say nothing.

#include <memory>
#include <string>

#include "app/config.hpp"
#include "app/data_folder.hpp"
#include "async/io_threads.hpp"
#include "core/clock.hpp"
#include "redis/client.hpp"
#include "redis/embedded_server.hpp"
#include "redis/server_watch.hpp"
#include "sql/database.hpp"

namespace tripos::app {

/// Owned by Application. Open and close from the main thread while the I/O threads run.
class Engines {
  public:
    Engines(const Config& config, const DataFolder& folder, IoThreads& threads, Metrics& metrics);
    ~Engines();
    Engines(const Engines&) = delete;
    Engines& operator=(const Engines&) = delete;

    /// A site is a database that `serve` has brought up to date. Throws StartFailure, which says
    /// where it looked and the cure, when there is none; creates nothing. Waits as open_database().
    static void require_site(const Config& config);
    /// The secrets of a site that is there are set, or in its folder. Throws StartFailure: others
    /// would be generated, which open nothing of the site's and go into its copies.
    static void require_secrets(const Config& config);

    /// Starts the embedded server if none is configured and connects. Waits REDIS_START_TIMEOUT for
    /// servers that are away; false: still away, the clients keep trying.
    bool open_redis();
    /// Looks whether the servers suit their use, says in the log what does not, and keeps looking.
    void watch_redis();
    /// Connects, waiting DATABASE_START_TIMEOUT for a server that is away. Throws StartFailure.
    void open_database();
    /// Finishes waiting writes, ends the connections, stops the embedded server. Twice is fine.
    void close();

    redis::Client& cache_redis() { return *cache_redis_; }
    redis::Client& queue_redis() { return *queue_redis_; }
    /// The same object where one server is both.
    const redis::ServerWatch& cache_watch() const;
    const redis::ServerWatch& queue_watch() const { return *queue_watch_; }
    sql::Database& database() { return *database_; }

  private:
    /// `slot_key`: a key of the use.
    std::unique_ptr<redis::Client> connect(const Secret& url, const char* key,
                                           std::chrono::milliseconds limit, std::string slot_key);
    bool wait_until_connected();

    const Config& config_;
    const DataFolder& folder_;
    IoThreads& threads_;
    Metrics& metrics_;
    const SystemClock wall_;
    std::unique_ptr<redis::EmbeddedServer> embedded_;
    std::unique_ptr<redis::Client> cache_redis_;
    std::unique_ptr<redis::Client> queue_redis_;
    std::unique_ptr<redis::ServerWatch> cache_watch_;  ///< null: the queue's server is the cache's
    std::unique_ptr<redis::ServerWatch> queue_watch_;
    std::unique_ptr<sql::Database> database_;
    bool closed_ = false;
};

}  // namespace tripos::app

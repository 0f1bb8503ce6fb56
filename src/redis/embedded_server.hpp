// SPDX-License-Identifier: MIT
#pragma once
// EmbeddedServer: a private redis-server as a supervised child, for sites that configure none: real
// Redis, never an imitation. Unix socket only, append-only file, noeviction, maxmemory a quarter of
// what the machine or the control group has.
//
// The child runs in its own process group (Ctrl-C must not reach it before jobs are handed back)
// and dies with this process, also on kill -9 (PR_SET_PDEATHSIG, which is tied to the creating
// thread: a thread of its own that lives as long as this object starts and watches it). If the
// child dies it is started again.

#include <memory>
#include <string>

namespace tripos::redis {

/// What to start, and where it keeps its data.
struct EmbeddedServerOptions {
    std::string binary = "redis-server";  ///< looked for in PATH
    std::string
        alternative;        ///< for the error when it is missing: what else one can do, if anything
    std::string directory;  ///< data files, socket and log; created if missing, mode 0700
    std::size_t max_memory = 0;  ///< bytes; 0: a quarter of the machine's RAM, or of what the
                                 ///< control group allows
    int lock_file = -1;          ///< a lock that the server holds as well, so that it is free only
                                 ///< when both processes are gone; -1: none
    bool durable = true;         ///< append-only file, fsync every second
};

/// Thread-safe. Blocking: meant for start and stop of the process.
class EmbeddedServer {
  public:
    explicit EmbeddedServer(EmbeddedServerOptions options);  ///< does not start it yet
    ~EmbeddedServer();                                       ///< stop()s
    EmbeddedServer(const EmbeddedServer&) = delete;
    EmbeddedServer& operator=(const EmbeddedServer&) = delete;

    /// Starts it and waits until it answers (at most 10 s; loading a large file may take longer and
    /// is waited for). Throws SystemError with the cure when the binary is missing, it ends at
    /// once, or stop() is called meanwhile.
    void start();
    /// SIGTERM, on which it saves; SIGKILL after 5 s. At any moment, also during start(); twice is
    /// fine.
    void stop();

    std::string socket_path() const;  ///< inside its folder
    std::string url() const;          ///< unix:// and the socket's path
    int pid() const;                  ///< 0 when not running

  private:
    class Supervisor;
    std::unique_ptr<Supervisor> supervisor_;
};

}  // namespace tripos::redis

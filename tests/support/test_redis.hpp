// SPDX-License-Identifier: MIT
#pragma once
// A real redis-server for one test, on a Unix socket in a directory of its own. Not thread-safe.

#include <sys/types.h>

#include <string>
#include <vector>

namespace tripos::test {

class TestRedis {
  public:
    enum class Persistence { none, append_only };

    /// Starts it and waits until it answers. `settings` are further lines of redis.conf.
    explicit TestRedis(Persistence persistence = Persistence::none,
                       const std::string& settings = {});
    ~TestRedis();  ///< kills it, by its own pid, and removes the directory
    TestRedis(const TestRedis&) = delete;
    TestRedis& operator=(const TestRedis&) = delete;

    std::string url() const { return "unix://" + socket_path(); }
    std::string socket_path() const { return directory_ + "/redis.sock"; }
    pid_t pid() const { return pid_; }

    /// SIGKILL, and waits for its end.
    void kill();
    /// Starts it again, kill()ing it first if it runs.
    void restart();
    /// Stops and continues the process: the server hangs without closing anything.
    void pause();
    void resume();
    /// FLUSHALL.
    void flush();
    /// Sends one command over a connection of its own; the raw reply as the server wrote it.
    std::string raw(const std::vector<std::string>& arguments) const;

  private:
    void launch();
    bool answers() const;

    std::string directory_;
    Persistence persistence_;
    pid_t pid_ = 0;
};

}  // namespace tripos::test

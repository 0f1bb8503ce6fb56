// SPDX-License-Identifier: MIT
#pragma once
// PostgresGate: a Unix socket in front of the PostgreSQL server of this test program that can lose
// what passes: the COMMIT, its answer, or everything.

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace tripos::test {

/// Used by the test's thread.
class PostgresGate {
  public:
    enum class Mode {
        open,
        lose_commit,         ///< once: cuts the connection before the COMMIT
        lose_commit_answer,  ///< once: cuts it after the COMMIT, before the answer
        frozen,              ///< takes everything, forwards nothing
        shut,                ///< new connections are cut at once
    };

    /// `url`: of a database, as PostgresServer::url() gives it.
    explicit PostgresGate(const std::string& url);
    ~PostgresGate();
    PostgresGate(const PostgresGate&) = delete;
    PostgresGate& operator=(const PostgresGate&) = delete;

    /// The same database, through the gate.
    std::string url() const { return url_; }
    /// `then`: the mode after a connection was cut.
    void set(Mode mode, Mode then = Mode::open);

  private:
    void accept_loop(int listener);
    void pass(int client, int server);
    /// False: the connection is to be cut. `from_client`: the direction.
    bool forward(int from, int to, bool from_client);

    std::string folder_;
    std::string server_path_;
    std::string url_;
    std::atomic<Mode> mode_ = Mode::open;
    std::atomic<Mode> then_ = Mode::open;
    std::atomic<bool> stopping_ = false;
    std::vector<std::jthread> threads_;  ///< of connections; grown by the acceptor
    std::jthread acceptor_;
};

}  // namespace tripos::test

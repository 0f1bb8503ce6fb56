// SPDX-License-Identifier: MIT
#include "redis/embedded_server.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "async/backoff.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "redis/detail/blocking_ask.hpp"
#include "redis/detail/child_process.hpp"
#include "redis/detail/memory_limit.hpp"
#include "telemetry/log.hpp"

namespace tripos::redis {

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kMaxSocketPath = 107;  ///< sockaddr_un, without the final zero
constexpr auto kStartLimit = 10s;
constexpr auto kStopLimit = 5s;
constexpr auto kGoodRun = 10s;  ///< a child that lived so long restarts without delay next time
constexpr auto kLook = 10ms;

std::string last_lines(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::string last;
    while (std::getline(file, line)) {
        if (!line.empty()) {
            last = line;
        }
    }
    return last;
}

}  // namespace

/// Everything behind EmbeddedServer. The thread owns the child: it starts, awaits and reaps it.
class EmbeddedServer::Supervisor {
  public:
    explicit Supervisor(EmbeddedServerOptions options) : options_(std::move(options)) {
        socket_path_ = options_.directory + "/redis.sock";
    }
    ~Supervisor() { stop(); }

    void start();
    void stop();
    std::string socket_path() const {
        const std::lock_guard lock(mutex_);
        return socket_path_;
    }
    int pid() const {
        const std::lock_guard lock(mutex_);
        return pid_;
    }

  private:
    void prepare();
    void place_socket();
    void await_predecessor();
    void await_ready();
    /// Asks the thread and the child to end, from any thread.
    void request_stop();
    /// Ends them. Requires: lifecycle_ is held.
    void end();
    /// Throws if stop() was called.
    void require_wanted() const;
    std::vector<std::string> arguments() const;
    std::string log_path() const { return options_.directory + "/redis.log"; }
    void supervise();
    /// False: stop() was called, and there is no child.
    bool launch();
    /// Waits until the child has ended, and reaps it under the lock, so that nobody signals a
    /// reused id.
    void reap();

    std::mutex lifecycle_;  ///< held by start() and by the end of stop(); before mutex_
    EmbeddedServerOptions options_;
    std::string program_;
    std::string short_directory_;  ///< ours to remove; empty: the socket is in the data directory
    std::thread thread_;

    mutable std::mutex mutex_;  ///< of all below
    std::condition_variable changed_;
    std::string socket_path_;
    int pid_ = 0;
    bool has_ended_ = false;  ///< before it was ready
    bool is_ready_ = false;
    bool stopping_ = false;
};

void EmbeddedServer::Supervisor::prepare() {
    program_ = find_program(options_.binary);
    if (program_.empty()) {
        const std::string cure =
            "install the package redis-server" +
            (options_.alternative.empty() ? "" : ", or " + options_.alternative);
        throw SystemError("redis-server", options_.binary + " is not installed; " + cure);
    }
    std::filesystem::create_directories(options_.directory);
    chmod(options_.directory.c_str(), 0700);
    options_.directory = std::filesystem::absolute(options_.directory).string();
    place_socket();
}

void EmbeddedServer::Supervisor::place_socket() {
    const std::lock_guard lock(mutex_);
    socket_path_ = options_.directory + "/redis.sock";
    if (socket_path_.size() > kMaxSocketPath) {
        // The kernel takes no longer path: a private directory with a short name holds the socket
        // alone.
        std::string pattern = "/tmp/tripos-XXXXXX";
        if (mkdtemp(pattern.data()) == nullptr) {
            throw SystemError("redis-server", "cannot make a directory for the socket in /tmp");
        }
        short_directory_ = pattern;
        socket_path_ = pattern + "/redis.sock";
    }
}

void EmbeddedServer::Supervisor::require_wanted() const {
    const std::lock_guard lock(mutex_);
    if (stopping_) {
        throw SystemError("redis-server", "was stopped before it was ready");
    }
}

void EmbeddedServer::Supervisor::await_predecessor() {
    // The server of a parent that was killed dies with it, but not in the same instant.
    const auto deadline = SteadyClock::now() + kStopLimit;
    while (!blocking_ask(socket_path(), "PING").empty()) {
        require_wanted();
        if (SteadyClock::now() > deadline) {
            throw SystemError("redis-server", "another redis-server uses " + options_.directory +
                                                  "; stop it first");
        }
        std::this_thread::sleep_for(kLook);
    }
    std::error_code ignored;  // absent is fine, and redis-server reports what is not
    std::filesystem::remove(socket_path(), ignored);
}

void EmbeddedServer::Supervisor::start() {
    const std::lock_guard lifecycle(lifecycle_);
    if (thread_.joinable()) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        stopping_ = has_ended_ = is_ready_ = false;
    }
    prepare();
    await_predecessor();
    thread_ = std::thread([this] { supervise(); });
    await_ready();
}

void EmbeddedServer::Supervisor::await_ready() {
    auto deadline = SteadyClock::now() + kStartLimit;
    for (;;) {
        const std::string reply = blocking_ask(socket_path(), "PING");
        std::unique_lock lock(mutex_);
        if (reply.starts_with("+PONG")) {
            is_ready_ = true;
            return;
        }
        if (reply.starts_with("-LOADING")) {
            deadline = SteadyClock::now() + kStartLimit;
        }
        const bool unwanted = stopping_;
        const bool too_late = SteadyClock::now() > deadline;
        if (has_ended_ || too_late || unwanted) {
            lock.unlock();
            end();
            throw SystemError("redis-server",
                              unwanted
                                  ? "was stopped before it was ready"
                                  : std::string(too_late ? "does not answer" : "ended at once") +
                                        "; see " + log_path() + ": " + last_lines(log_path()));
        }
        changed_.wait_for(lock, kLook);
    }
}

std::vector<std::string> EmbeddedServer::Supervisor::arguments() const {
    const std::size_t memory =
        options_.max_memory != 0 ? options_.max_memory : available_memory() / 4;
    return {options_.binary,
            "--port",
            "0",
            "--unixsocket",
            socket_path(),
            "--unixsocketperm",
            "700",
            "--dir",
            options_.directory,
            "--logfile",
            log_path(),
            "--daemonize",
            "no",
            "--appendonly",
            options_.durable ? "yes" : "no",
            "--appendfsync",
            "everysec",
            "--auto-aof-rewrite-min-size",
            "256mb",
            "--save",
            "",
            "--maxmemory",
            std::to_string(memory),
            "--maxmemory-policy",
            "noeviction"};
}

bool EmbeddedServer::Supervisor::launch() {
    const auto command = arguments();
    const ChildFiles files{.log_path = log_path(), .inherited = options_.lock_file};
    // Under the lock: stop() either sees the child, or there will be none.
    const std::lock_guard lock(mutex_);
    if (stopping_) {
        return false;
    }
    pid_ = spawn_child(program_, command, files);
    return true;
}

void EmbeddedServer::Supervisor::reap() {
    siginfo_t info{};
    while (waitid(P_PID, static_cast<id_t>(pid()), &info, WEXITED | WNOWAIT) != 0 &&
           errno == EINTR) {
    }
    const std::lock_guard lock(mutex_);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
    has_ended_ = !is_ready_;
    changed_.notify_all();
}

/// The thread: the child's death signal is tied to it, so it lives until stop().
void EmbeddedServer::Supervisor::supervise() {
    SecureRandom random;
    Backoff backoff(BackoffOptions{}, random);
    for (;;) {
        const auto begun = SteadyClock::now();
        try {
            if (!launch()) {
                return;
            }
            reap();
        } catch (const SystemError& failure) {
            log::error("redis", "embedded server cannot be started", {{"what", failure.what()}});
            const std::lock_guard lock(mutex_);
            has_ended_ = !is_ready_;
        }
        if (SteadyClock::now() - begun > kGoodRun) {
            backoff.reset();
        }
        std::unique_lock lock(mutex_);
        if (stopping_ || has_ended_) {
            return;
        }
        log::warn("redis", "embedded server ended by itself and is started again",
                  {{"log", log_path()}});
        if (changed_.wait_for(lock, backoff.next(), [this] { return stopping_; })) {
            return;
        }
    }
}

void EmbeddedServer::Supervisor::request_stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (pid_ != 0) {
        ::kill(pid_, SIGTERM);  // writes out the append-only file, as SHUTDOWN does
    }
    changed_.notify_all();
}

void EmbeddedServer::Supervisor::stop() {
    request_stop();  // ends a start() that is under way
    const std::lock_guard lifecycle(lifecycle_);
    end();
}

void EmbeddedServer::Supervisor::end() {
    request_stop();
    {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, kStopLimit, [this] { return pid_ == 0; })) {
            log::warn("redis", "embedded server did not end in time and is killed");
            ::kill(pid_, SIGKILL);
        }
    }
    if (thread_.joinable()) {
        thread_.join();
    }
    if (!short_directory_.empty()) {
        std::error_code ignored;  // a leftover in /tmp harms nobody
        std::filesystem::remove_all(short_directory_, ignored);
        short_directory_.clear();
    }
}

EmbeddedServer::EmbeddedServer(EmbeddedServerOptions options)
    : supervisor_(std::make_unique<Supervisor>(std::move(options))) {}

EmbeddedServer::~EmbeddedServer() = default;

void EmbeddedServer::start() {
    supervisor_->start();
}

void EmbeddedServer::stop() {
    supervisor_->stop();
}

std::string EmbeddedServer::socket_path() const {
    return supervisor_->socket_path();
}

std::string EmbeddedServer::url() const {
    return "unix://" + supervisor_->socket_path();
}

int EmbeddedServer::pid() const {
    return supervisor_->pid();
}

}  // namespace tripos::redis

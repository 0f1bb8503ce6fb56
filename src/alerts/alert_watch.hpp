// SPDX-License-Identifier: MIT
#pragma once
// AlertWatch: reads the figures every 15 s, goes through the rules, and tells people. It has a
// thread of its own, so that nothing it watches can hold it up. Of the processes of a site one
// tells, by a lease in SQL; without SQL each tells by itself, for then nobody knows of the others.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <mutex>
#include <thread>

#include "alerts/announcer.hpp"
#include "alerts/messenger.hpp"
#include "async/event.hpp"
#include "async/task_group.hpp"
#include "sql/database.hpp"

namespace tripos::alerts {

/// How it works and where messages go.
struct AlertWatchOptions {
    MessengerOptions messenger;
    std::string site;                                         ///< PUBLIC_URL, in messages
    std::string data_dir;                                     ///< whose disk is looked at
    std::chrono::milliseconds interval{kEvaluationInterval};  ///< between looks
};

/// What it works on; all outlive it.
struct AlertWatchParts {
    sql::Database& database;
    const Clock& clock;  ///< of the site: it does not jump
    Random& random;
    Metrics& metrics;
};

/// What was so at the last look.
struct AlertState {
    Timestamp at{};                     ///< when that was
    std::map<AlertKey, Active> active;  ///< pending and firing
    Notes notes;                        ///< what is known of those that fire
    std::vector<Silence> silences;      ///< as of the last time SQL answered
    bool exam_runs = false;             ///< silences do not keep pages back
};

/// state() and test() may be called from anywhere; the rest belongs to its owner.
class AlertWatch {
  public:
    /// `refresh` brings figures up to date that are only made when somebody asks; what it uses
    /// outlives this.
    AlertWatch(const AlertWatchParts& parts, std::function<void()> refresh,
               AlertWatchOptions options);
    ~AlertWatch();  ///< as stop(), but that the lease ends by itself
    AlertWatch(const AlertWatch&) = delete;
    AlertWatch& operator=(const AlertWatch&) = delete;

    void start();   ///< goes on from what SQL has kept; twice is fine
    Task<> stop();  ///< what is being sent is given up; twice is fine

    AlertState state() const;
    /// Sends a message that says it is a test. False: nothing took it, or there is nowhere to send.
    Task<bool> test();

  private:
    /// What SQL has to say in each round.
    struct Kept;

    void run_thread();  ///< Requires: start_stop_ is locked, and it is not stopped.
    void end_thread();
    Task<> run();
    Task<> look();
    Task<> ask_database(Timestamp now);
    /// Whether it was done, within what a look can wait for. `work` owns what it uses: it may be
    /// done later, and until then nothing else is.
    Task<bool> try_to_write(std::function<void(sql::Session&)> work);
    Task<> write(std::function<void(sql::Session&)> work);
    Task<> tell(Timestamp now);
    Task<> keep_notes();
    Task<bool> send_test();
    void take_over(Kept kept, Timestamp now);
    void read_figures(Timestamp now);
    void beat(Timestamp now);
    void publish(Timestamp now);
    bool exam_runs(Timestamp now) const;

    const AlertWatchParts parts_;
    const std::function<void()> refresh_;
    const AlertWatchOptions options_;
    const std::string holder_;  ///< who we are to the lease
    Gauge& firing_;
    Gauge& disk_;

    // Of the thread
    Messenger messenger_;
    History history_;
    Evaluator evaluator_;
    Announcer announcer_;
    std::vector<Silence> silences_;
    Notes kept_;               ///< as SQL has them
    bool has_lease_ = false;   ///< this process tells
    bool is_alone_ = false;    ///< SQL does not answer: each tells
    bool got_through_ = true;  ///< the last message did
    bool is_writing_ = false;  ///< SQL has yet to answer
    bool has_written_ = false;
    Timestamp looked_at_{};
    Timestamp beat_at_{};

    mutable std::mutex mutex_;  ///< of what follows
    AlertState state_;

    std::mutex start_stop_;  ///< of what follows
    bool is_stopped_ = false;
    bool is_watching_ = false;
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::thread thread_;
    Event written_;  ///< SQL has answered
    TaskGroup tasks_;
};

}  // namespace tripos::alerts

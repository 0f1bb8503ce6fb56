// SPDX-License-Identifier: MIT
#pragma once
// Seeding: accounts and exams that exist to be looked at or to be loaded. The demo fills an empty
// database for `./dev run`; the load set makes a live exam with candidates that are logged in and
// have saved answers, through the same routes as everyone.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/services.hpp"
#include "http/router.hpp"

namespace tripos::app {

enum class Cohort { none, writes };

/// The log-ins of a fresh demo site, shown once.
struct DemoLogins {
    std::string admin_email;
    std::string admin_password;
    std::string candidate_email_first;
    std::string candidate_email_last;
    std::string candidate_password;
    std::string live_id;                 ///< the exam that is open
    std::vector<std::string> simulated;  ///< the accounts that write it by themselves
};

struct LoadParams {
    std::int64_t candidates = 100;
    std::int64_t questions = 40;
    std::int64_t answers = 0;  ///< saved per candidate
    /// When the exam opens, once everything else is made; nothing: it is open, and each candidate
    /// has started.
    std::optional<std::chrono::seconds> opens_in;
    std::chrono::seconds lasts = std::chrono::hours(12);  ///< from its begin to its end
    bool has_password = false;  ///< the candidates can also log in by themselves
};

struct LoadQuestion {
    std::string id;
    std::vector<std::string> option_ids;
};

struct LoadSet {
    std::string exam_id;
    Timestamp opens_at{};
    Timestamp ends_at{};
    std::string staff_token;
    std::vector<std::string> tokens;      ///< one per candidate
    std::vector<std::string> emails;      ///< theirs
    std::vector<std::string> user_ids;    ///< theirs, and last that of the staff
    std::string password;                 ///< everybody's; empty: they have none
    std::vector<LoadQuestion> questions;  ///< unless the exam has yet to open
    std::vector<std::string> right;       ///< the texts of all right options
};

/// Thread-safe. `router` has the API's routes; all references outlive it.
class Seeding {
  public:
    Seeding(sql::Database& database, Services& services, const http::Router& router,
            const Clock& clock, Random& random);

    /// Nothing when the database has accounts already.
    Task<std::optional<DemoLogins>> demo(Cohort cohort);
    /// A candidate who starts the exam, answers at a person's pace and hands in. Ends early when
    /// the API refuses, as when staff close the exam.
    Task<> sit(std::string user_id, std::string exam_id);
    Task<LoadSet> load_set(LoadParams params);
    /// Erases accounts that load_set() made, as an administrator would: how many. What is left of
    /// their attempts has no name. conflict: while their exam runs, or has no results yet.
    Task<Result<std::int64_t>> erase(std::vector<std::string> user_ids);

  private:
    Task<std::string> add_user(accounts::NewUser user);
    Task<std::string> log_in(std::string user_id, accounts::Roles roles);
    Task<boost::json::object> get(std::string path, std::string token);
    Task<boost::json::object> post(std::string path, std::string token, boost::json::object body);
    Task<boost::json::object> send(http::Request request);
    Task<> pause(std::uint32_t least_seconds, std::uint32_t most_seconds);
    /// False: the API refused.
    Task<bool> try_post(std::string path, std::string token, boost::json::object body);
    Task<> create_exam(LoadSet& set, LoadParams params);
    Task<std::vector<LoadQuestion>> paper(std::string exam_id, std::string token);
    Task<> save_answers(std::string exam_id, std::string token,
                        const std::vector<LoadQuestion>& questions, std::int64_t count);

    sql::Database& database_;
    Services& services_;
    const http::Router& router_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace tripos::app

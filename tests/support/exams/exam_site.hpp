// SPDX-License-Identifier: MIT
#pragma once
// ExamSite: questions, exams, attempts and results behind one router, on a database of the test's
// engine, a real Redis and a fake clock. Tests speak HTTP to it: users have real sessions, requests
// pass the real Guard.

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <vector>

#include "accounts/guard.hpp"
#include "accounts/sessions.hpp"
#include "cache/cache.hpp"
#include "exams/exams_module.hpp"
#include "http/router.hpp"
#include "questions/questions_module.hpp"
#include "redis/client.hpp"
#include "results/results_module.hpp"
#include "rosters/rosters_module.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/test_database.hpp"
#include "support/test_redis.hpp"
#include "work/work_module.hpp"

namespace tripos::test {

/// Someone with a session.
struct Person {
    std::string id;
    std::string token;
};

/// An answer, its body parsed.
struct Reply {
    int status = 0;
    std::string body;
    boost::json::value json;

    std::string message() const;
    std::string code() const;
    /// The text or the JSON at a pointer such as "/exam/questions/0/id"; empty when it is not
    /// there.
    std::string at(std::string_view pointer) const;
};

/// The ids of an exam that was built by ExamSite::publish_exam().
struct ExamIds {
    std::string exam;
    std::string single;  ///< question: 2 marks, -0.5; the right option is `right`
    std::string right;
    std::string wrong;
    std::string multiple;  ///< question: 3 marks, -1; both of `both` are right, `neither` is not
    std::vector<std::string> both;
    std::string neither;
    std::string numerical;  ///< question: 1 mark; 9.8 within 0.1
};

/// The modules of exams of one process, and who does their long work.
struct ExamModules {
    ExamModules(const Parts& parts, const accounts::Guard& guard, accounts::SignupService& signup,
                const accounts::Departed& departed, const notices::Outbox& outbox,
                limits::RateLimits& limits, redis::Client* redis,
                const exams::ExamsOptions& options,
                const attempts::AttemptsOptions& attempts_options);

    std::vector<Module*> all();
    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router);
    void start();
    Task<> stop();
    attempts::AttemptFinisher& finisher() { return attempts.finisher(); }
    results::CandidateExport& candidate_export() { return results.candidate_export(); }

    work::WorkModule work;
    questions::QuestionsModule questions;
    rosters::RostersModule rosters;
    exams::ExamsModule exams;
    attempts::AttemptsModule attempts;
    results::ResultsModule results;
};

/// Base of the suites of exams.
class ExamSite : public tripos::test::OnBothEngines {
  protected:
    void SetUp() override;
    void TearDown() override;
    /// Before the migrations run: what an older release left.
    virtual void fill(std::vector<sql::Migration>) {}

    Person person(std::string name, accounts::Roles roles = {}, int extra_minutes = 0);
    void give_profile(const Person& who, std::string enrollment_number);

    Reply get(const Person& who, std::string path);
    Reply post(const Person& who, std::string path, std::string body = "");
    Reply put(const Person& who, std::string path, std::string body);
    Reply remove(const Person& who, std::string path, std::string body = "");
    Reply send(http::Method method, const Person& who, std::string target, std::string body,
               const http::Headers& headers = {});

    /// A POST that arrived before now.
    Reply send_arrived(const Person& who, std::string target, std::string body,
                       Timestamp arrived_at);

    /// Many requests at once; their answers in the order given.
    struct Call {
        http::Method method;
        Person who;
        std::string target;
        std::string body;
        http::Headers headers = {};
    };
    std::vector<Reply> send_together(std::vector<Call> calls);

    std::string create_question(std::string body);
    /// A DRAFT that opens in `opens_in` from now and stays open for `window`; an attempt has 60
    /// minutes.
    std::string create_exam(std::chrono::minutes opens_in, std::chrono::minutes window);
    /// A published exam of three questions, open from now.
    ExamIds publish_exam(std::chrono::minutes window = std::chrono::minutes(120));
    std::string in(std::chrono::minutes from_now) const;

    /// `"confirm":` and the title of the exam, as acts on many demand it.
    std::string confirming(const std::string& exam_id);
    /// By staff.
    Reply close(const std::string& exam_id);

    void start(const Person& who, const ExamIds& exam);
    Reply save_options(const Person& who, const ExamIds& exam, const std::string& question,
                       const std::vector<std::string>& options);
    /// One that arrived before now.
    Reply save_options(const Person& who, const ExamIds& exam, const std::string& question,
                       const std::vector<std::string>& options, Timestamp arrived_at);
    Reply save_number(const Person& who, const ExamIds& exam, const std::string& number);

    std::uint64_t statements() { return db().stats().statements; }
    std::string scalar(std::string_view statement);

    Person staff;
    Person asha;
    Person ravi;
    tripos::test::FakeClock clock;
    tripos::test::SeededRandom random;
    std::unique_ptr<tripos::test::TestRedis> redis;
    std::unique_ptr<redis::Client> client;
    Metrics metrics;
    std::unique_ptr<cache::Cache> cache;
    std::unique_ptr<accounts::Sessions> sessions;
    const accounts::AccountsOptions account_options;
    const accounts::Departed departed{Secret("a key of the tests, as long as it must be")};
    std::unique_ptr<accounts::Guard> guard;
    notices::Outbox outbox{Secret("a key of the tests, as long as it must be"), true, clock,
                           random};
    limits::RateLimits limits{nullptr, clock, metrics};  // with Redis: limits_itest
    std::unique_ptr<accounts::PasswordHasher> hasher;
    std::unique_ptr<accounts::AccountsParts> account_parts;
    std::unique_ptr<accounts::SignupService> signup;
    std::unique_ptr<ExamModules> exams;
    std::unique_ptr<http::Router> router;

    Parts parts();
    /// A further process on the same database and Redis.
    std::unique_ptr<ExamModules> make_module(
        const exams::ExamsOptions& options = {},
        const attempts::AttemptsOptions& attempts_options = {});
};

std::string json_string(std::string_view text);
/// `["a","b"]`
std::string json_list(const std::vector<std::string>& ids);

}  // namespace tripos::test

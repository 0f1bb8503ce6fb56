// SPDX-License-Identifier: MIT
#pragma once
// AccountsTest: the module accounts/ with its real parts - SQL on both engines, Redis, outbox -
// behind a router, without a socket. Requests are dispatched in the process; mails are read from
// the outbox.

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <future>
#include <regex>

#include "accounts/accounts_module.hpp"
#include "accounts/schema.hpp"
#include "audit/trail.hpp"
#include "mail/transport.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/test_database.hpp"
#include "support/test_redis.hpp"

namespace tripos::accounts {

namespace json = boost::json;

struct Answer {
    int status = 0;
    json::object body;
    http::Headers headers;

    std::string message() const { return std::string(body.at("message").as_string()); }
    std::string code() const { return std::string(body.at("code").as_string()); }
    std::string header(std::string_view name) const {
        for (const auto& [key, value] : headers) {
            if (key == name) {
                return value;
            }
        }
        return {};
    }
    /// The names in errors[].
    std::vector<std::string> fields() const {
        std::vector<std::string> names;
        for (const auto& error : body.at("errors").as_array()) {
            names.emplace_back(error.at("field").as_string());
        }
        return names;
    }
};

/// How a request says who sends it.
struct Sender {
    std::string bearer = {};
    std::string cookie = {};
    std::string origin = {};
    std::string peer = "192.0.2.1";
    std::string jar = {};  ///< other cookies
};

struct SentMail {
    std::string kind;
    std::string to;
    std::string html;
    bool sealed = false;
    std::int64_t priority = 0;
};

class AccountsTest : public test::OnBothEngines {
  protected:
    static constexpr const char* kEmail = "ann@college.example";
    static constexpr const char* kPassword = "correct horse";

    AccountsTest() {
        std::vector<sql::Migration> all = notices::Outbox::migrations();
        for (const auto& step : audit::migrations()) {
            all.push_back(step);
        }
        const auto own = migrations();
        all.insert(all.end(), own.begin(), own.end());
        test_database().migrate(all);
        start();
    }

    ~AccountsTest() override {
        router_.reset();
        accounts_.reset();
        run(cache_->stop());
        run(client_->stop());
    }

    static AccountsOptions options() {
        AccountsOptions options;
        options.access_secret = Secret("access secret of these tests....");
        options.email_secret = Secret("e-mail secret of these tests....");
        options.password_cost = PasswordCost::cheapest();
        options.frontend_url = "https://app.example";
        options.origins = http::Origins({"https://app.example"});
        return options;
    }

    /// Begins anew with these options, as another process on the same database would.
    void start(AccountsOptions options = AccountsTest::options()) {
        if (!client_) {
            client_ = std::make_unique<redis::Client>(
                std::vector<asio::io_context*>{&test::context()},
                redis::ConnectionOptions{.endpoint = *redis::parse_url(redis_server().url())});
            client_->start();
            ++count();
            cache_ = std::make_unique<cache::Cache>(
                *client_, cache::CacheOptions{.prefix = prefix()}, metrics_);
        }
        router_ = std::make_unique<http::Router>();
        accounts_ = std::make_unique<AccountsModule>(
            Parts{.database = db(),
                  .cache = *cache_,
                  .clock = clock,
                  .wall = clock,
                  .random = random_,
                  .metrics = metrics_,
                  .background = test::context()},
            limits_, outbox_,
            ExamRules{.refuse_leave = [](auto&&...) { return std::optional<Error>(); },
                      .sits_exam = [this](auto&&...) { return sits_exam; }},
            std::move(options));
        outbox_.on_queued([this] { ++nudges; });
        accounts_->add_routes(*router_);
    }

    static http::Request request(http::Method method, std::string path, std::string body,
                                 const Sender& sender) {
        http::Request request;
        request.method = method;
        const auto question = path.find('?');
        if (question != std::string::npos) {
            request.query = path.substr(question + 1);
        }
        request.path = path.substr(0, question);
        request.peer = sender.peer;
        request.headers = {{"host", "exams.example"}, {"user-agent", "Test/1.0"}};
        if (!body.empty()) {
            request.headers.emplace_back("content-type", "application/json");
        }
        if (!sender.bearer.empty()) {
            request.headers.emplace_back("authorization", "Bearer " + sender.bearer);
        }
        if (!sender.cookie.empty()) {
            request.headers.emplace_back("cookie", "accessToken=" + sender.cookie);
        }
        if (!sender.jar.empty()) {
            request.headers.emplace_back("cookie", sender.jar);
        }
        if (!sender.origin.empty()) {
            request.headers.emplace_back("origin", sender.origin);
        }
        request.body = std::move(body);
        return request;
    }

    static Answer answer_of(http::Response response) {
        return {.status = response.status,
                .body = json::parse(response.body).as_object(),
                .headers = std::move(response.headers)};
    }

    Answer ask_raw(http::Method method, std::string path, std::string body, Sender sender = {}) {
        auto one = request(method, std::move(path), std::move(body), sender);
        return answer_of(run(router_->dispatch(one)));
    }
    Answer post(std::string path, const json::object& body, Sender sender = {}) {
        return ask_raw(http::Method::post, std::move(path), json::serialize(body),
                       std::move(sender));
    }
    Answer post_nothing(std::string path, Sender sender = {}) {
        return ask_raw(http::Method::post, std::move(path), "", std::move(sender));
    }
    Answer put(std::string path, const json::object& body, Sender sender = {}) {
        return ask_raw(http::Method::put, std::move(path), json::serialize(body),
                       std::move(sender));
    }
    Answer get(std::string path, Sender sender = {}) {
        return ask_raw(http::Method::get, std::move(path), "", std::move(sender));
    }
    Answer remove(std::string path, Sender sender = {}) {
        return ask_raw(http::Method::delete_, std::move(path), "", std::move(sender));
    }

    /// The same request `times` times at once.
    std::vector<Answer> post_at_once(const std::string& path, const json::object& body, int times) {
        std::vector<http::Request> requests(
            static_cast<std::size_t>(times),
            request(http::Method::post, path, json::serialize(body), {}));
        std::vector<std::future<http::Response>> waiting;
        for (auto& one : requests) {
            waiting.push_back(
                asio::co_spawn(test::context(), router_->dispatch(one), asio::use_future));
        }
        std::vector<Answer> answers;
        for (auto& one : waiting) {
            answers.push_back(answer_of(one.get()));
        }
        return answers;
    }

    Answer sign_up(const std::string& email = kEmail) {
        return post("/api/auth/signup",
                    {{"fullName", "Ann Example"}, {"email", email}, {"password", kPassword}});
    }
    Answer log_in(const std::string& email = kEmail, const std::string& password = kPassword) {
        return post("/api/auth/login", {{"email", email}, {"password", password}});
    }
    /// A new verified account; its access token.
    std::string token_of(const std::string& email = kEmail, Roles roles = {}) {
        create(email, roles);
        return std::string(log_in(email).body.at("accessToken").as_string());
    }
    std::string create(const std::string& email, Roles roles = {}) {
        NewUser user{.full_name = "Ann Example",
                     .email = *mail::parse_address(email),
                     .password_hash = run(accounts_->hasher().hash(Secret(kPassword))),
                     .roles = roles};
        return *run(accounts_->signup().create_user(std::move(user), audit::system()));
    }

    /// Oldest first.
    std::vector<SentMail> mails() {
        auto look = [this](sql::Session& session) {
            std::vector<SentMail> found;
            for (const auto& row : session.query("SELECT id, kind, to_address, body, sealed, "
                                                 "priority FROM outbox ORDER BY created_at, id")) {
                const auto html =
                    row.flag(4) ? outbox_.unseal(row.text(0), row.text(3)) : row.text(3);
                found.push_back({.kind = row.text(1),
                                 .to = row.text(2),
                                 .html = *html,
                                 .sealed = row.flag(4),
                                 .priority = row.integer(5)});
            }
            return found;
        };
        return run(db().read(std::move(look)));
    }
    std::string last_match(const std::string& pattern) {
        std::smatch match;
        const auto html = mails().back().html;
        return std::regex_search(html, match, std::regex(pattern)) ? match[1].str() : "";
    }
    std::string last_token() { return last_match("verify-email\\?token=([0-9a-f]{64})"); }
    std::string last_code() { return last_match("\\b([0-9]{6})\\b"); }

    test::FakeClock clock;
    int nudges = 0;
    bool sits_exam = false;  ///< what the rooms above say of everybody

    static test::TestRedis& redis_server() {
        static test::TestRedis server;
        return server;
    }
    /// Of this test's cache keys.
    static std::string prefix() { return "test" + std::to_string(count()) + ":"; }

    static int& count() {
        static int tests = 0;
        return tests;
    }

    test::SeededRandom random_;
    Metrics metrics_;
    notices::Outbox outbox_{Secret("e-mail secret of these tests...."), true, clock, random_};
    static constexpr std::size_t kRoom = 100;  // for counters of a kind
    limits::RateLimits limits_{
        nullptr, clock, metrics_, {.room = kRoom}};  // with Redis: limits_itest
    std::unique_ptr<redis::Client> client_;
    std::unique_ptr<cache::Cache> cache_;
    std::unique_ptr<AccountsModule> accounts_;
    std::unique_ptr<http::Router> router_;
};

}  // namespace tripos::accounts

// SPDX-License-Identifier: MIT
#include "support/exams/exam_site.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <future>

#include "accounts/schema.hpp"
#include "accounts/user.hpp"
#include "audit/trail.hpp"
#include "core/id.hpp"
#include "exams/exam_store.hpp"

namespace tripos::test {

namespace {

Reply reply_of(http::Response response) {
    Reply reply;
    reply.status = response.status;
    reply.body = std::move(response.body);
    boost::system::error_code ignored;
    reply.json = boost::json::parse(reply.body, ignored);
    return reply;
}

Task<Reply> dispatch(const http::Router& router, http::Request request) {
    auto response = co_await router.dispatch(request);
    co_return reply_of(std::move(response));
}

http::Request request_of(http::Method method, const Person& who, std::string target,
                         std::string body) {
    http::Request request;
    request.method = method;
    const auto question_mark = target.find('?');
    request.path = target.substr(0, question_mark);
    if (question_mark != std::string::npos) {
        request.query = target.substr(question_mark + 1);
    }
    request.headers.emplace_back("content-type", "application/json");
    if (!who.token.empty()) {
        request.headers.emplace_back("authorization", "Bearer " + who.token);
    }
    request.body = std::move(body);
    request.id = "test";
    return request;
}

}  // namespace

std::string Reply::message() const {
    return at("/message");
}
std::string Reply::code() const {
    return at("/code");
}

std::string Reply::at(std::string_view pointer) const {
    boost::system::error_code missing;
    const auto* value = json.find_pointer(pointer, missing);
    if (value == nullptr) {
        return {};
    }
    return value->is_string() ? std::string(value->get_string()) : boost::json::serialize(*value);
}

std::string json_string(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

std::string json_list(const std::vector<std::string>& ids) {
    std::string text = "[";
    for (const auto& id : ids) {
        text += (text.size() > 1 ? "," : "") + json_string(id);
    }
    return text + "]";
}

void ExamSite::SetUp() {
    auto steps = accounts::migrations();
    for (auto& step : audit::migrations()) {
        steps.push_back(step);
    }
    for (auto& step : notices::Outbox::migrations()) {
        steps.push_back(step);
    }
    for (auto& step : ExamModules::migrations()) {
        steps.push_back(step);
    }
    fill(steps);
    test_database().migrate(steps);
    redis = std::make_unique<tripos::test::TestRedis>();
    redis::ConnectionOptions options;
    options.endpoint = *redis::parse_url(redis->url());
    std::vector<asio::io_context*> contexts{&tripos::test::context()};
    client = std::make_unique<redis::Client>(contexts, options);
    client->start();
    cache = std::make_unique<cache::Cache>(*client, cache::CacheOptions(), metrics);
    accounts::SessionsOptions session_options;
    session_options.secret = Secret("a secret of forty characters for the tests");
    session_options.ttl = std::chrono::hours(24 * 365);
    session_options.believed_for = std::chrono::hours(24 * 365);
    sessions = std::make_unique<accounts::Sessions>(
        db(), *cache, std::move(session_options), [](auto&&...) { return false; }, clock, random);
    guard = std::make_unique<accounts::Guard>(parts(), *sessions, account_options);
    hasher = std::make_unique<accounts::PasswordHasher>(accounts::PasswordCost::cheapest(),
                                                        accounts::HashingQueueOptions(), metrics);
    account_parts = std::make_unique<accounts::AccountsParts>(accounts::AccountsParts{
        parts(), *sessions, *hasher, limits, outbox, departed, {}, account_options});
    signup = std::make_unique<accounts::SignupService>(*account_parts);
    exams = make_module();
    router = std::make_unique<http::Router>();
    exams->add_routes(*router);
    staff = person("Staff", {accounts::Role::admin});
    asha = person("Asha");
    ravi = person("Ravi");
    // The first check of a session reads SQL; later tests count statements.
    get(staff, "/api/exam/all");
    get(asha, "/api/exam/upcoming");
    get(ravi, "/api/exam/upcoming");
}

void ExamSite::TearDown() {
    if (!exams) {
        return;  // SetUp has said why
    }
    run(exams->stop());
    run(cache->stop());
    router.reset();
    exams.reset();
    cache.reset();
    run(client->stop());
}

ExamModules::ExamModules(const Parts& parts, const accounts::Guard& guard,
                         accounts::SignupService& signup, const accounts::Departed& departed,
                         const notices::Outbox& outbox, limits::RateLimits& limits,
                         redis::Client* redis, const exams::ExamsOptions& options,
                         const attempts::AttemptsOptions& attempts_options)
    : work(parts, guard),
      questions(parts, guard, {}),
      rosters(parts, guard, signup, departed, std::chrono::minutes(30)),
      exams(parts, guard, questions.questions(), rosters.cohorts(), options),
      attempts(
          attempts::AttemptsParts{parts, guard, departed, exams.exams(), exams.zone(),
                                  rosters.cohorts(), work.runner(), limits, redis, "{tripos}:"},
          attempts_options),
      results(results::ResultsParts{parts, guard, exams.exams(), attempts, outbox, work.runner()},
              {}) {}

Task<> ExamModules::stop() {
    co_await attempts.stop(std::chrono::milliseconds(0));
    co_await work.stop(std::chrono::milliseconds(0));
}

std::vector<Module*> ExamModules::all() {
    return {&work, &questions, &rosters, &exams, &attempts, &results};
}

std::vector<sql::Migration> ExamModules::migrations() {
    return migrations_of<work::WorkModule, questions::QuestionsModule, rosters::RostersModule,
                         exams::ExamsModule, attempts::AttemptsModule, results::ResultsModule>();
}

void ExamModules::add_routes(http::Router& router) {
    for (auto* one : all()) {
        one->add_routes(router);
    }
}

void ExamModules::start() {
    run(attempts.start());
    run(attempts.start_work());
}

Parts ExamSite::parts() {
    return {.database = db(),
            .cache = *cache,
            .clock = clock,
            .wall = clock,
            .random = random,
            .metrics = metrics,
            .background = context()};
}

std::unique_ptr<ExamModules> ExamSite::make_module(
    const exams::ExamsOptions& options, const attempts::AttemptsOptions& attempts_options) {
    return std::make_unique<ExamModules>(parts(), *guard, *signup, departed, outbox, limits,
                                         client.get(), options, attempts_options);
}

Person ExamSite::person(std::string name, accounts::Roles roles, int extra_minutes) {
    accounts::User user;
    user.id = new_id(clock.now(), random);
    user.email = name + "@example.org";
    user.full_name = name;
    user.roles = roles;
    user.email_verified = true;
    user.created_at = clock.now();
    user.extra_minutes = extra_minutes;
    auto work = [this, user](sql::Session& session) {
        session.execute(
            "INSERT INTO users (id, email, email_canonical, full_name, password_hash, role, "
            "email_verified, extra_minutes, created_at, updated_at) "
            "VALUES ($1, $2, lower($2), $3, '', 'USER', 1, $4, $5, $5)",
            user.id, user.email, user.full_name, user.extra_minutes, user.created_at);
        accounts::put_access(session, user, user.created_at);
        return sessions->open(session, user, {});
    };
    return Person{.id = user.id, .token = run(db().write(work))};
}

void ExamSite::give_profile(const Person& who, std::string enrollment_number) {
    auto work = [who, enrollment_number](sql::Session& session) {
        const accounts::Profile profile{
            .enrollment_number = enrollment_number, .department = "CST", .year = "TWO"};
        accounts::put_profile(session, who.id, profile, Timestamp());
    };
    run(db().write(work));
}

Reply ExamSite::get(const Person& who, std::string path) {
    return send(http::Method::get, who, std::move(path), "");
}

Reply ExamSite::post(const Person& who, std::string path, std::string body) {
    return send(http::Method::post, who, std::move(path), std::move(body));
}

Reply ExamSite::put(const Person& who, std::string path, std::string body) {
    return send(http::Method::put, who, std::move(path), std::move(body));
}

Reply ExamSite::remove(const Person& who, std::string path, std::string body) {
    return send(http::Method::delete_, who, std::move(path), std::move(body));
}

Reply ExamSite::send(http::Method method, const Person& who, std::string target, std::string body,
                     const http::Headers& headers) {
    auto request = request_of(method, who, std::move(target), std::move(body));
    request.arrived_at = clock.now();
    request.headers.insert(request.headers.end(), headers.begin(), headers.end());
    return run(dispatch(*router, std::move(request)));
}

Reply ExamSite::send_arrived(const Person& who, std::string target, std::string body,
                             Timestamp arrived_at) {
    auto request = request_of(http::Method::post, who, std::move(target), std::move(body));
    request.arrived_at = arrived_at;
    return run(dispatch(*router, std::move(request)));
}

std::vector<Reply> ExamSite::send_together(std::vector<Call> calls) {
    std::vector<std::future<Reply>> pending;
    for (auto& call : calls) {
        auto request = request_of(call.method, call.who, call.target, call.body);
        request.arrived_at = clock.now();
        request.headers.insert(request.headers.end(), call.headers.begin(), call.headers.end());
        pending.push_back(asio::co_spawn(tripos::test::context(),
                                         dispatch(*router, std::move(request)), asio::use_future));
    }
    std::vector<Reply> replies;
    for (auto& reply : pending) {
        replies.push_back(reply.get());
    }
    return replies;
}

std::string ExamSite::create_question(std::string body) {
    const auto reply = post(staff, "/api/question/create", std::move(body));
    EXPECT_EQ(reply.status, 201) << reply.body;
    return reply.at("/data/id");
}

std::string ExamSite::in(std::chrono::minutes from_now) const {
    return to_iso8601(clock.now() + from_now);
}

std::string ExamSite::create_exam(std::chrono::minutes opens_in, std::chrono::minutes window) {
    const auto reply =
        post(staff, "/api/exam/create",
             R"({"title":"Physics","description":"Mechanics","durationMinutes":60,"startTime":)" +
                 json_string(in(opens_in)) + R"(,"endTime":)" + json_string(in(opens_in + window)) +
                 "}");
    EXPECT_EQ(reply.status, 201) << reply.body;
    return reply.at("/exam/id");
}

ExamIds ExamSite::publish_exam(std::chrono::minutes window) {
    ExamIds ids;
    ids.single = create_question(
        R"({"statement":"One?","questionType":"single_correct","domain":"Physics","marks":2,)"
        R"("negativeMarks":0.5,"options":[{"text":"yes","isCorrect":true},)"
        R"({"text":"no","isCorrect":false}]})");
    ids.multiple = create_question(
        R"({"statement":"Which?","questionType":"MULTIPLE_CORRECT","domain":"physics","marks":3,)"
        R"("negativeMarks":1,"options":[{"text":"a","isCorrect":true},)"
        R"({"text":"b","isCorrect":true},{"text":"c","isCorrect":false}]})");
    ids.numerical =
        create_question(R"({"statement":"How much?","questionType":"NUMERICAL","domain":"physics",)"
                        R"("numericalAnswer":9.8,"tolerance":0.1})");
    const auto single = get(staff, "/api/question/" + ids.single);
    ids.right = single.at("/data/options/0/id");
    ids.wrong = single.at("/data/options/1/id");
    const auto multiple = get(staff, "/api/question/" + ids.multiple);
    ids.both = {multiple.at("/data/options/0/id"), multiple.at("/data/options/1/id")};
    ids.neither = multiple.at("/data/options/2/id");
    ids.exam = create_exam(std::chrono::minutes(0), window);
    const auto added = post(staff, "/api/exam/" + ids.exam + "/questions",
                            R"({"addQuestionIds":[{"questionId":)" + json_string(ids.single) +
                                R"(},{"questionId":)" + json_string(ids.multiple) +
                                R"(},{"questionId":)" + json_string(ids.numerical) + "}]}");
    EXPECT_EQ(added.status, 200) << added.body;
    const auto published = post(staff, "/api/exam/" + ids.exam + "/publish");
    EXPECT_EQ(published.status, 200) << published.body;
    // Candidates know the options by ids of this exam.
    auto look = [&](sql::Session& session) {
        return exams::exam_store::find(session, ids.exam).value();
    };
    const auto exam = run(db().read(std::move(look)));
    for (auto* id : {&ids.right, &ids.wrong, &ids.both[0], &ids.both[1], &ids.neither}) {
        *id = exams::shown_option_id(exam, *id);
    }
    return ids;
}

std::string ExamSite::confirming(const std::string& exam_id) {
    return R"("confirm":)" +
           http::json_string(get(staff, "/api/exam/" + exam_id).at("/exam/title"));
}

Reply ExamSite::close(const std::string& exam_id) {
    return post(staff, "/api/exam/" + exam_id + "/close", "{" + confirming(exam_id) + "}");
}

void ExamSite::start(const Person& who, const ExamIds& exam) {
    const auto reply = post(who, "/api/exam-attempt/" + exam.exam + "/start");
    ASSERT_EQ(reply.status, 201) << reply.body;
}

Reply ExamSite::save_options(const Person& who, const ExamIds& exam, const std::string& question,
                             const std::vector<std::string>& options) {
    return save_options(who, exam, question, options, clock.now());
}

Reply ExamSite::save_options(const Person& who, const ExamIds& exam, const std::string& question,
                             const std::vector<std::string>& options, Timestamp arrived_at) {
    return send_arrived(who, "/api/exam-attempt/" + exam.exam + "/save",
                        R"({"questionId":)" + json_string(question) + R"(,"selectedOptionIds":)" +
                            json_list(options) + "}",
                        arrived_at);
}

Reply ExamSite::save_number(const Person& who, const ExamIds& exam, const std::string& number) {
    return post(who, "/api/exam-attempt/" + exam.exam + "/save",
                R"({"questionId":)" + json_string(exam.numerical) + R"(,"numericalAnswer":)" +
                    number + "}");
}

std::string ExamSite::scalar(std::string_view statement) {
    const std::string text(statement);
    auto work = [text](sql::Session& session) {
        const auto row = session.query_one(text);
        return row ? std::to_string(row->integer(0)) : std::string("none");
    };
    return run(db().read(work));
}

}  // namespace tripos::test

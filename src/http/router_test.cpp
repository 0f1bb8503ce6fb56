// SPDX-License-Identifier: MIT
#include "http/router.hpp"

#include <gtest/gtest.h>

#include "support/run.hpp"
#include "telemetry/log.hpp"

namespace tripos::http {
namespace {

Task<Reply> say_route(Request& request) {
    std::string text(request.route);
    for (const auto& [name, value] : request.parameters) {
        text += ' ' + name + '=' + value;
    }
    co_return text_response(200, text);
}

Task<Reply> overload(Request&) {
    throw Overloaded("hashing", "queue full", std::chrono::seconds(7));
    co_return Response();
}

Task<Reply> outage(Request&) {
    throw Away("Redis", "redis", "connection refused by 10.0.0.7", std::chrono::seconds(1));
    co_return Response();
}

Task<Reply> fail(Request&) {
    throw SystemError("sql", "the secret detail");
    co_return Response();
}

struct RouterTest : testing::Test {
    RouterTest() {
        const Operation any("Test", "Says its route");
        router.get("/", say_route, any);
        router.get("/api/exam/all", say_route, any);
        router.get("/api/exam/:examId", say_route, any);
        router.put("/api/exam/:examId", say_route, any);
        router.post("/api/exam/:examId/questions", say_route, any);
        router.get("/api/exam/:examId/results.csv", say_route, any);
        router.get("/api/exam/:examId/results", say_route, any);
        router.get("/overload", overload, any);
        router.get("/outage", outage, any);
        router.get("/fail", fail, any);
    }

    Response ask(Method method, std::string path, std::string body = {}, std::string type = {}) {
        request = Request();
        request.method = method;
        request.path = std::move(path);
        request.body = std::move(body);
        request.id = "id-1";
        if (!type.empty()) {
            request.headers.emplace_back("content-type", type);
        }
        return test::run(router.dispatch(request));
    }

    static std::string header(const Response& response, std::string_view name) {
        for (const auto& [key, value] : response.headers) {
            if (key == name) {
                return value;
            }
        }
        return "";
    }

    Router router;
    Request request;
};

TEST_F(RouterTest, PrefersLiteralsAndFillsParameters) {
    const std::pair<const char*, const char*> cases[] = {
        {"/", "/"},
        {"/api/exam/all", "/api/exam/all"},
        {"/api/exam/all/", "/api/exam/all"},
        {"/api/exam/e1", "/api/exam/:examId examId=e1"},
        {"/api/exam/e1/results", "/api/exam/:examId/results examId=e1"},
        {"/api/exam/e1/results.csv", "/api/exam/:examId/results.csv examId=e1"},
        {"/api/exam/all/results", "/api/exam/:examId/results examId=all"},
    };
    for (const auto& [path, expected] : cases) {
        const auto response = ask(Method::get, path);
        EXPECT_EQ(response.status, 200) << path;
        EXPECT_EQ(response.body, expected) << path;
    }
}

TEST_F(RouterTest, FallsBackToAPatternThatHasTheMethod) {
    EXPECT_EQ(ask(Method::put, "/api/exam/all").body, "/api/exam/:examId examId=all");
}

TEST_F(RouterTest, AnswersUnknownPathsWith404) {
    for (const auto* path : {"/api", "/api/exam", "/api/exam/", "/api//exam/all", "/api/exam/e1/x",
                             "/api/exam/all//", "/API/exam/all", "*", ""}) {
        const auto response = ask(Method::get, path);
        EXPECT_EQ(response.status, 404) << path;
        EXPECT_NE(response.body.find(R"("code":"not_found")"), std::string::npos);
        EXPECT_TRUE(request.route.empty());
    }
}

TEST_F(RouterTest, AnswersAWrongMethodWith405AndAllow) {
    const auto response = ask(Method::delete_, "/api/exam/e1");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD, PUT, OPTIONS");
    EXPECT_EQ(ask(Method::other, "/api/exam/e1").status, 405);
}

TEST_F(RouterTest, ARefusedMethodIsAnsweredButNeitherAllowedNorDescribed) {
    router.refuse(Method::get, "/api/exam/:examId/questions", say_route);
    EXPECT_EQ(ask(Method::get, "/api/exam/e1/questions").status, 200);
    EXPECT_EQ(header(ask(Method::put, "/api/exam/e1/questions"), "Allow"), "POST, OPTIONS");
    for (const auto* route : router.routes()) {
        EXPECT_FALSE(route->method == Method::get && route->pattern.ends_with("questions"));
    }
}

TEST_F(RouterTest, AnswersHeadAndOptions) {
    EXPECT_EQ(ask(Method::head, "/api/exam/e1").status, 200);
    const auto response = ask(Method::options, "/api/exam/e1/questions");
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(header(response, "Allow"), "POST, OPTIONS");
}

TEST_F(RouterTest, TakesOnlyJsonBodiesBelowApi) {
    const auto* path = "/api/exam/e1/questions";
    EXPECT_EQ(ask(Method::post, path, "{}", "application/json").status, 200);
    EXPECT_EQ(ask(Method::post, path, "{}", "Application/JSON; charset=UTF-8").status, 200);
    EXPECT_EQ(ask(Method::post, path, "").status, 200);
    for (const auto* type : {"", "text/plain", "application/x-www-form-urlencoded",
                             "application/json; charset=latin1", "application/json2"}) {
        EXPECT_EQ(ask(Method::post, path, "{}", type).status, 415) << type;
    }
    router.post("/form", say_route, Operation("Test", "Takes a form"));
    EXPECT_EQ(ask(Method::post, "/form", "a=b", "application/x-www-form-urlencoded").status, 200);
}

TEST_F(RouterTest, ChangesNothingWhenACertainVersionIsAskedFor) {
    const auto put = [this](std::string wanted) {
        request = Request();
        request.method = Method::put;
        request.path = "/api/exam/e1";
        request.headers.emplace_back("if-match", std::move(wanted));
        return test::run(router.dispatch(request)).status;
    };
    EXPECT_EQ(put("\"abc\""), 412);
    EXPECT_EQ(put("*"), 200);
}

TEST_F(RouterTest, AnswersOverloadWith503AndRetryAfter) {
    const auto response = ask(Method::get, "/overload");
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(header(response, "Retry-After"), "7");
}

TEST_F(RouterTest, HidesTheDetailOfAnExceptionAndLogsIt) {
    const log::Recording recording;
    const auto response = ask(Method::get, "/fail");
    EXPECT_EQ(response.status, 500);
    EXPECT_NE(response.body.find(R"("message":"Internal error")"), std::string::npos);
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
    EXPECT_NE(recording.text().find("sql: the secret detail"), std::string::npos);
    EXPECT_NE(recording.text().find("id-1"), std::string::npos);
}

TEST_F(RouterTest, SaysWhatIsAway) {
    const auto response = ask(Method::get, "/outage");
    EXPECT_EQ(response.status, 503);
    EXPECT_NE(
        response.body.find(R"("message":"Redis is away. Try again shortly.","code":"overloaded")"),
        std::string::npos)
        << response.body;
    EXPECT_EQ(response.body.find("10.0.0.7"), std::string::npos);
}

TEST_F(RouterTest, ShowsAFailureOnlyToThoseWhoOwnTheServer) {
    Router owners(Failures::shown);
    owners.get("/fail", fail, Operation("Test", "Fails"));
    EXPECT_EQ(ask(Method::get, "/fail").body.find("the secret detail"), std::string::npos);
    EXPECT_NE(test::run(owners.dispatch(request)).body.find("sql: the secret detail"),
              std::string::npos);
}

TEST_F(RouterTest, StopsAtTheFirstFilterThatAnswers) {
    router.add_filter([](Request&) -> std::optional<Response> { return std::nullopt; });
    router.add_filter([](Request&) -> std::optional<Response> { return text_response(429, ""); });
    EXPECT_EQ(ask(Method::get, "/").status, 429);
    EXPECT_EQ(ask(Method::get, "/unknown").status, 404);
}

}  // namespace
}  // namespace tripos::http

// SPDX-License-Identifier: MIT
#pragma once
// TestSite: a real server on a free port with a few routes, on two contexts of its own.

#include <atomic>
#include <memory>
#include <string>

#include "async/io_threads.hpp"
#include "http/cached_body.hpp"
#include "http/server.hpp"

namespace tripos::http::test {

/// What the slow handler waits for; set from the test's thread.
struct Gate {
    std::atomic<int> entered{0};
    std::atomic<bool> open{false};
};

class TestSite {
  public:
    explicit TestSite(ServerOptions options = {}) {
        options.endpoint.port = 0;
        add_routes(router);
        server = std::make_unique<Server>(threads, router, options, clock, metrics);
        server->start();
        threads.start();
    }
    ~TestSite() {
        gate.open = true;
        stop(std::chrono::milliseconds(0));
    }
    TestSite(const TestSite&) = delete;
    TestSite& operator=(const TestSite&) = delete;

    std::uint16_t port() const { return server->port(); }
    void stop(std::chrono::milliseconds grace) {
        run_blocking(threads.background(), server->stop(grace));
    }

    SystemClock clock;
    Metrics metrics;
    IoThreads threads{2};
    Router router;
    Gate gate;
    std::unique_ptr<Server> server;

  private:
    void add_routes(Router& target) {
        const Operation any("Test", "For tests");
        target.get("/hello", bind(this, &TestSite::hello), any);
        target.get("/big", bind(this, &TestSite::big), any);
        target.get("/slow", bind(this, &TestSite::slow), any);
        target.get("/page", bind(this, &TestSite::page), any);
        target.get("/cached", bind(this, &TestSite::send_cached), any);
        target.get("/who", bind(this, &TestSite::who), any);
        target.get("/item/:name", bind(this, &TestSite::item), any);
        target.post("/arrival", bind(this, &TestSite::arrival), any);
        target.post("/echo", bind(this, &TestSite::echo), any);
        target.post("/api/echo", bind(this, &TestSite::echo), any);
    }

    Task<Reply> hello(Request&) { co_return json_response(200, R"({"hello":true})"); }
    Task<Reply> big(Request&) { co_return text_response(200, std::string(32 << 20, 'x')); }
    Task<Reply> send_cached(Request& request) { co_return cached_.answer(request); }
    Task<Reply> page(Request&) { co_return html_response(200, "<p>"); }
    Task<Reply> item(Request& request) { co_return text_response(200, request.parameter("name")); }
    Task<Reply> echo(Request& request) { co_return text_response(200, request.body); }
    Task<Reply> arrival(Request& request) {
        co_return text_response(200, std::to_string(to_millis(request.arrived_at)));
    }
    Task<Reply> who(Request& request) {
        co_return text_response(200, request.peer + (request.is_local ? " local" : " remote") +
                                         (request.is_secure ? " secure" : " plain"));
    }
    Task<Reply> slow(Request&) {
        ++gate.entered;
        while (!gate.open) {
            co_await sleep_for(std::chrono::milliseconds(2));
        }
        co_return text_response(200, "done");
    }

    const CachedBody cached_{"text/html", std::string(5000, 'x')};
};

}  // namespace tripos::http::test

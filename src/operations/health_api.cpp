// SPDX-License-Identifier: MIT
#include "operations/health_api.hpp"

#include "doctor/check.hpp"
#include "http/json_body.hpp"
#include "operations/finding_json.hpp"

namespace tripos::operations {

namespace {

const char* state(bool up) {
    return up ? "up" : "down";
}

boost::json::object describe(const redis::Client& client, const redis::ServerWatch& watch) {
    boost::json::object about;
    about["state"] = state(client.is_connected());
    about["server"] = client.address().display();
    const auto check = watch.latest();
    if (!check) {
        return about;
    }
    const auto& report = check->report;
    about["version"] = report.version;
    about["maxmemoryPolicy"] = report.eviction;
    about["persistence"] = report.persistence();
    about["memoryUsedBytes"] = report.memory_used;
    about["memoryLimitBytes"] = report.memory_limit;
    about["findings"] = operations::to_json(check->findings);
    return about;
}

boost::json::object describe(const SiteClock& clock) {
    const auto held_back = clock.held_back();
    doctor::Evidence evidence;
    evidence.site.seen = doctor::SiteLook{.is_running = true, .held_back = held_back};
    return {
        {"state", held_back.count() == 0 ? "followed" : "held"},
        {"heldBackMillis", held_back.count()},
        {"findings", operations::to_json(doctor::complaints(doctor::examine(evidence, "site")))}};
}

boost::json::object describe_hold(bool is_held) {
    doctor::Evidence evidence;
    evidence.site.seen = doctor::SiteLook{.is_running = true, .is_held = is_held};
    return {
        {"state", is_held ? "held" : "released"},
        {"findings", operations::to_json(doctor::complaints(doctor::examine(evidence, "site")))}};
}

namespace schema = http::schema;
using http::Operation;

http::Members readiness() {
    const auto state = schema::one_of({"up", "down"});
    const auto finding = shapes::finding();
    const auto redis = schema::object(
        {{"state", state},
         {"server", schema::text()},
         {"version?", schema::text()},
         {"maxmemoryPolicy?", schema::text()},
         {"persistence?", schema::one_of({"append-only file", "snapshots", "none", "unknown"})},
         {"memoryUsedBytes?", schema::integer()},
         {"memoryLimitBytes?", schema::integer().says("0: none is set")},
         {"findings?", schema::list_of(finding)}});
    const auto clock = schema::object(
        {{"state", schema::one_of({"followed", "held"})},
         {"heldBackMillis",
          schema::integer().says("By how much exams are behind the clock since it jumped; 0: it "
                                 "did not, or was accepted")},
         {"findings", schema::list_of(finding)}});
    const auto restore = schema::object(
        {{"state",
          schema::one_of({"released", "held"})
              .says("Held: on restored data, until `tripos restore release` no mail leaves "
                    "and no attempt ends")},
         {"findings", schema::list_of(finding)}});
    const auto database =
        schema::object({{"state", state}, {"engine", schema::one_of({"sqlite", "postgres"})}});
    return {{"ready", schema::flag()},
            {"stopping", schema::flag()},
            {"dependencies?",
             schema::object({{"database", database},
                             {"clock", clock},
                             {"restore", restore},
                             {"cache", redis},
                             {"queue", redis},
                             {"mail", schema::object({{"transport", schema::text()}})}})}};
}

}  // namespace

HealthApi::HealthApi(const OperationsParts& parts, HealthOptions options)
    : parts_(parts),
      options_(std::move(options)),
      started_at_(parts.clock.now()),
      instance_(parts.random.hex(16)),
      database_metrics_(parts.database, parts.metrics),
      process_metrics_(parts.metrics) {
    parts.metrics
        .gauge("tripos_build_info", "1; the version is a label", {{"version", options_.version}})
        .set(1);
    parts.metrics.gauge("tripos_process_start_time_seconds", "When this process began, since 1970")
        .set(static_cast<double>(to_millis(parts.wall.now())) / 1'000);
}

void HealthApi::add_routes(http::Router& router) {
    const auto live = Operation("Operation", "Is the process alive?")
                          .details("Touches no dependency.")
                          .answers(200, "It is",
                                   {{"status", schema::one_of({"ok"})},
                                    {"version", schema::text()},
                                    {"instance", schema::text().says("Of this process")},
                                    {"proxy?", schema::one_of({"untrusted"})
                                                   .says("It came through one that is not in "
                                                         "TRUSTED_PROXIES")},
                                    {"uptimeSeconds", schema::integer()},
                                    {"timestamp", schema::instant()}});
    router.get("/healthz", http::open(this, &HealthApi::live), live);
    router.get("/api/health", http::open(this, &HealthApi::live), live);
    router.get(
        "/readyz", http::open(this, &HealthApi::ready),
        Operation("Operation", "Should it get requests?")
            .details(
                "Strangers learn whether it is ready; from this machine, with METRICS_TOKEN as "
                "bearer token, and for operators and administrators also each dependency, and "
                "what of the Redis servers does not suit their use.")
            .answers(200, "Ready", readiness())
            .answers(503, "Not ready: `success` is true, `ready` is false", readiness()));
    router.get("/metrics", http::open(this, &HealthApi::metrics),
               Operation("Operation", "Figures for Prometheus")
                   .details("From this machine, or with METRICS_TOKEN as bearer token.")
                   .sends(200, "text/plain", "Text format 0.0.4")
                   .refuses(403, {"metrics_closed"}));
}

void HealthApi::add_metrics_route(http::Router& router) {
    router.get("/metrics", http::open(this, &HealthApi::open_metrics),
               Operation("Operation", "Figures for Prometheus")
                   .sends(200, "text/plain", "Text format 0.0.4"));
}

void HealthApi::add_control_routes(http::Router& router) {
    router.post("/control/figures", http::bind(this, &HealthApi::open_metrics),
                Operation("Commands", "Figures for Prometheus"));
}

Task<http::Reply> HealthApi::live(http::Request& request) {
    boost::json::object body;
    body["status"] = "ok";
    body["version"] = options_.version;
    body["instance"] = instance_;
    if (request.ignores_proxy) {
        body["proxy"] = "untrusted";
    }
    body["timestamp"] = to_iso8601(parts_.wall.now());
    body["uptimeSeconds"] = (parts_.clock.now() - started_at_).count() / 1000;
    co_return http::success(200, "Tripos is running", std::move(body));
}

Task<bool> HealthApi::database_answers() {
    try {
        co_await parts_.database.ping();
        co_return true;
    } catch (const SystemError&) {
        co_return false;
    }
}

Task<http::Reply> HealthApi::ready(http::Request& request) {
    const bool database = co_await database_answers();
    const bool ready = database && !stopping_;
    boost::json::object body;
    body["ready"] = ready;
    body["stopping"] = stopping_.load();
    bool in_detail = is_operator(request);
    if (!in_detail && database) {  // which knows who somebody is
        in_detail = co_await is_staff(request);
    }
    if (in_detail) {
        body["dependencies"] = dependencies(database);
    }
    co_return http::success(ready ? 200 : 503, ready ? "Ready" : "Not ready", std::move(body));
}

boost::json::object HealthApi::dependencies(bool database) const {
    boost::json::object all;
    all["database"] = {
        {"state", state(database)},
        {"engine", parts_.database.engine() == sql::Engine::sqlite ? "sqlite" : "postgres"}};
    all["clock"] = describe(parts_.site_clock);
    all["restore"] = describe_hold(parts_.is_held());
    all["cache"] = describe(parts_.cache_redis, parts_.cache_watch);
    all["queue"] = describe(parts_.queue_redis, parts_.queue_watch);
    all["mail"] = {{"transport", parts_.transport.describe()}};
    return all;
}

Task<bool> HealthApi::is_staff(const http::Request& request) const {
    const auto& guard = parts_.accounts.guard();
    const auto credentials = guard.credentials_of(request);
    if (credentials.tokens.empty()) {
        co_return false;
    }
    const auto caller = co_await guard.identify(credentials);
    co_return caller && (*caller)->roles.may(accounts::Capability::operate);
}

bool HealthApi::is_operator(const http::Request& request) const {
    const auto authorization = request.header("authorization").value_or("");
    constexpr std::string_view scheme = "Bearer ";
    const bool has_token = !options_.metrics_token.empty() && authorization.starts_with(scheme) &&
                           equal_in_constant_time(authorization.substr(scheme.size()),
                                                  options_.metrics_token.reveal());
    return request.is_local || has_token;
}

Task<http::Reply> HealthApi::metrics(http::Request& request) {
    if (!is_operator(request)) {
        co_return forbidden("metrics_closed",
                            "Ask from this machine, or with METRICS_TOKEN as bearer token");
    }
    co_return co_await open_metrics(request);
}

Task<http::Reply> HealthApi::open_metrics(http::Request&) {
    refresh_figures();
    database_metrics_.take_longest_write();
    http::Response response{.status = 200, .body = parts_.metrics.render()};
    response.with_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    co_return response;
}

}  // namespace tripos::operations

// SPDX-License-Identifier: MIT
#include "operations/engines_api.hpp"

#include <boost/json/array.hpp>
#include <cmath>

#include "doctor/redis_probe.hpp"
#include "http/json_body.hpp"
#include "operations/history_figures.hpp"
#include "operations/route_class.hpp"

namespace tripos::operations {

namespace json = boost::json;

namespace {

namespace schema = http::schema;
using http::Operation;

constexpr const char* kRouteRequests = "tripos_http_requests_total";
constexpr const char* kRouteTimes = "tripos_http_request_seconds";
constexpr std::size_t kMostStatements = 50;

/// What one process of ours needs at most.
std::int64_t planned_clients(const redis::Client& client) {
    const auto threads = client.contexts().size() - 1;  // one is the background's
    return doctor::planned_clients(static_cast<std::int64_t>(threads));
}

json::object server_json(const char* use, const redis::Client& client,
                         const redis::ServerWatch& watch) {
    const auto seen = watch.latest();
    const redis::ServerReport report = seen ? seen->report : redis::ServerReport{};
    return {{"use", use},
            {"reached", client.is_connected()},
            {"version", report.version},
            {"memoryUsed", report.memory_used},
            {"memoryLimit", report.memory_limit},
            {"fragmentation", report.fragmentation},
            {"eviction", report.eviction},
            {"persistence", report.persistence()},
            {"clients", report.clients},
            {"clientLimit", report.client_limit},
            {"clientPlan", planned_clients(client)},
            {"commands", report.commands},
            {"evicted", report.evicted},
            {"keys", report.keys}};
}

json::array redis_servers(const OperationsParts& parts) {
    json::array servers;
    if (&parts.cache_watch == &parts.queue_watch) {
        servers.push_back(server_json("both", parts.queue_redis, parts.queue_watch));
    } else {
        servers.push_back(server_json("cache", parts.cache_redis, parts.cache_watch));
        servers.push_back(server_json("queue", parts.queue_redis, parts.queue_watch));
    }
    return servers;
}

json::object database_json(sql::Database& database) {
    const auto stats = database.stats();
    const auto wait = std::chrono::duration<double, std::milli>(stats.urgent_wait).count();
    return {{"engine", database.engine() == sql::Engine::sqlite ? "SQLite" : "PostgreSQL"},
            {"reads", stats.reads},
            {"writes", stats.writes},
            {"longWrites", stats.long_writes},
            {"commits", stats.commits},
            {"statements", stats.statements},
            {"logBytes", stats.log_bytes},
            {"laneWaitMs",
             stats.urgent_writes == 0
                 ? 0.0
                 : std::round(100 * wait / static_cast<double>(stats.urgent_writes)) / 100}};
}

json::array routes(const Metrics& metrics) {
    struct Answered {
        double all = 0;
        double refused = 0;
        double failed = 0;
    };
    std::map<std::pair<std::string, std::string>, Answered> by_route;
    for (const auto& reading : metrics.read({kRouteRequests})) {
        const auto& status = reading.labels.at("status");
        auto& route = by_route[{reading.labels.at("route"), reading.labels.at("method")}];
        route.all += reading.value;
        route.refused += status == "4xx" ? reading.value : 0;
        route.failed += status == "5xx" ? reading.value : 0;
    }
    json::array list;
    for (const auto& [route, answered] : by_route) {
        list.push_back({{"route", route.first},
                        {"method", route.second},
                        {"answered", static_cast<std::int64_t>(answered.all)},
                        {"refused", static_cast<std::int64_t>(answered.refused)},
                        {"failed", static_cast<std::int64_t>(answered.failed)}});
    }
    return list;
}

json::array classes(const Metrics& metrics) {
    std::map<std::string, Buckets> by_class;
    for (const auto& reading : metrics.read({kRouteTimes})) {
        const auto found = reading.labels.find("class");
        if (found != reading.labels.end()) {
            by_class[found->second] = reading.at_most;
        }
    }
    json::array list;
    for (const auto name : kRouteClasses) {
        const auto& times = by_class[std::string(name)];
        const auto within = [&times](double share) {
            const auto found = quantile_between(Buckets(), times, share);
            return found ? json::value(*found) : json::value(nullptr);
        };
        list.push_back({{"class", name},
                        {"measured", times.empty() ? 0 : std::llround(times.rbegin()->second)},
                        {"p50", within(0.5)},
                        {"p95", within(0.95)},
                        {"p99", within(0.99)}});
    }
    return list;
}

json::array statements(const sql::Database& database) {
    const auto millis = [](std::chrono::nanoseconds time) {
        return std::round(static_cast<double>(time.count()) / 1'000) / 1'000;
    };
    json::array list;
    for (const auto& one : database.slowest_statements(kMostStatements)) {
        list.push_back({{"text", one.text},
                        {"count", one.count},
                        {"totalMs", millis(one.total)},
                        {"maxMs", millis(one.max)},
                        {"p99Ms", millis(one.p99)}});
    }
    return list;
}

Task<http::Reply> show_engines(const OperationsParts& parts, http::Request&) {
    json::object data;
    data["redis"] = redis_servers(parts);
    data["database"] = database_json(parts.database);
    data["classes"] = classes(parts.metrics);
    data["statements"] = statements(parts.database);
    data["routes"] = routes(parts.metrics);
    co_return http::success(200, "The engines", {{"data", std::move(data)}});
}

http::Schema redis_shape() {
    using namespace schema;
    return object({{"use", one_of({"both", "cache", "queue"})},
                   {"reached", flag()},
                   {"version", text().says("Empty: it was never reached")},
                   {"memoryUsed", integer().says("Bytes")},
                   {"memoryLimit", integer().says("Bytes; 0: none is set")},
                   {"fragmentation", number()},
                   {"eviction", text().says("What goes when memory is full")},
                   {"persistence", text()},
                   {"clients", integer()},
                   {"clientLimit", integer().says("0: it does not say")},
                   {"clientPlan", integer().says("What one server of Tripos needs at most")},
                   {"commands", integer().says("Since it began")},
                   {"evicted", integer().says("Keys thrown away for room since it began")},
                   {"keys", integer()}})
        .named("RedisServer");
}

http::Schema database_shape() {
    using namespace schema;
    return object({{"engine", text()},
                   {"reads", integer()},
                   {"writes", integer()},
                   {"longWrites", integer().says("That kept the lane longer than 20 ms")},
                   {"commits", integer().says("Each of several writes")},
                   {"statements", integer()},
                   {"logBytes", integer().says("Of SQLite's write-ahead log")},
                   {"laneWaitMs", number().says("That a write waited for its turn, on average")}})
        .named("DatabaseFigures");
}

http::Schema request_class_shape() {
    using namespace schema;
    return object({{"class", one_of({kRouteClasses.begin(), kRouteClasses.end()})},
                   {"measured", integer().says("One request in eight")},
                   {"p50", number().nullable().says("Seconds; null: none was measured")},
                   {"p95", number().nullable()},
                   {"p99", number().nullable()}})
        .named("RouteClassFigures");
}

http::Schema statement_shape() {
    using namespace schema;
    return object({{"text", text().says("Without values")},
                   {"count", integer()},
                   {"totalMs", number()},
                   {"maxMs", number()},
                   {"p99Ms", number()}})
        .named("StatementFigures");
}

http::Schema route_shape() {
    using namespace schema;
    return object({{"route", text().says("Its pattern")},
                   {"method", text()},
                   {"answered", integer()},
                   {"refused", integer().says("Of those, with 4xx")},
                   {"failed", integer().says("Of those, with 5xx")}})
        .named("RouteFigures");
}

}  // namespace

void add_engine_routes(http::Router& router, const accounts::Guard& guard,
                       const OperationsParts& parts) {
    router.get(
        "/api/admin/engines",
        guard.staff(accounts::Capability::operate, std::cref(parts), show_engines),
        Operation("Operation", "Redis, the database, its slowest statements, and the requests")
            .details("Counts are of this server since its start, those of Redis since its own. "
                     "Of the statements those whose slowest run was the slowest come first, at "
                     "most 50.")
            .answers(200, "The engines",
                     {{"data", schema::object({{"redis", schema::list_of(redis_shape())},
                                               {"database", database_shape()},
                                               {"classes", schema::list_of(request_class_shape())},
                                               {"statements", schema::list_of(statement_shape())},
                                               {"routes", schema::list_of(route_shape())}})}}));
}

void add_engine_control_routes(http::Router& router, const OperationsParts& parts) {
    router.post("/control/engines", http::bind(std::cref(parts), show_engines),
                Operation("Commands", "How the engines do"));
}

}  // namespace tripos::operations

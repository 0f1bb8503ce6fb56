// SPDX-License-Identifier: MIT
#include "http/router.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <boost/system/system_error.hpp>
#include <map>

#include "core/assert.hpp"
#include "core/id.hpp"
#include "core/text.hpp"
#include "telemetry/log.hpp"

namespace tripos::http {

struct Router::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    std::vector<const Route*> routes;  ///< patterns that end here, one per method
};

namespace {

/// Of a path; most are short.
using Segments = boost::container::small_vector<std::string_view, 8>;

constexpr std::pair<Method, std::string_view> kMethodNames[] = {
    {Method::get, "GET"},         {Method::head, "HEAD"},   {Method::post, "POST"},
    {Method::put, "PUT"},         {Method::patch, "PATCH"}, {Method::delete_, "DELETE"},
    {Method::options, "OPTIONS"},
};

/// The segments after the leading slash; one trailing slash is tolerated.
Segments segments_of(std::string_view path) {
    if (path.size() > 1 && path.back() == '/') {
        path.remove_suffix(1);
    }
    Segments segments;
    for (std::size_t at = 0; at != std::string_view::npos;) {
        path.remove_prefix(at + 1);
        at = path.find('/');
        segments.push_back(path.substr(0, at));
    }
    return segments;
}

/// Decodes after splitting, so that `%2F` is part of a segment (RFC 3986, 2.2); the result owns
/// what was decoded. Requires: the path decodes.
std::vector<std::string> decode(Segments& segments) {
    std::vector<std::string> owner;
    owner.reserve(static_cast<std::size_t>(std::count_if(
        segments.begin(), segments.end(),
        [](std::string_view segment) { return segment.find('%') != std::string_view::npos; })));
    for (auto& segment : segments) {
        if (segment.find('%') != std::string_view::npos) {
            segment = owner.emplace_back(percent_decode(segment).value_or(""));
        }
    }
    return owner;
}

bool is_json(const Request& request) {
    const auto type = request.header("content-type");
    if (!type) {
        return false;
    }
    const auto parts = split(*type, ';');
    if (to_lower(trim(parts.front())) != "application/json") {
        return false;
    }
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto parameter = to_lower(trim(parts[i]));
        if (parameter.starts_with("charset=") && parameter != "charset=utf-8" &&
            parameter != "charset=\"utf-8\"") {
            return false;
        }
    }
    return true;
}

/// Nothing here unpacks what a client has packed.
bool is_encoded(const Request& request) {
    const auto coding = request.header("content-encoding");
    return coding && to_lower(trim(*coding)) != "identity" && !trim(*coding).empty();
}

/// Below /api nothing but JSON comes in, whether or not the route reads it; elsewhere the forms of
/// our pages do, unless the route says that it takes JSON.
bool has_unsupported_body(const Request& request, const Route& route) {
    const bool takes_body = request.method == Method::post || request.method == Method::put ||
                            request.method == Method::patch || request.method == Method::delete_;
    const bool wants_json =
        route.pattern.starts_with("/api/") || (route.operation && route.operation->body);
    return takes_body && !request.body.empty() && wants_json &&
           (!is_json(request) || is_encoded(request));
}

/// Nothing that is changed here has an entity tag, so a change that is to happen only to a certain
/// version must not happen (RFC 9110, 13.1.1).
bool asks_for_a_version(const Request& request) {
    const bool changes = request.method != Method::get && request.method != Method::head;
    const auto wanted = changes ? request.header("if-match") : std::nullopt;
    return wanted && trim(*wanted) != "*";
}

Response unsupported_media_type() {
    return problem(
        415, "unsupported_media_type",
        "The body must be plain JSON: send it as Content-Type: application/json, without "
        "Content-Encoding");
}

Response overloaded(const std::string& what, const Overloaded& overload) {
    auto error = unavailable(what + ". Try again shortly.", overload.retry_after());
    error.code = "overloaded";
    return problem(error);
}

/// What an exception of a handler looks like to the client. The detail goes to the log, and to
/// nobody else unless failures are shown.
Response answer_exception(const Request& request, const std::exception_ptr& thrown,
                          Failures failures) {
    std::string told = "Internal error";
    try {
        std::rethrow_exception(thrown);
    } catch (const Away& outage) {
        return overloaded(outage.subject() + " is away", outage);
    } catch (const Overloaded& overload) {
        return overloaded("The server is busy", overload);
    } catch (const boost::system::system_error& failure) {
        if (failure.code() == asio::error::operation_aborted) {
            return problem(unavailable("The server is shutting down.", std::chrono::seconds(5)));
        }
        log::error("http", "handler failed",
                   {{"requestId", request.id}, {"route", request.route}, {"what", failure.what()}});
    } catch (const std::exception& failure) {
        log::error("http", "handler failed",
                   {{"requestId", request.id}, {"route", request.route}, {"what", failure.what()}});
        told = failures == Failures::shown ? failure.what() : told;
    }
    return problem(500, "internal_error", told);
}

/// Every route that matches the path, the best first.
struct Match {
    boost::container::small_vector<const Route*, 8> routes;

    const Route* with_method(Method method) const {
        for (const auto* route : routes) {
            if (route->method == method) {
                return route;
            }
        }
        return method == Method::head ? with_method(Method::get) : nullptr;
    }

    std::string allow() const {
        std::string text;
        for (const auto& [method, name] : kMethodNames) {
            const auto* route = with_method(method);
            if ((route != nullptr && route->operation) || method == Method::options) {
                text += text.empty() ? "" : ", ";
                text += name;
            }
        }
        return text;
    }
};

/// Literals before parameters; keeps going after a match, because another pattern may have the
/// method.
template <class Node>
void collect(const Node& node, const Segments& segments, std::size_t at, Match& match) {
    if (at == segments.size()) {
        match.routes.insert(match.routes.end(), node.routes.begin(), node.routes.end());
        return;
    }
    const auto literal = node.literals.find(segments[at]);
    if (literal != node.literals.end()) {
        collect(*literal->second, segments, at + 1, match);
    }
    if (node.parameter && !segments[at].empty()) {
        collect(*node.parameter, segments, at + 1, match);
    }
}

void fill_parameters(Request& request, const Route& route, const Segments& segments) {
    for (const auto& [place, name] : route.parameters) {
        request.parameters.emplace_back(name, segments[place]);
    }
}

Response answer_unmatched(const Request& request, const Match& match) {
    if (match.routes.empty()) {
        return problem(404, "not_found", "There is nothing at this address");
    }
    if (request.method == Method::options) {
        Response response;
        response.status = 204;
        response.with_header("Allow", match.allow());
        return response;
    }
    return problem(405, "method_not_allowed", "This address does not answer this method")
        .with_header("Allow", match.allow());
}

}  // namespace

Result<std::string> PathId::read(const Request& request) const {
    const auto& id = request.parameter(name);
    return is_uuid(id) ? Result<std::string>(to_lower(id)) : missing;
}

Handler open(Handler handler) {
    auto call = [handler = std::move(handler)](Request& request) { return handler(request); };
    return {std::move(call), Access{.who = "everyone"}};
}

Task<Reply> refuse(Error error) {
    co_return error;
}

Router::Router(Failures failures) : failures_(failures), root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::add(Method method, std::string pattern, Handler handler, Operation operation) {
    place({method, std::move(pattern), std::move(handler), std::move(operation)});
}

void Router::refuse(Method method, std::string pattern, Handler handler) {
    place({method, std::move(pattern), std::move(handler), std::nullopt});
}

void Router::place(Route given) {
    TRIPOS_ASSERT(given.pattern.starts_with('/'));
    routes_.push_back(std::make_unique<Route>(std::move(given)));
    auto& route = *routes_.back();
    Node* node = root_.get();
    std::size_t place = 0;
    for (const auto segment : segments_of(route.pattern)) {
        if (segment.starts_with(':')) {
            route.parameters.emplace_back(place, segment.substr(1));
        }
        ++place;
        auto& next =
            segment.starts_with(':') ? node->parameter : node->literals[std::string(segment)];
        if (!next) {
            next = std::make_unique<Node>();
        }
        node = next.get();
    }
    for (const auto* other : node->routes) {
        TRIPOS_ASSERT(other->method != route.method);
    }
    node->routes.push_back(&route);
}

void Router::add_filter(Filter filter) {
    filters_.push_back(std::move(filter));
}

Task<Response> Router::dispatch(Request& request) const {
    Segments segments;
    Match match;
    std::vector<std::string> decoded;
    if (request.path.starts_with('/')) {
        segments = segments_of(request.path);
        decoded = decode(segments);
        collect(*root_, segments, 0, match);
    }
    const auto* route = match.with_method(request.method);
    if (route == nullptr) {
        co_return answer_unmatched(request, match);
    }
    request.route = route->pattern;
    if (route->operation) {
        request.limits = route->operation->limits;
    }
    fill_parameters(request, *route, segments);
    if (has_unsupported_body(request, *route)) {
        co_return unsupported_media_type();
    }
    if (asks_for_a_version(request)) {
        co_return problem(412, "precondition_failed", "No version of this has an entity tag");
    }
    std::exception_ptr thrown;
    try {
        for (const auto& filter : filters_) {
            if (auto response = filter(request)) {
                co_return std::move(*response);
            }
        }
        auto reply = co_await route->handler(request);
        co_return reply ? std::move(*reply) : problem(reply.error());
    } catch (...) {
        thrown = std::current_exception();
    }
    co_return answer_exception(request, thrown, failures_);
}

std::vector<const Route*> Router::routes() const {
    std::vector<const Route*> all;
    for (const auto& route : routes_) {
        if (route->operation) {
            all.push_back(route.get());
        }
    }
    return all;
}

}  // namespace tripos::http

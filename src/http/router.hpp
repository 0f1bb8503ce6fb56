// SPDX-License-Identifier: MIT
#pragma once
// Router: method and path pattern -> handler. Patterns are literal segments and `:name` segments;
// literals win.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "async/task.hpp"
#include "http/message.hpp"
#include "http/operation.hpp"

namespace tripos::http {

/// Runs on the connection's context and may suspend. An Error becomes a problem body, an exception
/// 500, or 503 for Overloaded. Immutable; thread-safe if the function is.
class Handler {
  public:
    using Function = std::function<Task<Reply>(Request&)>;

    /// `access`: what the function checks before it does anything, for the API description.
    Handler(Function function, Access access)
        : function_(std::move(function)), access_(std::move(access)) {}
    template <class F>
    requires std::is_invocable_r_v<Task<Reply>, F&, Request&> Handler(F function)
        : function_(std::move(function)) {}  // NOLINT: any function is a handler

    Task<Reply> operator()(Request& request) const { return function_(request); }
    const Access& access() const { return access_; }

  private:
    Function function_;
    Access access_;
};

/// `:name` of a pattern as an id. What is no UUID names nothing, and `missing` is the answer.
struct PathId {
    std::string name;
    Error missing;

    /// Lower-cased.
    Result<std::string> read(const Request& request) const;
};

/// `:name` of a pattern as it stands there.
struct PathText {
    std::string name;

    Result<std::string> read(const Request& request) const { return request.parameter(name); }
};

/// The answer of a handler that has no other.
Task<Reply> refuse(Error error);

/// Calls with what the path says, or refuses.
template <class Path, class Call>
Task<Reply> with_path(const Path& path, const Request& request, Call call) {
    auto found = path.read(request);
    return found ? call(std::move(*found)) : refuse(found.error());
}

/// A function and what it works with, which is copied: bind(std::ref(links), ask) calls
/// ask(links, request), bind(this, &Api::ask) a member. What is referred to outlives the router.
template <class Context, class Function>
Handler bind(Context context, Function function) {
    return
        [context, function](Request& request) { return std::invoke(function, context, request); };
}
/// The same for a route with a parameter in its path, which becomes the last argument.
template <class Context, class Path, class Function>
Handler bind(Context context, Path path, Function function) {
    return [context, path, function](Request& request) {
        return with_path(path, request, [&](auto value) {
            return std::invoke(function, context, request, std::move(value));
        });
    };
}

/// A handler that anybody may reach, which a route has to say (Access); as bind() otherwise.
Handler open(Handler handler);
template <class Context, class First, class... Rest>
Handler open(Context context, First first, Rest... rest) {
    return open(bind(std::move(context), std::move(first), std::move(rest)...));
}

struct Route {
    Method method;
    std::string pattern;
    Handler handler;
    std::optional<Operation> operation;                                ///< none: refuse()
    std::vector<std::pair<std::size_t, std::string>> parameters = {};  ///< place in the path, name
};

/// What a 500 says: the failure itself only to those who own the server.
enum class Failures { hidden, shown };

/// Filled at start, then read-only and thread-safe.
class Router {
  public:
    explicit Router(Failures failures = Failures::hidden);
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    /// A route and what the API description says of it.
    void add(Method method, std::string pattern, Handler handler, Operation operation);
    void get(std::string pattern, Handler handler, Operation operation) {
        add(Method::get, std::move(pattern), std::move(handler), std::move(operation));
    }
    void post(std::string pattern, Handler handler, Operation operation) {
        add(Method::post, std::move(pattern), std::move(handler), std::move(operation));
    }
    void put(std::string pattern, Handler handler, Operation operation) {
        add(Method::put, std::move(pattern), std::move(handler), std::move(operation));
    }
    void delete_(std::string pattern, Handler handler, Operation operation) {
        add(Method::delete_, std::move(pattern), std::move(handler), std::move(operation));
    }

    /// A method that a client may try for another: `handler` says so to those who may know. Neither
    /// described nor named in Allow.
    void refuse(Method method, std::string pattern, Handler handler);

    /// Runs before every matched handler, in order of registration; a returned response ends the
    /// request there.
    using Filter = std::function<std::optional<Response>(Request&)>;
    void add_filter(Filter filter);

    /// Finds and runs the handler: 404 without a match, 405 with Allow when only the method is
    /// wrong, OPTIONS and HEAD answered for every route. Fills request.route and
    /// request.parameters. Exceptions of the handler are answered here.
    Task<Response> dispatch(Request& request) const;

    /// Every described route, for documentation and tests.
    std::vector<const Route*> routes() const;

  private:
    struct Node;
    void place(Route route);

    const Failures failures_;
    std::unique_ptr<Node> root_;
    std::vector<std::unique_ptr<Route>> routes_;
    std::vector<Filter> filters_;
};

}  // namespace tripos::http

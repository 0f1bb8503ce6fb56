// SPDX-License-Identifier: MIT
#pragma once
// Router: method and path pattern -> handler. Patterns are literal segments and `:name` segments;
// literals win.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "http/message.hpp"

namespace tripos::http {

/// Handlers run on the connection's context and may suspend. An exception becomes 500, or 503 for
/// Overloaded.
using Handler = std::function<Task<Response>(Request&)>;

/// Binds a member function: bind(this, &ExamApi::live). The object outlives the router.
template <class T>
Handler bind(T* object, Task<Response> (T::*member)(Request&)) {
    return [object, member](Request& request) { return (object->*member)(request); };
}

struct Route {
    Method method;
    std::string pattern;
    Handler handler;
};

/// Filled at start, then read-only and thread-safe.
class Router {
  public:
    Router();
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    void add(Method method, std::string pattern, Handler handler);
    void get(std::string pattern, Handler handler) {
        add(Method::get, std::move(pattern), std::move(handler));
    }
    void post(std::string pattern, Handler handler) {
        add(Method::post, std::move(pattern), std::move(handler));
    }
    void put(std::string pattern, Handler handler) {
        add(Method::put, std::move(pattern), std::move(handler));
    }
    void delete_(std::string pattern, Handler handler) {
        add(Method::delete_, std::move(pattern), std::move(handler));
    }

    /// Runs before every matched handler, in order of registration; a returned response ends the
    /// request there.
    using Filter = std::function<std::optional<Response>(Request&)>;
    void add_filter(Filter filter);

    /// Finds and runs the handler: 404 without a match, 405 with Allow when only the method is
    /// wrong, OPTIONS and HEAD answered for every route. Fills request.route and
    /// request.parameters. Exceptions of the handler are answered here.
    Task<Response> dispatch(Request& request) const;

    /// Every route, for documentation and tests.
    std::vector<const Route*> routes() const;

  private:
    struct Node;
    std::unique_ptr<Node> root_;
    std::vector<std::unique_ptr<Route>> routes_;
    std::vector<Filter> filters_;
};

}  // namespace tripos::http

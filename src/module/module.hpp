// SPDX-License-Identifier: MIT
#pragma once
// Module: the face of every feature module - its tables, routes, chores, and what it does in the
// background. The composition root is a list of them, the lower ones first (docs/feature.md).
//
// Its tables are known without it: `static std::vector<sql::Migration> migrations()`, in order,
// each once per database.
//
// Lifecycle: construct, add_routes(), start(), start_work(), stop(), destroy; those that it was
// built from outlive it. What a module has none of it leaves out.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "http/router.hpp"
#include "sql/migrations.hpp"

namespace tripos {

/// Periodic work that may wait, such as a clean-up (operations/chores.hpp runs it).
struct Chore {
    std::string name;     ///< of its scheduler and of its jobs
    std::string pattern;  ///< cron; where the exams are
    /// On the background context. Doing it twice does no harm. How much there was to do becomes the
    /// job's return value; an exception means again later.
    std::function<Task<std::int64_t>()> work;
};

/// Handlers are thread-safe; the rest belongs to the composition root.
class Module {
  public:
    virtual ~Module() = default;

    virtual void add_routes(http::Router&) {}
    /// The routes that the control socket reaches, for commands.
    virtual void add_control_routes(http::Router&) {}
    virtual std::vector<Chore> chores() { return {}; }
    /// On the background context, when every table is there: what each process does for itself.
    virtual Task<> start() { co_return; }
    /// As start(), after it: what any process may do for the whole site, however many do. Those
    /// that only answer requests leave it out.
    virtual Task<> start_work() { co_return; }
    /// Ends what was begun; what runs gets `grace`. Twice is fine, and so is never started.
    virtual Task<> stop(std::chrono::milliseconds) { co_return; }
};

/// The steps of all their tables, in this order.
template <class... Modules>
std::vector<sql::Migration> migrations_of() {
    std::vector<sql::Migration> all;
    const auto add = [&all](const std::vector<sql::Migration>& steps) {
        all.insert(all.end(), steps.begin(), steps.end());
    };
    (add(Modules::migrations()), ...);
    return all;
}

}  // namespace tripos

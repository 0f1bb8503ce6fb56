// SPDX-License-Identifier: MIT
#include "operations/findings_api.hpp"

#include <algorithm>

#include "doctor/check.hpp"
#include "doctor/redis_probe.hpp"
#include "http/json_body.hpp"
#include "notices/mail_queues.hpp"
#include "notices/outbox_rows.hpp"
#include "operations/chores.hpp"
#include "operations/finding_json.hpp"

namespace tripos::operations {

namespace {

using http::Operation;

constexpr std::chrono::hours kDoubtWindow{24};
/// Of what is found by looking through keys; the page asks every few seconds.
constexpr std::chrono::minutes kStraysInterval{1};

/// How the server stands now, with what is only looked at from outside, now and then.
doctor::RedisLook look_through(const redis::Client& client, const redis::ServerWatch& watch,
                               doctor::Use use, const std::vector<doctor::RedisLook>& outside) {
    auto seen = doctor::look_of(client.address(), use);
    const auto same = std::find_if(outside.begin(), outside.end(),
                                   [use](const auto& other) { return other.use == use; });
    if (same != outside.end()) {
        seen = *same;
        seen.reach = {redis::Step::done, {}, false};
        seen.report.reset();
    }
    const auto threads = client.contexts().size() - 1;  // one is the background's
    seen.planned_clients = doctor::planned_clients(static_cast<std::int64_t>(threads));
    seen.is_lost = !client.is_connected();
    if (const auto check = watch.latest()) {
        seen.report = check->report;
    }
    return seen;
}

/// What a server cannot see of itself, or does not do unasked: `tripos doctor` does.
bool only_the_command_looks(std::string_view check) {
    return check == "mail-send" || check == "site-secrets";
}

/// What was seen; why it was not, when the machinery failed.
template <class T>
Task<doctor::Looked<T>> try_look(Task<T> look) {
    doctor::Looked<T> looked;
    try {
        looked.seen = co_await std::move(look);
    } catch (const SystemError& failure) {
        looked.why_not = failure.what();
    }
    co_return looked;
}

}  // namespace

const std::vector<std::string>& own_queues() {
    static const std::vector<std::string> names = {std::string(notices::kMailQueue),
                                                   std::string(notices::kBulkQueue),
                                                   std::string(kChoresQueue)};
    return names;
}

FindingsApi::FindingsApi(const OperationsParts& parts, std::string queue_prefix,
                         std::string instance)
    : parts_(parts),
      queue_prefix_(std::move(queue_prefix)),
      instance_(std::move(instance)),
      outside_(parts.background, parts.metrics, parts.look_outside) {}

void FindingsApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.get(
        "/api/admin/findings", guard.staff(accounts::Capability::operate, this, &FindingsApi::list),
        Operation("Operation", "What is wrong, and its cure")
            .details("Every check of docs/troubleshooting.md that a running server can make, "
                     "the worst first; `tripos doctor` looks from outside as well.")
            .answers(200, "The findings", {{"data", http::schema::list_of(shapes::finding())}}));
}

void FindingsApi::add_control_routes(http::Router& router) {
    router.post("/control/findings", http::bind(this, &FindingsApi::control_list),
                Operation("Commands", "What is wrong, and its cure"));
}

Task<http::Reply> FindingsApi::list(http::Request&) {
    boost::json::object body;
    body["data"] = co_await findings();
    co_return http::success(200, "The findings", std::move(body));
}

Task<http::Reply> FindingsApi::control_list(http::Request&) {
    boost::json::object body;
    body["data"] = co_await findings();
    body["instance"] = instance_;
    co_return http::success(200, "The findings", std::move(body));
}

Task<boost::json::array> FindingsApi::findings() {
    auto findings = doctor::examine(co_await gather());
    std::erase_if(findings, [](const Finding& one) {
        return one.verdict == Verdict::skipped && only_the_command_looks(one.id);
    });
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        const auto rank = [](const Finding& one) {
            return one.verdict == Verdict::skipped ? Verdict::ok : one.verdict;
        };
        return rank(a) > rank(b);
    });
    co_return to_json(findings);
}

Task<doctor::Evidence> FindingsApi::gather() {
    auto evidence = outside_.latest();
    evidence.redis.seen = redis(evidence.redis.seen.value_or(std::vector<doctor::RedisLook>()));
    evidence.queues = co_await try_look(queues());
    evidence.cache.seen = parts_.cache.stats();
    evidence.outbox = co_await try_look(outbox());
    evidence.site.seen = doctor::SiteLook{.instance = instance_,
                                          .is_running = true,
                                          .held_back = parts_.site_clock.held_back(),
                                          .is_held = parts_.is_held()};
    if (const auto backup = parts_.last_backup()) {
        evidence.site.seen->backup_age = parts_.wall.now() - *backup;
    }
    co_return evidence;
}

std::vector<doctor::RedisLook> FindingsApi::redis(
    const std::vector<doctor::RedisLook>& outside) const {
    using doctor::Use;
    if (&parts_.cache_watch == &parts_.queue_watch) {
        return {look_through(parts_.queue_redis, parts_.queue_watch, Use::both, outside)};
    }
    return {look_through(parts_.cache_redis, parts_.cache_watch, Use::cache, outside),
            look_through(parts_.queue_redis, parts_.queue_watch, Use::queue, outside)};
}

Task<std::vector<queue::QueueCondition>> FindingsApi::queues() {
    auto all =
        co_await doctor::ask_queues(parts_.queue_redis, queue_prefix_, own_queues(), parts_.wall);
    for (auto& seen : all) {
        grace_.apply(seen, std::chrono::steady_clock::now());
    }
    co_await add_strays(all);
    co_return all;
}

Task<> FindingsApi::add_strays(std::vector<queue::QueueCondition>& queues) {
    bool is_due = false;
    {
        const std::lock_guard lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        is_due = now >= strays_due_;
        strays_due_ = is_due ? now + kStraysInterval : strays_due_;
    }
    if (is_due) {
        co_await doctor::ask_for_strays(parts_.queue_redis, queue_prefix_, parts_.wall, queues);
    }
    const std::lock_guard lock(mutex_);
    for (auto& seen : queues) {
        if (is_due) {
            strays_[seen.name] = seen.strays;
        } else {
            seen.strays = strays_[seen.name];
        }
    }
}

Task<doctor::OutboxLook> FindingsApi::outbox() {
    const auto now = parts_.clock.now();
    auto look = [since = now - kDoubtWindow](sql::Session& session) {
        return notices::count_in_doubt(session, since);
    };
    doctor::OutboxLook seen;
    seen.in_doubt = co_await parts_.database.read(std::move(look), sql::Turn::bulk);
    const auto oldest = co_await parts_.database.read(notices::oldest_pending);
    if (oldest) {
        seen.oldest = now - *oldest;
    }
    const auto urgent = co_await parts_.database.read(notices::oldest_urgent);
    if (urgent) {
        seen.urgent = now - *urgent;
    }
    seen.unreadable = co_await parts_.pipeline.count_unreadable();
    co_return seen;
}

}  // namespace tripos::operations

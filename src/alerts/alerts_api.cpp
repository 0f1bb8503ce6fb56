// SPDX-License-Identifier: MIT
#include "alerts/alerts_api.hpp"

#include <boost/json/array.hpp>

#include "alerts/alert_store.hpp"
#include "core/id.hpp"
#include "http/json_body.hpp"
#include "module/command.hpp"
#include "telemetry/log.hpp"

namespace tripos::alerts {

namespace {

namespace json = boost::json;
namespace schema = http::schema;
using http::Operation;

constexpr const char* kTag = "Operation";
constexpr std::int64_t kLongestSilence = 30 * 24 * 60;  // minutes
constexpr std::size_t kLongestWhy = 500;

json::value when(const std::optional<Timestamp>& at) {
    return at ? json::value(to_iso8601(*at)) : json::value(nullptr);
}

std::string_view state_of(const Active& alert) {
    return !alert.is_firing ? "pending" : alert.clear_since ? "clearing" : "firing";
}

json::object to_json(const AlertKey& key, const Active& alert, const AlertState& state,
                     const std::vector<Silence>& silences, Timestamp now) {
    const auto& rule = *find_rule(key.rule);
    const auto note = state.notes.find(key);
    json::object labels;
    for (const auto& [name, value] : key.labels) {
        labels[name] = value;
    }
    json::object one;
    one["rule"] = key.rule;
    one["labels"] = std::move(labels);
    one["severity"] = to_text(rule.severity);
    one["state"] = state_of(alert);
    one["summary"] = rule.summary;
    one["cure"] = rule.cure;
    one["doc"] = rule.runbook();
    one["since"] = to_iso8601(alert.since);
    one["value"] = alert.value;
    one["silenced"] = is_silenced(key, silences, state.exam_runs, now);
    one["toldAt"] = note == state.notes.end() ? json::value(nullptr) : when(note->second.told_at);
    return one;
}

json::object to_json(const Silence& silence) {
    json::object one;
    one["id"] = silence.id;
    one["rule"] = silence.rule;
    one["until"] = to_iso8601(silence.until);
    one["why"] = silence.why;
    one["createdAt"] = to_iso8601(silence.created_at);
    return one;
}

http::Schema severity_shape() {
    return schema::one_of({"ticket", "page"});
}

http::Schema alert_shape() {
    return schema::object({{"rule", schema::text()},
                           {"labels", schema::map_of(schema::text())},
                           {"severity", severity_shape()},
                           {"state", schema::one_of({"pending", "firing", "clearing"})},
                           {"summary", schema::text()},
                           {"cure", schema::text()},
                           {"doc", schema::text()},
                           {"since", schema::instant()},
                           {"value", schema::number()},
                           {"silenced", schema::flag().says("A page is told all the same while an "
                                                            "exam runs")},
                           {"toldAt", schema::instant().nullable()}})
        .named("Alert");
}

http::Schema silence_shape() {
    return schema::object({{"id", schema::uuid()},
                           {"rule", schema::text()},
                           {"until", schema::instant()},
                           {"why", schema::text()},
                           {"createdAt", schema::instant()}})
        .named("AlertSilence");
}

json::array rules_json() {
    json::array all;
    for (const auto& rule : rules()) {
        if (rule.watcher == Watcher::all) {
            all.push_back(json::object{{"name", rule.name},
                                       {"severity", to_text(rule.severity)},
                                       {"summary", rule.summary}});
        }
    }
    return all;
}

}  // namespace

void AlertsApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    const auto operate = accounts::Capability::operate;
    const std::string base = "/api/admin/alerts";
    const auto rule = schema::object(
        {{"name", schema::text()}, {"severity", severity_shape()}, {"summary", schema::text()}});
    router.get(
        base, guard.staff(operate, this, &AlertsApi::list),
        Operation(kTag, "Which alerts fire, which are silenced, and what is watched")
            .details("As this server sees it; docs/alerts.md has every rule.")
            .answers(200, "The alerts",
                     {{"data", schema::object({{"alerts", schema::list_of(alert_shape())},
                                               {"silences", schema::list_of(silence_shape())},
                                               {"rules", schema::list_of(rule)}})}}));
    router.post(base + "/silences", guard.staff(operate, this, &AlertsApi::silence),
                Operation(kTag, "Tell nothing of a rule for a while")
                    .details("Pages go out all the same while an exam runs.")
                    .takes({{"rule", schema::text()},
                            {"minutes", schema::integer()},
                            {"why?", schema::text()}})
                    .answers(201, "Silenced", {{"data", silence_shape()}}));
    router.delete_(
        base + "/silences/:id",
        guard.staff(operate, this, http::PathText{"id"}, &AlertsApi::end_silence),
        Operation(kTag, "End a silence").answers(200, "Ended").refuses(404, {"not_found"}));
}

void AlertsApi::add_control_routes(http::Router& router) {
    const auto add = [&](const char* name, const char* about, http::Handler handler) {
        router.post(std::string("/control/alerts/") + name,
                    recorded_command(parts_, std::move(handler)),
                    Operation("Alerts commands", about));
    };
    router.post("/control/alerts/list", http::bind(this, &AlertsApi::list),
                Operation("Alerts commands", "list"));
    add("silence", "silence", http::bind(this, &AlertsApi::silence));
    add("unsilence", "unsilence", http::bind(this, &AlertsApi::unsilence));
    add("test", "test", http::bind(this, &AlertsApi::test));
}

Task<http::Reply> AlertsApi::list(http::Request&) {
    const auto now = parts_.clock.now();
    const auto state = watch_.state();
    auto ask = [now](sql::Session& session) { return alert_store::list_silences(session, now); };
    auto silences = state.silences;
    try {
        silences = co_await parts_.database.read(std::move(ask));
    } catch (const SystemError& failure) {  // what fires is wanted most when SQL is away
        log::debug("alerts", "silences are those of before", {{"what", failure.what()}});
    }
    json::array alerts;
    for (const auto& [key, alert] : state.active) {
        alerts.push_back(to_json(key, alert, state, silences, now));
    }
    json::array quiet;
    for (const auto& silence : silences) {
        quiet.push_back(to_json(silence));
    }
    json::object data;
    data["alerts"] = std::move(alerts);
    data["silences"] = std::move(quiet);
    data["rules"] = rules_json();
    json::object body;
    body["data"] = std::move(data);
    co_return http::success(200, "The alerts", std::move(body));
}

Task<http::Reply> AlertsApi::silence(http::Request& request) {
    http::BodyReader body(request);
    const auto rule = body.text("rule", {.max_length = 100});
    const auto minutes = body.integer("minutes", 1, kLongestSilence);
    const auto why = body.maybe_text("why", {.max_length = kLongestWhy}).value_or("");
    if (!rule.empty() && find_rule(rule) == nullptr) {
        body.reject("rule", "there is no such rule; docs/alerts.md has them all");
    }
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto now = parts_.clock.now();
    const Silence silence{.id = new_id(now, parts_.random),
                          .rule = rule,
                          .until = now + std::chrono::minutes(minutes),
                          .why = why,
                          .created_at = now};
    auto add = [&silence](sql::Session& session) { alert_store::add_silence(session, silence); };
    co_await parts_.database.write(std::move(add));
    json::object answer;
    answer["data"] = to_json(silence);
    co_return http::success(201, "Silenced", std::move(answer));
}

Task<http::Reply> AlertsApi::end(std::string id) {
    auto work = [&, now = parts_.clock.now()](sql::Session& session) {
        return alert_store::end_silence(session, id, now);
    };
    const bool ended = co_await parts_.database.write(std::move(work));
    if (!ended) {
        co_return not_found("There is no such silence");
    }
    co_return http::success(200, "The silence is over");
}

Task<http::Reply> AlertsApi::end_silence(http::Request&, std::string id) {
    return end(std::move(id));
}

Task<http::Reply> AlertsApi::unsilence(http::Request& request) {
    http::BodyReader body(request);
    auto id = body.text("id", {.max_length = 100});
    if (auto error = body.error()) {
        co_return *error;
    }
    co_return co_await end(std::move(id));
}

Task<http::Reply> AlertsApi::test(http::Request&) {
    const bool went = co_await watch_.test();
    if (!went) {
        co_return unavailable(
            "No way took the message; the log says why, or neither "
            "ALERT_WEBHOOK_URL nor ALERT_EMAIL is set",
            std::chrono::seconds(10));
    }
    co_return http::success(200, "Sent");
}

}  // namespace tripos::alerts

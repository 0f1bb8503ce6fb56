// SPDX-License-Identifier: MIT
#include "alerts/alert_message.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "core/digest.hpp"
#include "core/text.hpp"

namespace tripos::alerts {

namespace {

namespace json = boost::json;

/// As Alertmanager writes "has not ended".
constexpr const char* kNoEnd = "0001-01-01T00:00:00Z";

std::string status_of(const Note& note) {
    return note.ended_at ? "resolved" : "firing";
}

json::object labels_of(const AlertKey& key, const Rule& rule) {
    json::object labels{{"alertname", key.rule}, {"severity", to_text(rule.severity)}};
    for (const auto& [name, value] : key.labels) {
        labels[name] = value;
    }
    return labels;
}

json::object one_alert(const AlertKey& key, const Note& note, const Rule& rule,
                       const std::string& site) {
    json::object alert;
    alert["status"] = status_of(note);
    alert["labels"] = labels_of(key, rule);
    alert["annotations"] = {{"summary", rule.summary}, {"runbook_url", rule.runbook()}};
    alert["startsAt"] = to_iso8601(note.fired_at);
    alert["endsAt"] = note.ended_at ? to_iso8601(*note.ended_at) : kNoEnd;
    alert["generatorURL"] = site;
    alert["fingerprint"] = fingerprint(key);
    return alert;
}

std::string one_text(const AlertKey& key, const Note& note, const Rule& rule) {
    const auto head = to_upper(status_of(note)) + " (" + std::string(to_text(rule.severity)) +
                      ") " + key.text() + ": " + std::string(rule.summary) + ".\n";
    if (note.ended_at) {
        return head + "It began at " + to_iso8601(note.since) + " and is over.\n";
    }
    return head + "Since " + to_iso8601(note.since) + ".\nIt means: " + std::string(rule.means) +
           ".\nCure: " + std::string(rule.cure) + ".\nSee " + rule.runbook() + "\n";
}

}  // namespace

std::string fingerprint(const AlertKey& key) {
    return sha256(key.text()).substr(0, 16);
}

AlertMessage write_message(const Notes& notes, const std::string& site, Timestamp now) {
    json::array alerts;
    std::vector<std::string> texts;
    std::int64_t firing = 0;
    for (const auto& [key, note] : notes) {
        const auto& rule = *find_rule(key.rule);
        alerts.push_back(one_alert(key, note, rule, site));
        texts.push_back(one_text(key, note, rule));
        firing += note.ended_at ? 0 : 1;
    }
    const auto resolved = static_cast<std::int64_t>(notes.size()) - firing;
    const auto& first = notes.begin()->first;
    AlertMessage message;
    message.subject = (firing > 0 ? "[FIRING:" + std::to_string(firing) + "] "
                                  : "[RESOLVED:" + std::to_string(resolved) + "] ") +
                      (notes.size() == 1 ? first.text() : first.text() + " and more");
    message.text = join(texts, "\n");
    json::object body;
    body["version"] = "4";
    body["groupKey"] = "tripos";
    body["truncatedAlerts"] = 0;
    body["status"] = firing > 0 ? "firing" : "resolved";
    body["receiver"] = "tripos";
    body["groupLabels"] = json::object();
    body["commonLabels"] = json::object();
    body["commonAnnotations"] = json::object();
    body["externalURL"] = site;
    body["alerts"] = std::move(alerts);
    body["text"] = message.subject + "\n\n" + message.text;
    body["sentAt"] = to_iso8601(now);
    message.json = json::serialize(body);
    return message;
}

}  // namespace tripos::alerts

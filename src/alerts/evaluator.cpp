// SPDX-License-Identifier: MIT
#include "alerts/evaluator.hpp"

#include "core/text.hpp"

namespace tripos::alerts {

std::string AlertKey::text() const {
    std::vector<std::string> parts;
    for (const auto& [name, value] : labels) {
        parts.push_back(name + '=' + value);
    }
    return parts.empty() ? rule : rule + '{' + join(parts, ",") + '}';
}

void Evaluator::restore(const AlertKey& key, Timestamp since) {
    active_[key] = {.since = since, .is_firing = true};
}

void Evaluator::look(const History& history, Timestamp now, Watcher watcher) {
    for (const auto& rule : rules_) {
        if (watcher == rule.watcher || watcher == Watcher::prometheus) {
            look_at(rule, history, now);
        }
    }
}

void Evaluator::look_at(const Rule& rule, const History& history, Timestamp now) {
    const auto seen = rule.when->at(history, now);
    for (const auto& [labels, value] : seen) {
        auto& alert = active_.try_emplace({std::string(rule.name), labels}, Active{.since = now})
                          .first->second;
        alert.value = value;
        alert.clear_since.reset();
        alert.is_firing = alert.is_firing || now - alert.since >= rule.hold;
    }
    for (auto one = active_.begin(); one != active_.end();) {
        auto& [key, alert] = *one;
        if (key.rule != rule.name || seen.contains(key.labels)) {
            ++one;
            continue;
        }
        if (!alert.clear_since) {
            alert.clear_since = now;
        }
        const bool stays = alert.is_firing && now - *alert.clear_since < kKeepFiring;
        one = stays ? std::next(one) : active_.erase(one);
    }
}

}  // namespace tripos::alerts

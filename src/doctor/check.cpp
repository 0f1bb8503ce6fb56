// SPDX-License-Identifier: MIT
#include "doctor/check.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "doctor/detail/areas.hpp"

namespace tripos::doctor {

namespace {

std::vector<Check> every_check() {
    std::vector<Check> all;
    for (const auto& rows :
         {detail::redis_checks(), detail::queue_checks(), detail::cache_checks(),
          detail::database_checks(), detail::mail_checks(), detail::sender_checks(),
          detail::host_checks(), detail::site_checks()}) {
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

std::string_view area_of(const Check& check) {
    return check.id.substr(0, check.id.find('-'));
}

std::string shortly(double value, const char* unit) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
    return text.data();
}

/// Why a look failed; null: none did.
const std::string* failed_look(const Evidence& evidence) {
    const std::string* why = nullptr;
    const auto note = [&why](const auto&... looked) {
        ((why = looked.has_failed ? &looked.why_not : why), ...);
    };
    note(evidence.redis, evidence.queues, evidence.cache, evidence.database, evidence.outbox,
         evidence.relays, evidence.sent, evidence.sender, evidence.host, evidence.address,
         evidence.site);
    return why;
}

/// Whether an area was asked for by itself, and nobody could look at anything of it.
bool is_dark(const std::vector<Finding>& findings, std::string_view area) {
    return !area.empty() &&
           std::all_of(findings.begin(), findings.end(), [area](const Finding& one) {
               return one.area() != area || one.verdict == Verdict::skipped;
           });
}

/// What was not seen from here may have been seen by the server that runs.
std::vector<Finding> ask_server_too(const Evidence& evidence, std::vector<Finding> own) {
    const auto was_skipped = [](const Finding& one) { return one.verdict == Verdict::skipped; };
    if (!evidence.site.seen || !std::all_of(own.begin(), own.end(), was_skipped)) {
        return own;
    }
    std::vector<Finding> told;
    for (const auto& one : evidence.site.seen->told) {
        if (one.id == own.front().id && !was_skipped(one)) {
            told.push_back(one);
        }
    }
    return told.empty() ? own : told;
}

}  // namespace

namespace detail {

bool is_held(const Evidence& evidence) {
    if (!evidence.site.seen) {
        return false;
    }
    const auto& site = *evidence.site.seen;  // only the server itself knows; others have its word
    return site.is_held.value_or(false) ||
           std::any_of(site.told.begin(), site.told.end(), [](const Finding& one) {
               return one.id == "site-held" && one.is_complaint();
           });
}

std::string in_seconds(std::chrono::milliseconds time) {
    return shortly(std::chrono::duration<double>(time).count(), "s");
}

std::string in_milliseconds(std::chrono::microseconds time) {
    return shortly(std::chrono::duration<double, std::milli>(time).count(), "ms");
}

std::string in_bytes(std::uint64_t bytes) {
    const auto megabytes = static_cast<double>(bytes) / (1U << 20);
    return megabytes < 1024 ? shortly(megabytes, "MB") : shortly(megabytes / 1024, "GB");
}

}  // namespace detail

void Found::add(Verdict verdict, std::string text, std::string evidence, std::string cure) {
    said_.push_back({.id = id_,
                     .verdict = verdict,
                     .text = std::move(text),
                     .evidence = std::move(evidence),
                     .cure = cure.empty() ? cure_ : std::move(cure)});
}

void Found::advice(std::string text, std::string evidence, std::string cure) {
    add(Verdict::advice, std::move(text), std::move(evidence), std::move(cure));
}

void Found::warn(std::string text, std::string evidence, std::string cure) {
    add(Verdict::warn, std::move(text), std::move(evidence), std::move(cure));
}

void Found::fail(std::string text, std::string evidence, std::string cure) {
    add(Verdict::fail, std::move(text), std::move(evidence), std::move(cure));
}

void Found::skip(std::string why) {
    add(Verdict::skipped, std::move(why), {}, {});
    said_.back().cure.clear();
}

std::vector<Finding> Found::take(std::string_view healthy) {
    if (said_.empty()) {
        add(Verdict::ok, std::string(healthy), {}, {});
        said_.back().cure.clear();
    }
    return std::move(said_);
}

const std::vector<Check>& checks() {
    static const auto all = every_check();
    return all;
}

const std::vector<std::string>& areas() {
    static const auto all = [] {
        std::vector<std::string> names;
        for (const auto& check : checks()) {
            if (names.empty() || names.back() != area_of(check)) {
                names.emplace_back(area_of(check));
            }
        }
        return names;
    }();
    return all;
}

std::vector<Finding> examine(const Evidence& evidence, std::string_view area) {
    std::vector<Finding> all;
    for (const auto& check : checks()) {
        // A look that hangs is told whatever was asked for, and so is the end of a mail that was.
        const bool is_of_all =
            check.id == "site-looks" || (check.id == "mail-send" && evidence.sent.seen.has_value());
        if (area.empty() || area_of(check) == area || is_of_all) {
            Found found(check.id, check.cure);
            check.judge(evidence, found);
            auto said = ask_server_too(evidence, found.take(check.healthy));
            all.insert(all.end(), said.begin(), said.end());
        }
    }
    if (const auto* failure = failed_look(evidence); failure != nullptr && is_dark(all, area)) {
        Found found("site-looks", "Mend that, and see what `tripos doctor` says of all areas");
        found.warn("Nothing could be looked at of what was asked for: " + std::string(area),
                   *failure);
        all.push_back(found.take({}).front());
    }
    return all;
}

std::vector<Finding> complaints(std::vector<Finding> findings) {
    std::erase_if(findings, [](const Finding& finding) { return !finding.is_complaint(); });
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding& a, const Finding& b) { return a.verdict > b.verdict; });
    return findings;
}

std::vector<Finding> judge_server(RedisLook look) {
    Evidence evidence;
    evidence.redis.seen.emplace(1, std::move(look));
    return complaints(examine(evidence, "redis"));
}

Verdict worst(const std::vector<Finding>& findings) {
    auto verdict = Verdict::ok;
    for (const auto& finding : findings) {
        verdict = finding.is_complaint() ? std::max(verdict, finding.verdict) : verdict;
    }
    return verdict;
}

std::string reference() {
    std::string page;
    std::string_view area;
    for (const auto& check : checks()) {
        if (area != area_of(check)) {
            area = area_of(check);
            page += "\n### " + std::string(area) + '\n';
        }
        page += "\n#### " + std::string(check.id) + "\n\n" + std::string(check.healthy) +
                ". Otherwise: " + std::string(check.symptom) +
                ".\n\nCure: " + std::string(check.cure) + ".\n";
    }
    return page;
}

}  // namespace tripos::doctor

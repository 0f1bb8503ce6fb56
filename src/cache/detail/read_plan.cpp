// SPDX-License-Identifier: MIT
#include "cache/detail/read_plan.hpp"

#include <charconv>
#include <cmath>

namespace tripos::cache {

namespace {

constexpr Instant kMillisecond = 1'000'000;
constexpr std::size_t kOverhead = 160;  ///< of an entry besides its payload and name, about

/// XFetch (Vattani et al., VLDB 2015): early by the time a load takes, times an exponential
/// variable.
Instant refresh_instant(const Family& family, const StoredValue& stored, Instant stale_at,
                        double chance) {
    const double load = static_cast<double>(stored.load_time.count() * kMillisecond);
    const double early = -family.options().early_refresh * load * std::log(1.0 - chance);
    return stale_at - static_cast<Instant>(early);
}

}  // namespace

std::uint64_t parse_version(const redis::Reply& reply) {
    std::uint64_t version = 0;
    const char* const end = reply.text.data() + reply.text.size();
    const auto [stopped, problem] = std::from_chars(reply.text.data(), end, version, 16);
    return problem == std::errc() && stopped == end ? version : 0;
}

std::string version_text(std::uint64_t version) {
    std::string text(16, '0');
    for (std::size_t i = 16; i-- > 0; version >>= 4) {
        text[i] = "0123456789abcdef"[version & 0xf];
    }
    return text;
}

Judgement judge(const Key& key, Evidence evidence) {
    Judgement verdict;
    if (evidence.value->is_null() || evidence.ttl < 0) {
        return verdict;
    }
    const Family& family = key.family();
    auto stored =
        evidence.value->is_text() ? unpack(std::move(evidence.value->text)) : std::nullopt;
    verdict.look.state = Look::State::unreadable;
    if (!stored || stored->fingerprint != family.fingerprint() ||
        stored->version_count != 1 + family.options().tags.size()) {
        return verdict;
    }
    for (std::size_t i = 0; i < stored->version_count && evidence.check_versions; ++i) {
        if (stored->versions[i] == 0 || stored->versions[i] != evidence.present[i]) {
            verdict.look.state = Look::State::invalidated;
            return verdict;
        }
    }
    verdict.weight =
        stored->payload.size() + 2 * key.name().size() + kOverhead + Handles::kOverhead;
    if (!stored->is_negative) {
        auto bytes = std::make_shared<const std::string>(std::move(stored->payload));
        verdict.look.value = family.decode(std::move(bytes));
        if (!verdict.look.value) {
            return verdict;
        }
        verdict.weight += family.weigh(verdict.look.value);
    }
    const auto left = std::chrono::milliseconds(evidence.ttl) - stored->grace;
    // What is stale stays so, whatever the coarse clock of the tier says.
    verdict.stale_at = left.count() > 0 ? evidence.sent_at + left.count() * kMillisecond : 0;
    verdict.expires_at = evidence.sent_at + evidence.ttl * kMillisecond;
    verdict.refresh_at = refresh_instant(family, *stored, verdict.stale_at, evidence.chance);
    verdict.look.state = left.count() > 0 ? Look::State::fresh : Look::State::stale;
    verdict.look.wants_refresh = verdict.refresh_at <= evidence.sent_at;
    verdict.stored = std::move(*stored);
    return verdict;
}

std::size_t ReadPlan::ask(const std::string& name) {
    const auto [found, is_new] = places_.try_emplace(name, names_.size());
    if (is_new) {
        names_.push_back(name);
        uses_.push_back(0);
    }
    return found->second;
}

std::size_t ReadPlan::add(const Key& key) {
    VersionsOf versions(key, local_);
    for (std::size_t i = 0; i < versions.count; ++i) {
        const auto& version = versions.records[i];
        if (version->known_to(trusted_) == 0) {
            asked_.try_emplace(ask(version->name), Asked{.version = version, .ticket = {}});
        }
    }
    const std::size_t place = ask(local_.names.value(key.name()));
    ++uses_[place];
    items_.push_back(
        Item{.key = key, .versions = std::move(versions), .place = place, .ticket = {}});
    return items_.size() - 1;
}

std::vector<redis::Arguments> ReadPlan::commands() {
    for (auto& item : items_) {
        item.ticket = local_.tickets.take(item.key.hash());
    }
    for (auto& [place, asked] : asked_) {
        asked.ticket = local_.tickets.take(asked.version->hash);
    }
    std::vector<redis::Arguments> commands;
    commands.reserve(2 + items_.size());
    commands.push_back(redis::Arguments{"CLIENT", "CACHING", "YES"});
    redis::Arguments mget;
    mget.reserve(1 + names_.size());
    mget.emplace_back("MGET");
    mget.insert(mget.end(), names_.begin(), names_.end());
    commands.push_back(std::move(mget));
    for (const auto& item : items_) {
        commands.push_back(redis::Arguments{"PTTL", names_[item.place]});
    }
    sent_at_ = to_instant(std::chrono::steady_clock::now());
    return commands;
}

std::vector<Look> ReadPlan::digest(std::vector<redis::Reply> replies, Random& random) {
    auto& found = replies.at(1).elements;
    if (found.size() != names_.size()) {
        throw redis::CommandFailed(replies[1].text);
    }
    std::vector<std::uint64_t> versions(names_.size());
    for (const auto& [place, asked] : asked_) {
        versions[place] = parse_version(found[place]);
        if (versions[place] != 0 && lane_ != 0) {
            local_.versions.learn(*asked.version, versions[place], lane_, asked.ticket);
        }
    }
    const double chance = random.unit();  // one for the turn: each costs a system call
    std::vector<Look> looks;
    looks.reserve(items_.size());
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const std::size_t place = items_[i].place;
        const bool is_last = --uses_[place] == 0;  // two lookups of a turn may share a value
        redis::Reply value = is_last ? std::move(found[place]) : found[place];
        looks.push_back(conclude(items_[i], value, replies.at(2 + i).integer, versions, chance));
    }
    return looks;
}

Look ReadPlan::conclude(const Item& item, redis::Reply& value, std::int64_t ttl,
                        const std::vector<std::uint64_t>& versions, double chance) {
    Evidence evidence{.value = &value,
                      .ttl = ttl,
                      .sent_at = sent_at_,
                      .present = {},
                      .check_versions = seams_.check_versions,
                      .chance = chance};
    for (std::size_t i = 0; i < item.versions.count; ++i) {
        const auto place = places_.find(item.versions.records[i]->name);
        evidence.present[i] = place != places_.end() ? versions[place->second]
                                                     : item.versions.records[i]->known_to(trusted_);
    }
    auto verdict = judge(item.key, evidence);
    if (verdict.look.state == Look::State::unreadable) {
        item.key.family().counters().add(Count::unreadable);
    }
    if (!verdict.look.is_usable() || lane_ == 0) {
        return verdict.look;
    }
    auto entry = std::make_unique<Entry>();
    entry->name = item.key.name();
    entry->hash = item.key.hash();
    entry->family = &item.key.family();
    entry->value = verdict.look.value;
    entry->weight = verdict.weight;
    entry->stamp = verdict.stored.stamp;
    entry->load_time = verdict.stored.load_time;
    entry->taken_at = sent_at_;
    entry->refresh_at = verdict.refresh_at;
    entry->stale_at = verdict.stale_at;
    entry->expires_at = verdict.expires_at;
    entry->lanes = lane_;
    entry->mark_count = static_cast<std::uint8_t>(seams_.check_versions ? item.versions.count : 0);
    for (std::size_t i = 0; i < item.versions.count; ++i) {
        entry->marks[i] =
            Mark{.version = item.versions.records[i], .recorded = verdict.stored.versions[i]};
    }
    local_.tier.keep(std::move(entry), item.ticket);
    return verdict.look;
}

}  // namespace tripos::cache

// SPDX-License-Identifier: MIT
// What the cache does beside answering: repeats invalidations, watches the server's memory, clears.
#include "cache/detail/cache_impl.hpp"
#include "core/text.hpp"
#include "telemetry/log.hpp"

namespace tripos::cache {

namespace {

constexpr std::chrono::milliseconds kRepeatInterval{250};
constexpr int kMemoryEvery = 20;  ///< of these intervals
constexpr std::size_t kBatch = 500;

/// The number behind `name:` in INFO's text; 0 if absent.
std::int64_t info_number(std::string_view info, std::string_view name) {
    for (const auto line : split(info, '\n')) {
        const auto entry = trim(line);
        if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == ':') {
            return parse_int(entry.substr(name.size() + 1)).value_or(0);
        }
    }
    return 0;
}

/// The prefix as a literal in a MATCH pattern.
std::string escape_pattern(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (std::string_view("*?[]\\^").find(c) != std::string_view::npos) {
            out += '\\';
        }
        out += c;
    }
    return out;
}

}  // namespace

Task<> Cache::Impl::upkeep() {
    for (int tick = 0;; ++tick) {
        try {
            if (!journal_.is_empty()) {
                co_await repeat_invalidations();
            }
            if (tick % kMemoryEvery == 0) {
                co_await look_at_memory();
            }
        } catch (const SystemError& failure) {
            log::debug("cache", "upkeep failed and is repeated", {{"what", failure.what()}});
        }
        co_await sleep_for(kRepeatInterval);
    }
}

Task<> Cache::Impl::repeat_invalidations() {
    if (journal_.has_overflowed()) {
        const auto mark = journal_.mark();
        co_await clear();
        journal_.cleared(mark);
        co_return;
    }
    for (auto entries = journal_.some(kBatch); !entries.empty(); entries = journal_.some(kBatch)) {
        std::vector<std::string> targets;
        for (const auto& entry : entries) {
            targets.push_back(entry.key);
            targets.push_back("{" + entry.key + "}:lease");
        }
        const bool reached = co_await unlink(std::move(targets));
        if (!reached) {
            co_return;
        }
        journal_.done(entries);
        log::info("cache", "invalidations repeated", {{"keys", std::uint64_t{entries.size()}}});
    }
}

Task<> Cache::Impl::look_at_memory() {
    redis::Arguments command;
    command.emplace_back("INFO");
    command.emplace_back("memory");
    const redis::Reply reply = co_await client_.command(std::move(command));
    const auto limit = static_cast<double>(info_number(reply.text, "maxmemory"));
    const auto used = static_cast<double>(info_number(reply.text, "used_memory"));
    const bool is_full = limit > 0 && used > limit * options_.memory_share;
    if (is_full_.exchange(is_full) != is_full) {
        log::warn("cache", is_full ? "filling stops: Redis is short of memory" : "filling goes on",
                  {{"usedBytes", static_cast<std::int64_t>(used)},
                   {"limitBytes", static_cast<std::int64_t>(limit)}});
    }
}

Task<> Cache::Impl::clear() {
    flights_.detach_all();
    const std::string prefix = escape_pattern(options_.prefix);
    // Leases first: then no load that is under way can store what the second pass has passed
    // already.
    co_await delete_matching("{" + prefix + "*}:lease", Only::any);
    co_await delete_matching(prefix + "*", Only::values);
    flights_.detach_all();
}

/// Only::values: those with our header, since without a prefix the pattern matches everybody's
/// keys.
Task<> Cache::Impl::delete_matching(std::string pattern, Only only) {
    std::string cursor = "0";
    do {
        redis::Arguments scan;
        for (const char* word :
             {"SCAN", cursor.c_str(), "MATCH", pattern.c_str(), "COUNT", "500", "TYPE", "string"}) {
            scan.emplace_back(word);
        }
        redis::Reply page = co_await client_.command(std::move(scan));
        if (page.elements.size() != 2) {
            throw redis::CommandFailed(page.text);
        }
        cursor = page.elements[0].text;
        std::vector<std::string> keys;
        for (auto& key : page.elements[1].elements) {
            keys.push_back(std::move(key.text));
        }
        if (only == Only::values) {
            keys = co_await ours_of(std::move(keys));
        }
        if (!keys.empty()) {
            const bool reached = co_await unlink(std::move(keys));
            if (!reached) {
                throw redis::Unavailable("the cache could not be cleared");
            }
        }
    } while (cursor != "0");
}

Task<std::vector<std::string>> Cache::Impl::ours_of(std::vector<std::string> keys) {
    std::vector<redis::Arguments> looks;
    for (const auto& key : keys) {
        looks.push_back(redis::Arguments{"GETRANGE", key, "0", std::to_string(kMagic.size() - 1)});
    }
    const auto heads = co_await client_.pipeline(std::move(looks));
    std::vector<std::string> ours;
    for (std::size_t i = 0; i < heads.size(); ++i) {
        if (heads[i].text == kMagic) {
            ours.push_back(std::move(keys[i]));
        }
    }
    co_return ours;
}

}  // namespace tripos::cache

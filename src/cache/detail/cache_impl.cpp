// SPDX-License-Identifier: MIT
#include "cache/detail/cache_impl.hpp"

#include <boost/asio/co_spawn.hpp>

#include "async/io_threads.hpp"
#include "cache/embedded.hpp"
#include "core/assert.hpp"

namespace tripos::cache {

namespace {

constexpr std::size_t kMostLanes = 64;  ///< the bits of Lanes

}  // namespace

Cache::Impl::Impl(redis::Client& client, CacheOptions options, Metrics& metrics, Seams seams)
    : client_(client),
      options_(std::move(options)),
      seams_(std::move(seams)),
      fill_script_("fill", std::string(embedded::file("lua/fill-3.lua"))),
      guard_script_("guard", std::string(embedded::file("lua/guard-n.lua"))),
      release_script_("release", std::string(embedded::file("lua/release-n.lua"))),
      local_(options_.prefix, options_.process_bytes, seams_),
      lane_parts_{
          client_, local_, random_, seams_, options_.sync_interval, [this] { note_sync(); }},
      published_(metrics) {
    const auto& contexts = client_.contexts();
    for (std::size_t i = 0; i < std::min(contexts.size(), kMostLanes); ++i) {
        lanes_.push_back(std::make_unique<Lane>(*contexts[i], i, lane_parts_));
    }
}

void Cache::Impl::start() {
    for (const auto& lane : lanes_) {
        asio::post(lane->context(), [self = shared_from_this(), lane = lane.get()] {
            if (!lane->begin()) {
                return;  // the cache is no more
            }
            if (lane == self->lanes_.front().get()) {
                lane->spawn("cache upkeep", self->upkeep());
            }
        });
    }
}

Task<> Cache::Impl::stop() {
    for (const auto& lane : lanes_) {
        co_await asio::co_spawn(lane->context(), lane->stop(), asio::use_awaitable);
    }
}

void Cache::Impl::end() {
    for (const auto& lane : lanes_) {
        auto& context = lane->context();
        if (lane->give_up() || context.stopped()) {
            continue;  // nothing of it runs, or will
        }
        TRIPOS_ASSERT(!context.get_executor().running_in_this_thread());
        run_blocking(context, lane->stop());
    }
}

const Family& Cache::Impl::declare(FamilyOptions options, Family::Decode decode,
                                   Family::Weigh weigh, std::type_index type) {
    TRIPOS_ASSERT(options.ttl + options.grace <= options_.version_life);
    const std::unique_lock lock(families_mutex_);
    for (const auto& family : families_) {
        if (family.options().name == options.name) {
            const bool is_the_same =
                family.type == type && family.options().pattern == options.pattern &&
                family.options().tags == options.tags && family.options().schema == options.schema;
            TRIPOS_ASSERT(is_the_same);
            return family;  // by a second copy of the module
        }
    }
    auto& family =
        families_.emplace_back(std::move(options), std::move(decode), weigh, type, local_.names);
    const bool meets_another =
        std::any_of(families_.begin(), families_.end() - 1,
                    [&family](const Family& other) { return other.may_meet(family); });
    TRIPOS_ASSERT(!meets_another);
    published_.add_family(family);
    return family;
}

std::optional<Key> Cache::Impl::parse(std::string_view name) const {
    const std::shared_lock lock(families_mutex_);
    for (const auto& family : families_) {
        if (auto key = family.parse(name)) {
            return key;
        }
    }
    return std::nullopt;
}

const Family* Cache::Impl::find_family(std::string_view name) const {
    const std::shared_lock lock(families_mutex_);
    const auto found =
        std::find_if(families_.begin(), families_.end(),
                     [name](const Family& family) { return family.options().name == name; });
    return found == families_.end() ? nullptr : &*found;
}

}  // namespace tripos::cache

// SPDX-License-Identifier: MIT
#include "cache/detail/top_keys.hpp"

#include <algorithm>

#include "cache/family.hpp"

namespace tripos::cache {

void TopKeys::note(const Key& key) {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock() || !key.is_cacheable()) {
        return;  // a sample more or less
    }
    ++samples_;
    const auto found = std::find(hashes_.begin(), hashes_.end(), key.hash());
    auto place = static_cast<std::size_t>(found - hashes_.begin());
    if (found == hashes_.end()) {
        const auto least = std::min_element(counts_.begin(), counts_.end());
        place = static_cast<std::size_t>(least - counts_.begin());
        hashes_[place] = key.hash();
        Slot& slot = slots_[place];
        slot.excess = *least;
        slot.family = &key.family();
        slot.name_size = key.name().copy(slot.name.data(), slot.name.size());
    }
    ++counts_[place];
    if (samples_ >= kFadeAt) {
        fade();
    }
}

void TopKeys::fade() {
    samples_ /= 2;
    for (std::size_t i = 0; i < kSlots; ++i) {
        counts_[i] /= 2;
        slots_[i].excess /= 2;
    }
}

std::vector<TopKey> TopKeys::list() const {
    std::vector<TopKey> keys;
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < kSlots; ++i) {
        const Slot& slot = slots_[i];
        if (counts_[i] > slot.excess) {
            keys.push_back(TopKey{.name = std::string(slot.name.data(), slot.name_size),
                                  .family = slot.family->options().name,
                                  .share = static_cast<double>(counts_[i] - slot.excess) /
                                           static_cast<double>(samples_)});
        }
    }
    std::sort(keys.begin(), keys.end(),
              [](const TopKey& a, const TopKey& b) { return a.share > b.share; });
    keys.resize(std::min(keys.size(), kListed));
    return keys;
}

}  // namespace tripos::cache

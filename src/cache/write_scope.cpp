// SPDX-License-Identifier: MIT
#include "cache/write_scope.hpp"

#include "cache/detail/record.hpp"
#include "core/assert.hpp"

namespace tripos::cache {

void WriteScope::del(Key key) {
    if (key.is_cacheable()) {
        keys_.push_back(std::move(key));
    }
}

void WriteScope::invalidate_tag(std::string tag) {
    TRIPOS_ASSERT(tag.find('\n') == std::string::npos);
    tags_.push_back(std::move(tag));
}

Task<bool> WriteScope::guard(std::chrono::milliseconds longest) {
    token_ = co_await cache_.guard(keys_, longest);
    co_return !token_.empty();
}

void WriteScope::announce() {
    const auto before = std::exchange(announced_, cache_.pending().add(record()));
    if (before != 0) {
        cache_.pending().done(before);  // the transaction runs once more
    }
}

Task<> WriteScope::committed() {
    auto token = std::exchange(token_, std::string());
    const bool is_confirmed =
        co_await cache_.end(std::move(keys_), std::move(tags_), std::move(token));
    keys_.clear();
    tags_.clear();
    const auto announced = std::exchange(announced_, 0);
    if (is_confirmed && announced != 0) {
        cache_.pending().done(announced);
    }
}

std::string WriteScope::record() const {
    Record record{.names = {}, .tags = tags_, .is_everything = false};
    for (const auto& key : keys_) {
        record.names.emplace_back(key.name());
    }
    return to_text(record);
}

}  // namespace tripos::cache

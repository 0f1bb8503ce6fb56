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

Task<> WriteScope::committed() {
    if (token_.empty()) {
        co_await cache_.invalidate(std::move(keys_), std::move(tags_));
    } else {
        auto token = std::exchange(token_, std::string());
        co_await cache_.release(std::move(keys_), std::move(tags_), std::move(token));
    }
    keys_.clear();
    tags_.clear();
}

std::string WriteScope::record() const {
    Record record{.names = {}, .tags = tags_};
    for (const auto& key : keys_) {
        record.names.emplace_back(key.name());
    }
    return to_text(record);
}

}  // namespace tripos::cache

// SPDX-License-Identifier: MIT
#include "cache/cache.hpp"

#include "cache/detail/cache_impl.hpp"
#include "core/assert.hpp"

namespace tripos::cache {

bool Witness::holds() const {
    return state_ && state_->marks[0].holds(0) && state_->marks[1].holds(0) &&
           coarse_now() < state_->local.serve_until.load(std::memory_order_relaxed);
}

Cache::Cache(redis::Client& client, CacheOptions options, Metrics& metrics)
    : Cache(client, std::move(options), metrics, Seams()) {}

Cache::Cache(redis::Client& client, CacheOptions options, Metrics& metrics, Seams seams)
    : impl_(std::make_shared<Impl>(client, std::move(options), metrics, std::move(seams))) {
    impl_->start();
}

Cache::~Cache() {
    impl_->end();
}

const Family& Cache::declare_any(FamilyOptions options, Family::Decode decode, Family::Weigh weigh,
                                 std::type_index type, std::size_t parts) {
    const Family& family = impl_->declare(std::move(options), std::move(decode), weigh, type);
    TRIPOS_ASSERT(family.part_count() == parts);
    return family;
}

std::optional<Key> Cache::parse(std::string_view name) const {
    return impl_->parse(name);
}

const Family* Cache::find_family(std::string_view name) const {
    return impl_->find_family(name);
}

Task<> Cache::meet_servers() {
    return impl_->meet_servers();
}

Task<> Cache::stop() {
    return impl_->stop();
}

Cache::Value Cache::peek_any(const Key& key) {
    return impl_->peek(key);
}

Task<Cache::Value> Cache::get_or_set_any(Key key, Loader loader, Call call) {
    return impl_->get_or_set(std::move(key), std::move(loader), call);
}

Task<Cache::Values> Cache::get_or_set_many_any(std::vector<Key> keys,
                                               std::function<Loader(std::size_t)> loader_of,
                                               Call call) {
    return impl_->get_or_set_many(std::move(keys), std::move(loader_of), call);
}

Task<std::optional<Cache::Value>> Cache::get_any(Key key, Call call) {
    return impl_->get(std::move(key), call);
}

Task<> Cache::set(Key key, Loader write) {
    return impl_->set(std::move(key), std::move(write));
}

Task<> Cache::del(Key key) {
    return impl_->invalidate(std::vector<Key>(1, std::move(key)), std::vector<std::string>());
}

Task<> Cache::del_many(std::vector<Key> keys) {
    return impl_->invalidate(std::move(keys), std::vector<std::string>());
}

Task<> Cache::invalidate_tag(std::string tag) {
    return impl_->invalidate(std::vector<Key>(), std::vector<std::string>(1, std::move(tag)));
}

Task<> Cache::invalidate(std::vector<Key> keys, std::vector<std::string> tags) {
    return impl_->invalidate(std::move(keys), std::move(tags));
}

Task<bool> Cache::replay(std::string record) {
    return impl_->replay(std::move(record));
}

Task<std::string> Cache::guard(std::vector<Key> keys, std::chrono::milliseconds longest) {
    return impl_->guard(std::move(keys), longest);
}

Task<bool> Cache::end(std::vector<Key> keys, std::vector<std::string> tags, std::string token) {
    return impl_->end(impl_->targets_of(keys, std::move(tags)), std::move(token));
}

Pending& Cache::pending() {
    return impl_->pending_;
}

Task<> Cache::clear() {
    return impl_->clear(nullptr);
}

Task<> Cache::clear(const Family& family) {
    return impl_->clear(&family);
}

Task<Witness> Cache::witness(std::string tag) {
    return impl_->witness(std::move(tag));
}

Stats Cache::stats() const {
    return impl_->stats();
}

Task<Explanation> Cache::explain(Key key) {
    return impl_->explain(std::move(key));
}

Task<std::optional<std::string>> Cache::stored(Key key) {
    return impl_->stored(std::move(key));
}

}  // namespace tripos::cache

// SPDX-License-Identifier: MIT
#include "cache/cache.hpp"

#include "cache/detail/cache_impl.hpp"

namespace tripos::cache {

Cache::Cache(redis::Client& client, CacheOptions options, Metrics& metrics)
    : impl_(std::make_shared<Impl>(client, std::move(options), metrics)) {
    impl_->start();
}

Cache::~Cache() = default;

Task<> Cache::stop() {
    return impl_->stop();
}

Task<Bytes> Cache::get_or_set(Key key, Loader loader) {
    return impl_->get_or_set(std::move(key), std::move(loader));
}

Task<Bytes> Cache::get(Key key) {
    return impl_->get(std::move(key));
}

Task<> Cache::set(Key key, std::string value) {
    return impl_->set(std::move(key), std::move(value));
}

Task<> Cache::del(Key key) {
    std::vector<Key> keys(1, std::move(key));
    return impl_->del_many(std::move(keys));
}

Task<> Cache::del_many(std::vector<Key> keys) {
    return impl_->del_many(std::move(keys));
}

Task<> Cache::clear() {
    return impl_->clear();
}

std::vector<FamilyStats> Cache::stats() const {
    return impl_->stats();
}

}  // namespace tripos::cache

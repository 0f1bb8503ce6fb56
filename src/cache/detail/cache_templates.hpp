// SPDX-License-Identifier: MIT
#pragma once
// The typed face of Cache over its untyped core.

namespace tripos::cache {

namespace detail {

template <class T>
std::size_t weigh(const void* value) {
    if constexpr (requires(const T& it) { decoded_bytes(it); }) {
        return sizeof(T) + decoded_bytes(*static_cast<const T*>(value));
    } else {
        return std::is_same_v<T, std::string> ? 0 : sizeof(T);  // a string is its stored bytes
    }
}

}  // namespace detail

template <class T, std::size_t kParts>
FamilyOf<T, kParts> Cache::declare(FamilyOptions options,
                                   std::function<std::shared_ptr<const T>(Bytes)> decode) {
    return FamilyOf<T, kParts>(
        declare_any(std::move(options), std::move(decode), &detail::weigh<T>, typeid(T), kParts));
}

template <std::size_t kParts>
FamilyOf<std::string, kParts> Cache::declare(FamilyOptions options) {
    return declare<std::string, kParts>(std::move(options), [](Bytes bytes) { return bytes; });
}

template <class T>
std::shared_ptr<const T> Cache::peek(const KeyOf<T>& key) {
    return std::static_pointer_cast<const T>(peek_any(key));
}

template <class T>
Task<std::shared_ptr<const T>> Cache::get_or_set(KeyOf<T> key, Loader loader, Call call) {
    auto value = co_await get_or_set_any(std::move(key), std::move(loader), call);
    co_return std::static_pointer_cast<const T>(std::move(value));
}

template <class T>
Task<std::vector<std::shared_ptr<const T>>> Cache::get_or_set_many(
    std::vector<KeyOf<T>> keys, std::function<Loader(std::size_t)> loader_of, Call call) {
    std::vector<Key> plain(keys.begin(), keys.end());
    auto values = co_await get_or_set_many_any(std::move(plain), std::move(loader_of), call);
    std::vector<std::shared_ptr<const T>> typed;
    typed.reserve(values.size());
    for (auto& value : values) {
        typed.push_back(std::static_pointer_cast<const T>(std::move(value)));
    }
    co_return typed;
}

template <class T>
Task<std::optional<std::shared_ptr<const T>>> Cache::get(KeyOf<T> key, Call call) {
    auto value = co_await get_any(std::move(key), call);
    std::optional<std::shared_ptr<const T>> typed;
    if (value) {
        typed = std::static_pointer_cast<const T>(std::move(*value));
    }
    co_return typed;
}

}  // namespace tripos::cache

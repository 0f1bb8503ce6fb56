// SPDX-License-Identifier: MIT
#pragma once
// Family: keys of one kind, declared once with everything they share: name, tags, lifetimes, codec,
// freshness, limits. Cache::declare() makes and owns it; modules keep a FamilyOf<T>, its typed
// handle.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/detail/counters.hpp"
#include "cache/freshness.hpp"
#include "cache/key.hpp"

namespace tripos::cache {

/// A value as it is stored and as it goes over the wire.
using Bytes = std::shared_ptr<const std::string>;

/// What the keys of one kind share.
struct FamilyOptions {
    std::string name;  ///< "exam_questions", in metrics and tables
    /// Of the key's name: "exam:{0}:questions"; {n} stands for the n-th part, always all that is
    /// between two colons. No name may fit the patterns of two families of one cache.
    std::string pattern;
    /// Patterns of tags, at most Family::kMaxTags: "exam:{0}". A part may occur here only.
    std::vector<std::string> tags = {};
    /// What the bytes look like. Another schema's values are misses, so that programs of two
    /// versions can share a Redis.
    std::string schema = "1";

    std::chrono::milliseconds ttl{std::chrono::hours(1)};  ///< at most; up to 10 % less, at random
    /// What the program calls the setting of the ttl, for those who read its figures.
    std::string ttl_setting = {};
    /// How long past its ttl a value may still answer when loading anew fails or drags. Never after
    /// an invalidation.
    std::chrono::milliseconds grace{0};
    /// How long "there is none" is remembered; 0: not at all. Whoever creates such a thing must
    /// invalidate its key.
    std::chrono::milliseconds negative_ttl{0};
    Freshness freshness = Freshness::cached();  ///< what a read may get by default
    /// Reload ahead of the ttl, the likelier the longer a load takes; 0: never, 1: as a rule.
    double early_refresh = 1;

    /// Of the tier in the process the family may fill so much, 0 to 1; 0: its values stay in Redis.
    double process_share = 1;

    std::chrono::milliseconds soft_timeout{100};    ///< then a value in its grace answers
    std::chrono::milliseconds hard_timeout{5'000};  ///< then a load is cancelled and given up
    std::size_t max_loads = 64;                     ///< at once, in this process
    std::size_t max_waiting_loads = 4'096;          ///< more are refused with Overloaded
};

/// Thread-safe; immutable but for its counters.
class Family {
  public:
    static constexpr std::size_t kMaxTags = 3;  ///< of one family
    /// Null, or an exception: the bytes are not readable.
    using Decode = std::function<std::shared_ptr<const void>(Bytes)>;

    /// What a decoded value takes besides its stored bytes.
    using Weigh = std::size_t (*)(const void* value);

    /// Requires: a well-formed pattern, few enough parts and tags, no part left out.
    Family(FamilyOptions options, Decode decode, Weigh weigher);

    const FamilyOptions& options() const { return options_; }  ///< as declared
    /// Of name and schema, in every stored value.
    std::uint32_t fingerprint() const { return fingerprint_; }
    /// A value from its stored form; null: not readable.
    std::shared_ptr<const void> decode(Bytes bytes) const;
    /// Bytes of a value of decode() besides its stored form; of null: 0.
    std::size_t weigh(const std::shared_ptr<const void>& value) const {
        return value ? weigh_(value.get()) : 0;
    }
    Counters& counters() const { return counters_; }        ///< counted since the start
    std::size_t part_count() const { return part_count_; }  ///< of a key
    /// Some name fits both patterns: they cannot be of one cache.
    bool may_meet(const Family& other) const;

    /// Of the parts in the pattern's order.
    Key key(std::span<const std::string_view> parts) const { return Key(*this, parts); }
    /// The key of that name; nothing if the name is not of this family. Parts that only tags use
    /// cannot be told from it and are empty.
    std::optional<Key> parse(std::string_view name) const;

  private:
    friend class Key;
    /// Text, then the part that follows it; -1: none.
    struct Piece {
        std::string text;
        int part = -1;
    };
    using Pattern = std::vector<Piece>;

    Pattern compile(std::string_view text);
    void check_name() const;
    void check_parts() const;

    const FamilyOptions options_;
    const Decode decode_;
    const Weigh weigh_;
    std::size_t part_count_ = 0;
    const Pattern name_;
    std::vector<Pattern> tags_;
    std::uint32_t fingerprint_ = 0;
    mutable Counters counters_;
};

/// The typed handle of a family whose keys are made of so many parts; Cache::declare() makes it.
/// Copies are cheap. The cache outlives it.
template <class T, std::size_t kParts = 1>
class FamilyOf {
  public:
    /// Of the parts in the pattern's order.
    template <class... Parts>
    requires(sizeof...(Parts) == kParts) KeyOf<T> key(const Parts&... parts)
    const {
        const std::array<std::string_view, sizeof...(Parts)> views{std::string_view(parts)...};
        return KeyOf<T>(family_->key(views));
    }
    const Family& family() const { return *family_; }  ///< outlived by the cache

  private:
    friend class Cache;
    explicit FamilyOf(const Family& family) : family_(&family) {}

    const Family* family_;
};

}  // namespace tripos::cache

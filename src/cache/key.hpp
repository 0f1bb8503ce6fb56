// SPDX-License-Identifier: MIT
#pragma once
// Key: one value's published name and its family, made by Family::key() without allocating: the hit
// path makes one per request. Value type; the family (owned by its Cache) outlives it.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tripos::cache {

class Family;

/// One value's name.
class Key {
  public:
    static constexpr std::size_t kMaxParts = 4;    ///< a pattern may have
    static constexpr std::size_t kCapacity = 224;  ///< bytes, name and parts together

    const Family& family() const { return *family_; }  ///< whose key it is
    /// "exam:42:questions", without CACHE_PREFIX. Empty when the parts were too long, empty, or
    /// held colons, braces or control characters, as an id out of a URL may: such a key is answered
    /// by its loader and never stored.
    std::string_view name() const { return std::string_view(text_.data() + name_begin_, size_); }
    bool is_cacheable() const { return size_ != 0; }  ///< false: too long, or of forbidden bytes
    std::uint64_t hash() const { return hash_; }      ///< of the name
    std::string_view part(std::size_t index) const;   ///< the index-th of those it was made from
    /// The tags of this value, as its family declares them: "exam:42".
    std::vector<std::string> tags() const;

  private:
    friend class Family;
    Key(const Family& family, std::span<const std::string_view> parts);

    bool append(std::string_view text);

    const Family* family_;
    std::uint64_t hash_ = 0;
    std::uint8_t name_begin_ = 0;
    std::uint8_t size_ = 0;
    std::uint8_t used_ = 0;
    std::uint8_t part_count_ = 0;
    std::array<std::uint8_t, kMaxParts> part_ends_{};
    std::array<char, kCapacity> text_;  ///< the parts, then the name
};

/// Of a name; the same for whoever computes it in this process.
std::uint64_t hash_of(std::string_view name);

/// A key whose values are of type T.
template <class T>
class KeyOf : public Key {
  private:
    template <class, std::size_t>
    friend class FamilyOf;
    explicit KeyOf(const Key& key) : Key(key) {}
};

}  // namespace tripos::cache

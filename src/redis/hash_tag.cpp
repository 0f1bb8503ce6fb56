// SPDX-License-Identifier: MIT
#include "redis/hash_tag.hpp"

namespace tripos::redis {

std::string_view hash_tag_of(std::string_view key) {
    const auto begin = key.find('{');
    if (begin == std::string_view::npos) {
        return {};
    }
    const auto end = key.find('}', begin);
    return end == std::string_view::npos ? std::string_view()
                                         : key.substr(begin + 1, end - begin - 1);
}

}  // namespace tripos::redis

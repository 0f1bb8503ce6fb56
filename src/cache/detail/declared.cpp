// SPDX-License-Identifier: MIT
#include "cache/detail/declared.hpp"

namespace tripos::cache {

VersionsOf::VersionsOf(const Key& key, Local& local) {
    records[count++] = local.versions.find(Declared::of(key).generation);
    for (const auto& tag : key.tags()) {
        records[count++] = local.versions.find(local.names.tag(tag));
    }
}

}  // namespace tripos::cache

// SPDX-License-Identifier: MIT
#pragma once
// The built site as the program carries it: the file that web/build.mjs writes and site_pack.cpp
// includes.

#include <string_view>
#include <vector>

namespace tripos::operations {

/// One file of the site. The views live as long as the program.
struct SiteFile {
    std::string_view name;
    std::string_view type;  ///< its media type
    std::string_view content;
};

/// The files of a pack; throws std::runtime_error when `pack` is not one. Thread-safe.
std::vector<SiteFile> read_site_pack(std::string_view pack);

/// The pack that was built into the program.
std::string_view site_pack();

}  // namespace tripos::operations

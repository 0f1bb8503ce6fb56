// SPDX-License-Identifier: MIT
#include "operations/site_pack.hpp"

#include <charconv>
#include <stdexcept>

#include "core/text.hpp"

// The assembler reads the file itself: as a literal it would take the compiler minutes.
asm(".section .rodata\n"
    "tripos_site_pack_begin: .incbin \"" TRIPOS_SITE_PACK
    "\"\n"
    "tripos_site_pack_end:\n"
    ".previous\n");

extern "C" {
extern const char tripos_site_pack_begin[];
extern const char tripos_site_pack_end[];
}

namespace tripos::operations {

namespace {

SiteFile read_line(std::string_view line, std::string_view& contents) {
    const auto words = split(line, ' ');
    std::size_t size = 0;
    if (words.size() != 3 ||
        std::from_chars(words[2].begin(), words[2].end(), size).ptr != words[2].end() ||
        size > contents.size()) {
        throw std::runtime_error("the pack of the site is damaged: " + std::string(line));
    }
    const SiteFile file{words[0], words[1], contents.substr(0, size)};
    contents.remove_prefix(size);
    return file;
}

}  // namespace

std::vector<SiteFile> read_site_pack(std::string_view pack) {
    const auto end = pack.find("\n\n");
    if (end == std::string_view::npos) {
        throw std::runtime_error("the pack of the site has no table of contents");
    }
    auto contents = pack.substr(end + 2);
    std::vector<SiteFile> files;
    for (const auto line : split(pack.substr(0, end), '\n')) {
        files.push_back(read_line(line, contents));
    }
    return files;
}

std::string_view site_pack() {
    return {tripos_site_pack_begin, tripos_site_pack_end};
}

}  // namespace tripos::operations

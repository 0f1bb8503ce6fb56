// SPDX-License-Identifier: MIT
#pragma once
// Texts that look alike made equal (Unicode Standard Annex 15, by utf8proc). Pure functions,
// thread-safe. What is not UTF-8 comes back as it is.

#include <string>
#include <string_view>

namespace tripos {

/// NFKC: one form for what keyboards compose differently (an accent as one character or as two) and
/// for compatible characters (a full-width digit, a ligature, a no-break space).
std::string normalize(std::string_view text);

enum class Accents {
    kept,
    dropped,  ///< a mark that combines with a letter is none
};

/// For comparing: NFKC, case folded, without characters that are not seen.
std::string fold(std::string_view text, Accents accents = Accents::kept);

/// Whether there is more to it than blanks and characters that are not seen.
bool is_seen(std::string_view text);

}  // namespace tripos

// SPDX-License-Identifier: MIT
#pragma once
// Finding: one thing that was looked at, what was seen, and what to do about it. The words of the
// doctor, of readiness and of the log alike. Value types.

#include <string>
#include <string_view>

namespace tripos {

/// How bad it is; the worse the later, but for skipped.
enum class Verdict {
    ok,
    advice,   ///< it works, and could be better
    warn,     ///< something suffers, or soon will
    fail,     ///< something will be lost, or refused, or does not work at all
    skipped,  ///< it could not be looked at, or does not apply
};

/// "ok", "advice", "warn", "fail", "skipped".
std::string_view to_text(Verdict verdict);

/// What one check had to say.
struct Finding {
    std::string id;        ///< of the check: its area, a hyphen, its name
    Verdict verdict;       ///< how bad it is
    std::string text;      ///< the fact in one sentence, without a full stop
    std::string evidence;  ///< what was measured or heard; empty: the text says it
    std::string cure;      ///< what to do; empty where nothing is wrong

    bool operator==(const Finding&) const = default;  ///< compares every member

    /// Something is wrong, or could be better.
    bool is_complaint() const { return verdict != Verdict::ok && verdict != Verdict::skipped; }
    /// What it is about: the first word of its id.
    std::string_view area() const { return std::string_view(id).substr(0, id.find('-')); }
    /// Where the check is explained.
    std::string doc() const { return "docs/troubleshooting.md#" + id; }
};

}  // namespace tripos

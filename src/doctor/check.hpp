// SPDX-License-Identifier: MIT
#pragma once
// The one table of checks: `tripos doctor`, /readyz, the findings for operators, the log's words
// about Redis servers and docs/troubleshooting.md are made of it. A check judges evidence; it asks
// nobody. Pure; thread-safe.

#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "doctor/evidence.hpp"

namespace tripos::doctor {

/// Collects what one check has to say. Not thread-safe.
class Found {
  public:
    Found(std::string_view id, std::string_view cure) : id_(id), cure_(cure) {}

    // `cure`: in place of the table's, where it can say more than that.
    void advice(std::string text, std::string evidence = {}, std::string cure = {});
    void warn(std::string text, std::string evidence = {}, std::string cure = {});
    void fail(std::string text, std::string evidence = {}, std::string cure = {});
    /// It could not be looked at.
    void skip(std::string why);

    /// What was seen; null: it was not, and the check is skipped for that reason.
    template <class T>
    const T* need(const Looked<T>& looked) {
        if (!looked.seen) {
            skip(looked.why_not);
        }
        return looked.seen ? &*looked.seen : nullptr;
    }

    /// What was said; one that is ok when nothing was.
    std::vector<Finding> take(std::string_view healthy);

  private:
    void add(Verdict verdict, std::string text, std::string evidence, std::string cure);

    const std::string id_;
    const std::string cure_;
    std::vector<Finding> said_;
};

/// A row of the table.
struct Check {
    std::string_view id;  ///< its area, a hyphen, its name; a heading of the troubleshooting page
    std::string_view healthy;  ///< what is so when nothing is wrong, in one sentence
    std::string_view symptom;  ///< what people notice otherwise
    std::string_view cure;     ///< what to do then
    void (*judge)(const Evidence& evidence, Found& found);
};

/// All rows, by area.
const std::vector<Check>& checks();
/// The areas in the table's order: "redis", "queue", ...
const std::vector<std::string>& areas();

/// What each check says, in the table's order. `area`: of that one alone; empty: of all.
std::vector<Finding> examine(const Evidence& evidence, std::string_view area = {});
/// Of these, what somebody should know, the worst first.
std::vector<Finding> complaints(std::vector<Finding> findings);
/// What does not suit this one server.
std::vector<Finding> judge_server(RedisLook look);

/// The worst of them: what the exit code follows.
Verdict worst(const std::vector<Finding>& findings);

/// The table for docs/troubleshooting.md.
std::string reference();

}  // namespace tripos::doctor

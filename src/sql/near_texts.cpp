// SPDX-License-Identifier: MIT
#include "sql/near_texts.hpp"

#include <algorithm>
#include <set>

namespace tripos::sql {

namespace {

constexpr std::size_t kTextsAtOnce = 500;

/// Whatever order of letters the database has, what goes on with letters or digits is before it.
constexpr const char* kLast = "zzzzzzzz";

}  // namespace

std::vector<std::string> find_near(Session& session, const IndexedColumn& where,
                                   const NearTexts& wanted) {
    const auto select =
        "SELECT DISTINCT " + where.column + " FROM " + where.table + " WHERE " + where.column;
    std::set<std::string> found;
    const auto limit = static_cast<std::size_t>(wanted.most);
    for (std::size_t i = 0; i < wanted.texts.size() && found.size() < limit; i += kTextsAtOnce) {
        const auto end = std::min(i + kTextsAtOnce, wanted.texts.size());
        std::string list;
        std::vector<Value> values;
        for (auto at = i; at < end; ++at) {
            values.push_back(to_value(wanted.texts[at]));
            list += (list.empty() ? "$" : ", $") + std::to_string(values.size());
        }
        values.push_back(to_value(wanted.most));
        const auto statement =
            select + " IN (" + list + ") LIMIT $" + std::to_string(values.size());
        for (const auto& row : session.run(statement, values)) {
            found.insert(row.text(0));
        }
    }
    if (!wanted.start.empty()) {
        const auto statement = select + " >= $1 AND " + where.column + " < $2 ORDER BY 1 LIMIT $3";
        for (const auto& row :
             session.query(statement, wanted.start, wanted.start + kLast, wanted.most)) {
            if (row.text(0).starts_with(wanted.start)) {
                found.insert(row.text(0));
            }
        }
    }
    return {found.begin(), found.end()};
}

}  // namespace tripos::sql

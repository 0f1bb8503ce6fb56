// SPDX-License-Identifier: MIT
#include "sql/detail/has_table.hpp"

namespace tripos::sql {

bool has_table(Session& session, std::string_view name) {
    const auto* question =
        session.engine() == Engine::sqlite
            ? "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1"
            : "SELECT 1 FROM pg_tables WHERE schemaname = 'tripos' AND tablename = $1";
    return session.query_one(question, name).has_value();
}

}  // namespace tripos::sql

// SPDX-License-Identifier: MIT
#include "app/migrate_command.hpp"

#include <boost/json/value_from.hpp>
#include <iostream>

#include "app/engines.hpp"
#include "app/site_migrations.hpp"
#include "app/start_failure.hpp"
#include "core/text.hpp"
#include "http/json_text.hpp"
#include "sql/database_address.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

std::string in_words(const std::vector<std::string>& steps) {
    if (steps.empty()) {
        return "A start would migrate nothing: the database is up to date.\n";
    }
    return "A start would migrate " + counted(static_cast<std::int64_t>(steps.size()), "step") +
           ", in one transaction:\n  " + join(steps, "\n  ") + "\n";
}

}  // namespace

int run_migrate_command(bool as_json, const Config& config) {
    Engines::require_site(config);
    std::vector<std::string> steps;
    sql::read_at({.url = config.database_url.reveal()}, [&steps](sql::Session& session) {
        steps = sql::pending_migrations(session, site_migrations());
    });
    std::cout << (as_json ? http::json_text(json::object{{"steps", json::value_from(steps)}}) + "\n"
                          : in_words(steps));
    return code(ExitCode::ok);
}

}  // namespace tripos::app

// SPDX-License-Identifier: MIT
#include "accounts/accounts_module.hpp"

#include "accounts/expired_rows.hpp"
#include "accounts/schema.hpp"
#include "sql/in_pages.hpp"

namespace tripos::accounts {

AccountsModule::AccountsModule(const Parts& parts, limits::RateLimits& limits,
                               const notices::Outbox& outbox, ExamRules exams,
                               AccountsOptions options)
    : options_(std::move(options)),
      sessions_(parts.database, parts.cache,
                {.secret = options_.access_secret,
                 .ttl = options_.token_ttl,
                 .idle_limit = options_.session_idle_limit,
                 .host_bound = options_.cookie.host_bound},
                std::move(exams.sits_exam), parts.clock, parts.random),
      hasher_(options_.password_cost, options_.hashing, parts.metrics),
      departed_(options_.email_secret),
      parts_{parts,   sessions_, hasher_, limits, outbox, departed_, std::move(exams.refuse_leave),
             options_},
      guard_(parts_, sessions_, options_),
      signup_(parts_),
      login_(parts_),
      password_(parts_),
      profiles_(parts_),
      email_changes_(parts_),
      own_data_(parts_),
      users_(parts_),
      auth_api_(parts_, guard_, {.signup = signup_, .login = login_, .password = password_}),
      profile_api_(parts_, guard_, {.profiles = profiles_, .own_data = own_data_}),
      sessions_api_(parts_, guard_),
      email_change_api_(parts_, guard_, email_changes_),
      users_api_(parts_, guard_, users_) {}

std::vector<sql::Migration> AccountsModule::migrations() {
    return accounts::migrations();
}

void AccountsModule::add_routes(http::Router& router) {
    auth_api_.add_routes(router);
    profile_api_.add_routes(router);
    sessions_api_.add_routes(router);
    email_change_api_.add_routes(router);
    users_api_.add_routes(router);
}

std::vector<Chore> AccountsModule::chores() {
    return {{.name = "delete-expired-sessions-and-links", .pattern = "10 3 * * *", .work = [this] {
                 return delete_expired();
             }}};
}

Task<> AccountsModule::start() {
    std::function<std::int64_t(sql::Session&, std::int64_t)> names = fold_names;
    co_await sql::in_pages(parts_.database, std::move(names));
    std::function<std::int64_t(sql::Session&, std::int64_t)> numbers = key_numbers;
    co_await sql::in_pages(parts_.database, std::move(numbers));
}

Task<std::int64_t> AccountsModule::delete_expired() {
    std::function<std::int64_t(sql::Session&, std::int64_t)> page =
        [now = parts_.clock.now()](sql::Session& session, std::int64_t rows) {
            return accounts::delete_expired(session, now, rows);
        };
    co_return co_await sql::in_pages(parts_.database, std::move(page));
}

}  // namespace tripos::accounts

// SPDX-License-Identifier: MIT
#pragma once
// Accounts: the whole module as one part of the program - its services, its guard, its routes.
//
//     Accounts accounts(parts, options);
//     accounts.add_routes(router);
//     ExamApi exam_api(..., accounts.guard());

#include <functional>
#include <memory>
#include <optional>

#include "accounts/accounts_options.hpp"
#include "accounts/departed.hpp"
#include "accounts/guard.hpp"
#include "accounts/own_data_service.hpp"
#include "accounts/schema.hpp"
#include "accounts/sessions.hpp"
#include "accounts/signup_service.hpp"
#include "accounts/user_admin.hpp"
#include "cache/cache.hpp"
#include "http/router.hpp"
#include "notices/outbox.hpp"

namespace tripos::accounts {

/// What the module works with; all outlive it.
struct AccountsParts {
    sql::Database& database;
    cache::Cache& cache;
    const notices::Outbox& outbox;
    std::function<void()> mail_queued;  ///< MailPipeline::nudge, from any thread
    /// Why an account may not be deleted now (open attempts), if it may not.
    std::function<std::optional<Error>(sql::Session&, const std::string& user_id, Timestamp now)>
        refuse_leave;
    const Clock& clock;
    Random& random;
};

/// Thread-safe. Outlives every router it added routes to. Owned by the composition root.
class Accounts {
  public:
    Accounts(AccountsParts parts, AccountsOptions options);
    ~Accounts();
    Accounts(const Accounts&) = delete;
    Accounts& operator=(const Accounts&) = delete;

    void add_routes(http::Router& router);
    const Guard& guard() const;
    Sessions& sessions();
    const Departed& departed() const;
    /// For the command line and the demo data: create_user().
    SignupService& signup();
    PasswordHasher& hasher();
    /// For the command line.
    UserAdmin& users();
    /// For the export: this module's part of a user's data.
    OwnDataService& own_data();
    /// Deletes sessions, links and codes that are over, in slices; how many.
    Task<std::int64_t> delete_expired();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tripos::accounts

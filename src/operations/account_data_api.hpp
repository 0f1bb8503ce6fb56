// SPDX-License-Identifier: MIT
#pragma once
// AccountDataApi: a copy of everything that is stored about the caller, put together from what each
// module knows.
//
//   GET /api/profile/me/export  -> {account, sessions, mails, attempts} as a file to keep

#include "accounts/guard.hpp"
#include "accounts/own_data_service.hpp"
#include "http/router.hpp"
#include "results/candidate_export.hpp"
#include "sql/database.hpp"

namespace tripos::operations {

/// Thread-safe. All references outlive it.
class AccountDataApi {
  public:
    static constexpr std::int64_t kMostMails = 10'000;  ///< in one export, the newest

    /// Whose data it exports.
    struct ExportParts {
        sql::Database& database;
        accounts::OwnDataService& accounts;
        results::CandidateExport& exams;
    };
    AccountDataApi(ExportParts parts, const Clock& clock) : parts_(parts), clock_(clock) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    Task<http::Reply> send(http::Request& request, const accounts::Principal& principal);
    /// A JSON array: kind, subject, times and status of each, no bodies.
    Task<std::string> mails_of(std::string user_id);

    ExportParts parts_;
    const Clock& clock_;
};

}  // namespace tripos::operations

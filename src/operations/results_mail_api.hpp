// SPDX-License-Identifier: MIT
#pragma once
// ResultsMailApi: tells every candidate of an exam that the results are there, once.
//
//   POST /api/exam/:examId/results/announce  -> 202 {recipients}

#include "accounts/guard.hpp"
#include "notices/mail_pipeline.hpp"
#include "sql/database.hpp"
#include "sql/migrations.hpp"

namespace tripos::operations {

/// What it works with; all outlive it.
struct ResultsMailParts {
    sql::Database& database;
    const notices::Outbox& outbox;
    notices::MailPipeline& pipeline;
    const Clock& clock;
};

/// Thread-safe.
class ResultsMailApi {
  public:
    /// `site`: where the button of the mail leads, an absolute address.
    ResultsMailApi(ResultsMailParts parts, std::string site)
        : parts_(parts), site_(std::move(site)) {}

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    Task<http::Response> announce(http::Request& request, const accounts::Principal& principal);

    const ResultsMailParts parts_;
    const std::string site_;
};

}  // namespace tripos::operations

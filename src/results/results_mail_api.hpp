// SPDX-License-Identifier: MIT
#pragma once
// ResultsMailApi: tells every candidate of an exam that the results are there, once.
//
//   POST /api/exam/:examId/results/announce  -> 202 {recipients}

#include "accounts/guard.hpp"
#include "module/parts.hpp"
#include "notices/outbox.hpp"
#include "sql/migrations.hpp"

namespace tripos::results {

using accounts::Principal;

/// Thread-safe.
class ResultsMailApi {
  public:
    /// `site`: where the button of the mail leads, an absolute address.
    ResultsMailApi(const Parts& parts, const notices::Outbox& outbox, std::string site)
        : parts_(parts), outbox_(outbox), site_(std::move(site)) {}

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    Task<http::Reply> announce(http::Request& request, const Principal& principal,
                               std::string exam_id);

    const Parts parts_;
    const notices::Outbox& outbox_;
    const std::string site_;
};

}  // namespace tripos::results

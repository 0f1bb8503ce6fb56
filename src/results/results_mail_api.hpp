// SPDX-License-Identifier: MIT
#pragma once
// ResultsMailApi: tells every candidate of an exam that the results are there, once. The first
// mails are written with the announcement, the others page by page by work of the kind
// `announcement`.
//
//   POST /api/exam/:examId/results/announce  -> 202 {recipients, workId}

#include "accounts/candidate.hpp"
#include "accounts/guard.hpp"
#include "exams/exam.hpp"
#include "module/parts.hpp"
#include "notices/outbox.hpp"
#include "work/runner.hpp"

namespace tripos::results {

/// Thread-safe.
class ResultsMailApi {
  public:
    /// `site`: where the button of the mail leads, an absolute address.
    ResultsMailApi(const Parts& parts, const notices::Outbox& outbox, work::Runner& runner,
                   std::string site);

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    /// How the work of an announcement is done.
    work::Kind kind();
    Task<work::PageWrite> prepare(work::Item item, std::int64_t rows);
    void put_mails(sql::Session& session, const std::vector<accounts::Addressee>& candidates,
                   const exams::Exam& exam) const;
    Task<http::Reply> announce(http::Request& request, const accounts::Principal& principal,
                               std::string exam_id);

    const Parts parts_;
    const notices::Outbox& outbox_;
    work::Runner& runner_;
    const std::string site_;
};

}  // namespace tripos::results

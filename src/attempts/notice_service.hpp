// SPDX-License-Identifier: MIT
#pragma once
// NoticeService: notices of an exam that runs - sent by those who invigilate it, asked for by those
// who sit it.

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "accounts/principal.hpp"
#include "attempts/attempt_keys.hpp"
#include "attempts/touched.hpp"
#include "core/result.hpp"
#include "module/parts.hpp"

namespace tripos::attempts {

struct NoticeOrder {
    std::string text;
    std::string user_id;                      ///< empty: everybody
    std::optional<std::string> confirmation;  ///< of one to everybody: exams/confirmation.hpp
    bool is_dry_run = false;                  ///< says whom it would reach
};

/// What was sent, or would be.
struct NoticeReport {
    Notice notice;
    Touched touched;           ///< who sit the exam now; who begin later get it as well
    bool is_repeated = false;  ///< it was there already: the answer to it was lost
};

/// Thread-safe.
class NoticeService {
  public:
    static constexpr std::size_t kMostNotices = 200;  ///< of an exam

    NoticeService(const Parts& parts, const AttemptKeys& keys) : parts_(parts), keys_(keys) {}

    /// not_found, also for whom does not invigilate the exam, and for a candidate who is not there;
    /// invalid unless it runs; conflict without confirmation.
    Task<Result<NoticeReport>> send(std::string exam_id, NoticeOrder order,
                                    accounts::Principal caller, audit::Actor actor);
    /// With seen counts. not_found, as above.
    Task<Result<std::vector<Notice>>> list(std::string exam_id, accounts::Principal caller);

    /// To this candidate, behind that number; up to it they were seen, which is kept. Cached under
    /// exam:<id>:notices. Requires: the candidate has an attempt at the exam.
    Task<std::vector<Notice>> behind(std::string exam_id, std::string user_id, std::int64_t number);

  private:
    static constexpr std::size_t kRemembered = 20'000;

    /// Up to which number this process knows that it is kept: what is seen costs one write for each
    /// candidate and notice, not one for each request.
    std::int64_t kept(const std::string& whose);
    void remember(const std::string& whose, std::int64_t number);
    Task<cache::Bytes> load(std::string exam_id);

    const Parts parts_;
    const AttemptKeys& keys_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::int64_t> kept_;  ///< by exam and candidate
};

}  // namespace tripos::attempts

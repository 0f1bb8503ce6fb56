// SPDX-License-Identifier: MIT
#pragma once
// AttemptService: what a candidate does during an exam - start, read, save, submit. Every decision
// about time uses the instant the request arrived, so that a slow server takes nothing from anyone.

#include <string>
#include <vector>

#include "accounts/departed.hpp"
#include "async/task.hpp"
#include "attempts/answer_store.hpp"
#include "attempts/attempt.hpp"
#include "attempts/deadline_loop.hpp"
#include "attempts/papers.hpp"
#include "attempts/presence.hpp"
#include "attempts/receipt.hpp"
#include "core/result.hpp"
#include "exams/exam_service.hpp"
#include "module/parts.hpp"
#include "rosters/exam_access.hpp"

namespace tripos::attempts {

/// What became of saves.
struct Saved {
    Deadline deadline;  ///< as it is now
    /// Of each, in the order given; an error: it does not fit the paper.
    std::vector<Result<answer_store::SaveOutcome>> outcomes;
};

/// An exam before its start, and for whoever has begun.
struct Prospect {
    PaperSummary paper;
    Deadline deadline;  ///< of the attempt; else that of one that is begun as soon as it can be
    Timestamp opens_at{};
    std::optional<Attempt> attempt;  ///< of this candidate
};

/// Thread-safe.
class AttemptService {
  public:
    AttemptService(const Parts& parts, const AttemptKeys& keys, const accounts::Departed& departed,
                   exams::ExamService& exams, Papers& papers, AttemptFinisher& finisher,
                   DeadlineLoop& deadlines, Presence& presence, const ReceiptKeys& receipts)
        : parts_(parts),
          keys_(keys),
          departed_(departed),
          exams_(exams),
          papers_(papers),
          finisher_(finisher),
          deadlines_(deadlines),
          presence_(presence),
          receipts_(receipts),
          metrics_(parts.metrics) {}

    /// The new attempt; one per candidate and exam however many calls race.
    Task<Result<Attempt>> start(std::string exam_id, audit::Actor candidate,
                                rosters::Arrival arrival);
    /// The whole answer of the attempt's page. The hot path: two cached values and copying.
    Task<Result<std::string>> page(std::string exam_id, std::string user_id, Timestamp arrived_at,
                                   PageCoding coding);
    /// What there is to know before the start, and of what was begun; an error when there is no
    /// attempt and nobody starts it any more, or ever: the exam as the candidate sees it must be
    /// visible to them.
    Task<Result<Prospect>> prospect(exams::Exam exam, std::string user_id);
    /// The attempt that counts, as its candidate may know it: no score. Cheap, for who asks often.
    Task<Result<Attempt>> status(std::string exam_id, std::string user_id);
    /// Returns once they are durable. An error when nothing is taken any more, or none fits the
    /// paper: then nothing is stored. Requires: at least one.
    Task<Result<Saved>> save(std::string exam_id, audit::Actor candidate,
                             std::vector<AnswerInput> inputs, Timestamp arrived_at);
    /// Ends and grades the attempt. With the `order_key` of an order that was carried out before:
    /// its receipt again, whatever has become of the attempt since. An empty key repeats nothing.
    Task<Result<HandIn>> submit(std::string exam_id, audit::Actor candidate, std::string order_key,
                                Timestamp arrived_at);
    /// Of the attempt that counts, when it has ended: signed now unless it is already.
    Task<Result<HandIn>> receipt(std::string exam_id, std::string user_id);
    /// Whether this site has signed it.
    Task<bool> is_genuine(Receipt receipt);

    /// The candidate's attempts that count, the newest first. Cached under user:<id>:exams.
    Task<std::shared_ptr<const std::vector<Attempt>>> attempts_of(std::string user_id);

    /// Whether the exam's scores and keys may be shown now. Cached under exam:<id>:sitting.
    Task<bool> is_released(exams::Exam exam);

  private:
    Task<cache::Bytes> load_sitting(std::string exam_id);
    Task<std::shared_ptr<const AttemptState>> state_of(std::string exam_id, std::string user_id);
    Task<cache::Bytes> load_state(std::string exam_id, std::string user_id);
    Task<cache::Bytes> load_attempts(std::string user_id);
    /// Why an attempt takes nothing any more; ends it if its time, and the grace, have run out.
    Task<Error> refusal(std::string exam_id, std::string user_id);

    const Parts parts_;
    const AttemptKeys& keys_;
    const accounts::Departed& departed_;
    exams::ExamService& exams_;
    Papers& papers_;
    AttemptFinisher& finisher_;
    DeadlineLoop& deadlines_;
    Presence& presence_;
    const ReceiptKeys& receipts_;
    const AttemptMetrics metrics_;
};

/// 403: there is nothing running. And 403: it ran out.
Error no_active_attempt();
Error time_over();

}  // namespace tripos::attempts

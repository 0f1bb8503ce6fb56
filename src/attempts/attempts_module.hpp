// SPDX-License-Identifier: MIT
#pragma once
// AttemptsModule: candidates at their exams, from the start to the graded end, put together. The
// deadline loop runs on the background context.

#include "attempts/accommodation_api.hpp"
#include "attempts/attempt_api.hpp"
#include "attempts/control_api.hpp"
#include "attempts/late_service.hpp"
#include "attempts/live_boards.hpp"
#include "attempts/lobby_api.hpp"
#include "attempts/notice_service.hpp"
#include "attempts/save_api.hpp"
#include "module/module.hpp"

namespace tripos::attempts {

struct AttemptsOptions {
    std::chrono::milliseconds grace{5000};       ///< EXAM_GRACE: for the server's slowness
    std::string site = "http://localhost:8000";  ///< PUBLIC_URL: as Safe Exam Browser sees it
    AttemptLifetimes lifetimes;                  ///< of cached values
    Secret receipt_seal = {};                    ///< seals the key that signs receipts
};

struct AttemptsParts : Parts {
    const accounts::Guard& guard;
    const accounts::Departed& departed;
    exams::ExamService& exams;
    const TimeZone& zone;  ///< of times without an offset
    rosters::CohortService& cohorts;
    work::Runner& runner;
    limits::RateLimits& limits;
    redis::Client* redis;      ///< for what may be lost; null: none
    std::string redis_prefix;  ///< of the keys
    /// Restored data, whose attempts end when somebody has decided so.
    std::function<bool()> is_held = [] { return false; };
};

class AttemptsModule final : public Module {
  public:
    AttemptsModule(const AttemptsParts& parts, const AttemptsOptions& options);

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router) override;
    std::vector<Chore> chores() override;
    /// Starts the loop of who was seen.
    Task<> start() override;
    /// Starts the loop of deadlines; what ran out while nobody watched ends at once.
    Task<> start_work() override;
    Task<> stop(std::chrono::milliseconds grace) override;

    /// Loads what an exam's candidates will ask for into the cache, before they come: the list, the
    /// exam, its paper. The names of the keys. An Error: there is no such exam.
    Task<Result<std::vector<std::string>>> warm(std::string exam_id);

    /// ExamControl::make_up().
    Task<std::int64_t> make_up(std::chrono::minutes more, std::string key) {
        return control_.make_up(more, std::move(key));
    }

    AttemptService& attempts() { return attempts_; }
    AttemptFinisher& finisher() { return finisher_; }
    Presence& presence() { return presence_; }
    std::chrono::milliseconds grace() const { return finisher_.grace(); }

  private:
    Task<std::int64_t> delete_old_orders();

    const accounts::Guard& guard_;
    exams::ExamService& exams_;
    rosters::CohortService& cohorts_;
    const Clock& clock_;
    const AttemptKeys keys_;
    AttemptFinisher finisher_;
    DeadlineLoop deadlines_;
    const ReceiptKeys receipts_;
    Presence presence_;
    LiveBoards boards_;
    NoticeService notices_;
    LateService late_;
    Papers papers_;
    AttemptService attempts_;
    ExamControl control_;
    AccommodationService accommodations_;
    Lobby lobby_;
    const TimeZone& zone_;
    const std::string site_;
    limits::RateLimits& limits_;
    sql::Database& database_;
};

}  // namespace tripos::attempts

// SPDX-License-Identifier: MIT
#include "attempts/attempt_service.hpp"

#include <algorithm>

#include "accounts/candidate.hpp"
#include "attempts/attempt_store.hpp"
#include "core/id.hpp"
#include "exams/exam_store.hpp"
#include "rosters/cohort_store.hpp"

namespace tripos::attempts {

namespace {

Error already_attempted() {
    return invalid("already_attempted", "You have already attempted this exam");
}

/// Deleting an account in between is no way to a second attempt.
bool has_attempted_before(sql::Session& session, const Attempt& attempt,
                          const accounts::Departed& departed) {
    const auto former = departed.former_accounts(session, attempt.user_id);
    return std::any_of(former.begin(), former.end(), [&](const std::string& id) {
        return attempt_store::find_current(session, attempt.exam_id, id).has_value();
    });
}

/// Why the exam is not for this candidate, or not from where they are.
std::optional<Error> door_refusal(sql::Session& session, const Attempt& attempt,
                                  const rosters::Arrival& arrival) {
    const auto access = rosters::cohort_store::find_access(session, attempt.exam_id);
    if (!access) {
        return std::nullopt;
    }
    const auto cohorts = rosters::cohort_store::cohorts_of(session, attempt.user_id);
    return rosters::refusal_of(*access, cohorts, arrival);
}

/// What tells of somebody who is not to sit the exam, or not there. Whoever presses Start too early
/// leaves nothing, nor whoever is only asked for a code.
bool is_told(const Error& refusal) {
    static constexpr std::string_view kUntold[] = {"not_found", "unauthorized",
                                                   "exam_not_published", "exam_not_active",
                                                   "access_code_required"};
    return std::find(std::begin(kUntold), std::end(kUntold), refusal.code) == std::end(kUntold);
}

Result<Attempt> start_in(sql::Session& session, Attempt attempt, const accounts::Departed& departed,
                         const rosters::Arrival& arrival) {
    const auto exam = exams::exam_store::find_to_rely_on(session, attempt.exam_id);
    if (!exam) {
        return exams::no_exam();
    }
    if (auto refusal = exams::start_refusal(*exam, attempt.started_at)) {
        return std::move(*refusal);
    }
    const auto extra_time = accounts::hold_candidate(session, attempt.user_id);
    if (!extra_time) {
        return unauthorized("Invalid token");  // deleted since the session was looked at
    }
    if (has_attempted_before(session, attempt, departed)) {
        return already_attempted();
    }
    if (auto refusal = door_refusal(session, attempt, arrival)) {
        return std::move(*refusal);
    }
    const auto deadline = deadline_for(*exam, attempt.started_at, *extra_time);
    attempt.deadline_at = deadline.at;
    attempt.deadline_reason = deadline.reason;
    if (!attempt_store::insert(session, attempt)) {
        return already_attempted();
    }
    return attempt;
}

}  // namespace

Error no_active_attempt() {
    return forbidden("no_active_attempt", "No active attempt for this exam");
}

Error time_over() {
    return forbidden("time_over", "Time over. Exam auto-submitted.");
}

Task<Result<std::string>> AttemptService::start(std::string exam_id, audit::Actor candidate,
                                                rosters::Arrival arrival) {
    Attempt attempt;
    attempt.exam_id = std::move(exam_id);
    attempt.user_id = candidate.id;
    attempt.started_at = parts_.clock.now();
    attempt.id = new_id(attempt.started_at, parts_.random);
    auto work = [&](sql::Session& session, Writes& writes) {
        auto started = start_in(session, attempt, departed_, arrival);
        if (started) {
            writes.del(keys_.attempt(attempt.exam_id, attempt.user_id));
            writes.del(keys_.attempts_of(attempt.user_id));
            parts_.record(session, candidate, entry_of("attempt.start", *started));
            writes.after_commit([this, deadline = started->deadline_at] {
                metrics_.started.add();
                deadlines_.expect(deadline);
            });
        } else if (is_told(started.error())) {
            parts_.record_knock(session, candidate,
                                {.action = "attempt.start_refused",
                                 .subject = exams::exam_subject(attempt.exam_id),
                                 .code = started.error().code});
        }
        return started;
    };
    const auto started = co_await parts_.write(std::move(work));
    if (!started) {
        co_return started.error();
    }
    co_return started->id;
}

Task<Result<std::string>> AttemptService::page(std::string exam_id, std::string user_id,
                                               PageCoding coding) {
    const auto now = parts_.clock.now();
    const auto state = co_await state_of(exam_id, user_id);
    if (state->attempt_id.empty() || state->status != AttemptStatus::in_progress ||
        state->deadline_at <= now) {
        co_return co_await refusal(std::move(exam_id), std::move(user_id), now);
    }
    const auto paper = co_await papers_.get(std::move(exam_id));
    if (!paper) {
        co_return no_active_attempt();
    }
    const auto remaining = std::chrono::floor<std::chrono::seconds>(state->deadline_at - now);
    co_return attempt_page(*paper, state->attempt_id, state->answers, remaining.count(), coding);
}

Task<Result<>> AttemptService::save(std::string exam_id, std::string user_id, AnswerInput input,
                                    Timestamp arrived_at) {
    const auto paper = co_await papers_.get(exam_id);
    if (!paper) {
        co_return no_active_attempt();
    }
    auto answer = check_answer(*paper, std::move(input));
    if (!answer) {
        co_return answer.error();
    }
    auto work = [&](sql::Session& session, Writes& writes) {
        const bool is_saved =
            attempt_store::save_answer(session, exam_id, user_id, *answer, arrived_at);
        if (is_saved) {
            writes.del(keys_.attempt(exam_id, user_id));
            writes.after_commit([this] { metrics_.saves.add(); });
        }
        return is_saved;
    };
    const bool saved = co_await parts_.write(std::move(work));
    if (!saved) {
        co_return co_await refusal(std::move(exam_id), std::move(user_id), arrived_at);
    }
    co_return Result<>();
}

Task<Result<std::string>> AttemptService::submit(std::string exam_id, audit::Actor candidate,
                                                 Timestamp arrived_at) {
    auto work = [&](sql::Session& session, Writes& writes) {
        auto ended = attempt_store::submit(session, exam_id, candidate.id, arrived_at);
        const Ending how{
            .counter = metrics_.submitted, .action = "attempt.submit", .actor = candidate};
        finisher_.conclude(session, writes, ended, how);
        return ended;
    };
    const auto ended = co_await parts_.write(std::move(work));
    if (ended.empty()) {
        co_return co_await refusal(std::move(exam_id), candidate.id, arrived_at);
    }
    co_return ended.front().id;
}

Task<std::shared_ptr<const std::vector<Attempt>>> AttemptService::attempts_of(std::string user_id) {
    cache::Loader loader = [this, user_id] { return load_attempts(user_id); };
    co_return co_await parts_.cache.get_or_set(keys_.attempts_of(user_id), std::move(loader));
}

Task<std::shared_ptr<const AttemptState>> AttemptService::state_of(std::string exam_id,
                                                                   std::string user_id) {
    cache::Loader loader = [this, exam_id, user_id] { return load_state(exam_id, user_id); };
    co_return co_await parts_.cache.get_or_set(keys_.attempt(exam_id, user_id), std::move(loader));
}

Task<cache::Bytes> AttemptService::load_state(std::string exam_id, std::string user_id) {
    auto work = [exam_id, user_id](sql::Session& session) {
        const auto attempt = attempt_store::find_current(session, exam_id, user_id);
        const auto answers =
            attempt ? attempt_store::answers_of(session, attempt->id) : std::vector<Answer>();
        return encode_attempt(attempt, answers);
    };
    auto bytes = co_await parts_.database.read(std::move(work));
    co_return std::make_shared<const std::string>(std::move(bytes));
}

Task<cache::Bytes> AttemptService::load_attempts(std::string user_id) {
    auto work = [user_id](sql::Session& session) {
        return encode_attempts(attempt_store::list_of_user(session, user_id));
    };
    auto bytes = co_await parts_.database.read(std::move(work));
    co_return std::make_shared<const std::string>(std::move(bytes));
}

Task<Error> AttemptService::refusal(std::string exam_id, std::string user_id,
                                    Timestamp arrived_at) {
    const auto state = co_await state_of(exam_id, user_id);
    if (state->attempt_id.empty()) {
        co_return no_active_attempt();
    }
    if (state->status == AttemptStatus::submitted) {
        co_return forbidden("already_submitted", "This attempt was already submitted");
    }
    if (state->status == AttemptStatus::in_progress && state->deadline_at <= arrived_at) {
        co_await finisher_.finish_due_of(std::move(exam_id), std::move(user_id));
    }
    co_return time_over();
}

}  // namespace tripos::attempts

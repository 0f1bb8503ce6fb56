// SPDX-License-Identifier: MIT
#include "attempts/attempt_service.hpp"

#include <algorithm>

#include "accounts/candidate.hpp"
#include "attempts/attempt_store.hpp"
#include "attempts/deadline_terms.hpp"
#include "attempts/late_answer.hpp"
#include "core/id.hpp"
#include "exams/exam_store.hpp"
#include "rosters/cohort_store.hpp"

namespace tripos::attempts {

namespace {

constexpr std::chrono::milliseconds kNothing{0};

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
    const auto account_minutes = accounts::hold_candidate(session, attempt.user_id);
    if (!account_minutes) {
        return unauthorized("Invalid token");  // deleted since the session was looked at
    }
    auto new_one = attempt;
    new_one.id.clear();  // what was given to an attempt before is not this one's
    const auto terms = terms_of(session, *exam, new_one, *account_minutes);
    const auto seen = exams::within(*exam, terms.allowance.own_window);
    if (auto refusal = exams::start_refusal(seen, attempt.started_at)) {
        return std::move(*refusal);
    }
    if (has_attempted_before(session, attempt, departed)) {
        return already_attempted();
    }
    if (auto refusal = door_refusal(session, attempt, arrival)) {
        return std::move(*refusal);
    }
    const auto deadline = deadline_of(terms);
    attempt.deadline_at = deadline.at;
    attempt.deadline_reason = deadline.reason;
    attempt.extra_time = deadline.extra;
    if (!attempt_store::insert(session, attempt)) {
        return already_attempted();
    }
    return attempt;
}

using Outcomes = std::vector<Result<answer_store::SaveOutcome>>;

/// Nothing when the attempt takes nothing any more.
std::optional<Outcomes> save_in(sql::Session& session, const std::string& exam_id,
                                const audit::Actor& candidate,
                                const std::vector<Result<AnswerSave>>& saves,
                                Timestamp arrived_at) {
    Outcomes outcomes;
    std::vector<std::size_t> order;  // of those that fit
    for (const auto& save : saves) {
        if (save) {
            order.push_back(outcomes.size());
            outcomes.emplace_back(answer_store::SaveOutcome());
        } else {
            outcomes.emplace_back(save.error());
        }
    }
    // By question, whatever the request's order: two devices through two processes would each wait
    // for what the other has changed.
    std::stable_sort(order.begin(), order.end(), [&saves](std::size_t a, std::size_t b) {
        return saves[a]->question_id < saves[b]->question_id;
    });
    for (const auto i : order) {
        auto outcome = answer_store::save(session, exam_id, candidate.id, *saves[i],
                                          candidate.address, arrived_at);
        if (!outcome) {
            return std::nullopt;
        }
        outcomes[i] = std::move(*outcome);
    }
    return outcomes;
}

std::optional<HandIn> handed_in_before(sql::Session& session, const std::string& exam_id,
                                       const std::string& user_id, const std::string& order_key) {
    if (order_key.empty()) {
        return std::nullopt;
    }
    return receipt_store::find(session, exam_id, user_id, order_key);
}

Receipt sign_and_keep(sql::Session& session, const Attempt& attempt, const ReceiptKeys& keys,
                      const std::string& order_key, Timestamp now) {
    auto payload = receipt_payload(attempt, answer_store::current(session, attempt.id));
    auto receipt = keys.sign(session, std::move(payload), now);
    receipt_store::put(session, attempt, order_key, receipt);
    return receipt;
}

std::vector<AnswerSave> valid_of(const std::vector<Result<AnswerSave>>& saves) {
    std::vector<AnswerSave> valid;
    for (const auto& save : saves) {
        if (save) {
            valid.push_back(*save);
        }
    }
    return valid;
}

double count_stored(const Outcomes& outcomes) {
    return static_cast<double>(std::count_if(
        outcomes.begin(), outcomes.end(),
        [](const auto& outcome) { return outcome && outcome->verdict == SaveVerdict::store; }));
}

}  // namespace

Error no_active_attempt() {
    return forbidden("no_active_attempt", "No active attempt for this exam");
}

Error time_over() {
    return forbidden("time_over", "Time over. Exam auto-submitted.");
}

Task<Result<Attempt>> AttemptService::start(std::string exam_id, audit::Actor candidate,
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
            writes.del(keys_.sitting(attempt.exam_id));
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
    co_return co_await parts_.write(std::move(work));
}

Task<Result<std::string>> AttemptService::page(std::string exam_id, std::string user_id,
                                               Timestamp arrived_at, PageCoding coding) {
    const auto state = co_await state_of(exam_id, user_id);
    if (state->attempt_id.empty() || state->status != AttemptStatus::in_progress ||
        state->deadline.at <= arrived_at) {
        co_return co_await refusal(std::move(exam_id), std::move(user_id));
    }
    const auto paper = co_await papers_.get(exam_id);
    if (!paper) {
        co_return no_active_attempt();
    }
    presence_.mark(exam_id, user_id, arrived_at);
    const auto now = parts_.clock.now();
    const auto remaining =
        std::chrono::floor<std::chrono::seconds>(std::max(state->deadline.at - now, kNothing));
    http::JsonWriter json;
    json.member("attemptId", state->attempt_id)
        .member("remainingSeconds", std::int64_t{remaining.count()})
        .member_raw("answerVersions", state->versions);
    write_clock(json, state->deadline, now);
    co_return attempt_page(*paper, state->answers, json.take(), coding);
}

Task<Result<Prospect>> AttemptService::prospect(exams::Exam exam, std::string user_id) {
    const auto attempts = co_await attempts_of(user_id);
    const auto* const attempt = at_exam(*attempts, exam.id);
    const auto now = parts_.clock.now();
    const auto starts_at = std::max(exam.start_at, now);
    if (auto refusal = exams::start_refusal(exam, starts_at); refusal && !attempt) {
        co_return std::move(*refusal);
    }
    const auto paper = co_await papers_.get(exam.id);
    if (!paper) {
        co_return exams::no_exam();
    }
    if (attempt) {
        Prospect begun{.paper = paper->summary(),
                       .deadline = attempt->deadline(),
                       .opens_at = exam.start_at,
                       .attempt = *attempt};
        co_return begun;
    }
    auto look = [&](sql::Session& session) {
        const auto found = accounts::find_candidates(session, {user_id});
        const Attempt begun{.exam_id = exam.id, .user_id = user_id, .started_at = starts_at};
        // As stored: `exam` may have a window of one's own in place of its own.
        const auto stored = exams::exam_store::find(session, exam.id).value_or(exam);
        const auto extra =
            found.contains(user_id) ? found.at(user_id).extra_time : std::chrono::minutes(0);
        return deadline_of(terms_of(session, stored, begun, extra));
    };
    const auto deadline = co_await parts_.database.read(std::move(look));
    Prospect prospect{.paper = paper->summary(),
                      .deadline = deadline,
                      .opens_at = exam.start_at,
                      .attempt = std::nullopt};
    co_return prospect;
}

Task<Result<Attempt>> AttemptService::status(std::string exam_id, std::string user_id) {
    const auto attempts = co_await attempts_of(user_id);
    const auto* const found = at_exam(*attempts, exam_id);
    if (!found) {
        co_return no_active_attempt();
    }
    auto attempt = *found;
    if (attempt.status == AttemptStatus::in_progress) {
        presence_.mark(exam_id, user_id, parts_.clock.now());
        const auto exams = co_await exams_.all();
        const auto exam = std::find_if(exams->begin(), exams->end(),
                                       [&](const exams::Exam& one) { return one.id == exam_id; });
        // A close reaches the attempts of a large exam one after another, and not whoever was let
        // in again behind it.
        if (exam != exams->end() && exam->status == exams::ExamStatus::closed &&
            exam->end_at < attempt.deadline_at) {
            auto look = [&](sql::Session& session) {
                return attempt_store::find_current(session, exam_id, user_id);
            };
            const auto current = co_await parts_.database.read(std::move(look));
            if (current && current->deadline_at < attempt.deadline_at) {
                attempt.deadline_at = current->deadline_at;
                attempt.deadline_reason = DeadlineReason::closed;
            }
        }
    }
    co_return attempt;
}

Task<Result<Saved>> AttemptService::save(std::string exam_id, audit::Actor candidate,
                                         std::vector<AnswerInput> inputs, Timestamp arrived_at) {
    const auto paper = co_await papers_.get(exam_id);
    if (!paper) {
        co_return no_active_attempt();
    }
    const auto first_question = inputs.front().question_id;
    std::vector<Result<AnswerSave>> saves;
    for (auto& input : inputs) {
        saves.push_back(check_save(*paper, std::move(input)));
    }
    const auto fits = [](const auto& save) { return bool(save); };
    const bool any_fits = std::any_of(saves.begin(), saves.end(), fits);
    std::int64_t kept_late = 0;
    auto work = [&](sql::Session& session, Writes& writes) {
        // What a paper holds is for whoever sits it: of others nobody looks whether it fits.
        const bool is_told = any_fits || answer_store::takes(session, exam_id, candidate.id,
                                                             first_question, arrived_at);
        auto outcomes =
            is_told ? save_in(session, exam_id, candidate, saves, arrived_at) : std::nullopt;
        if (!outcomes) {
            kept_late =
                late_store::keep(session, exam_id, candidate.id, valid_of(saves), arrived_at);
        }
        const auto stored = outcomes ? count_stored(*outcomes) : 0;
        if (stored > 0) {
            writes.del(keys_.attempt(exam_id, candidate.id));
            writes.after_commit([this, stored] { metrics_.saves.add(stored); });
        }
        return outcomes;
    };
    auto outcomes = co_await parts_.write(std::move(work));
    if (!outcomes) {
        auto error = co_await refusal(std::move(exam_id), candidate.id);
        if (kept_late > 0) {
            error.extra.emplace_back("keptAsLate", std::to_string(kept_late));
        }
        co_return error;
    }
    presence_.mark(exam_id, candidate.id, parts_.clock.now());
    if (!any_fits) {
        co_return outcomes->front().error();
    }
    const auto stored = std::find_if(outcomes->begin(), outcomes->end(), fits);
    Saved saved{.deadline = (*stored)->deadline, .outcomes = std::move(*outcomes)};
    co_return saved;
}

Task<Result<HandIn>> AttemptService::submit(std::string exam_id, audit::Actor candidate,
                                            std::string order_key, Timestamp arrived_at) {
    auto work = [&](sql::Session& session, Writes& writes) -> std::optional<HandIn> {
        // First: a repeat that comes late must not end an attempt that was opened again.
        if (auto done = handed_in_before(session, exam_id, candidate.id, order_key)) {
            return done;
        }
        exams::exam_store::find_to_rely_on(session, exam_id);  // before the attempt, as a regrade
        const auto ended = attempt_store::submit(session, exam_id, candidate.id, arrived_at);
        if (ended.empty()) {
            return handed_in_before(session, exam_id, candidate.id, order_key);
        }
        const Ending how{
            .counter = metrics_.submitted, .action = "attempt.submit", .actor = candidate};
        finisher_.conclude(session, writes, ended, how);
        const auto& attempt = ended.front();
        return HandIn{.attempt_id = attempt.id,
                      .receipt = sign_and_keep(session, attempt, receipts_, order_key, arrived_at)};
    };
    auto done = co_await parts_.write(std::move(work));
    if (!done) {
        co_return co_await refusal(std::move(exam_id), candidate.id);
    }
    co_return std::move(*done);
}

Task<Result<HandIn>> AttemptService::receipt(std::string exam_id, std::string user_id) {
    const auto attempts = co_await attempts_of(user_id);
    const auto* const attempt = at_exam(*attempts, exam_id);
    if (!attempt) {
        co_return no_active_attempt();
    }
    auto look = [attempt](sql::Session& session) {
        return receipt_store::find_of(session, *attempt);
    };
    auto receipt = co_await parts_.database.read(std::move(look));
    if (!receipt) {
        auto work = [&](sql::Session& session, Writes&) -> std::optional<Receipt> {
            const auto current = attempt_store::find_to_change(session, attempt->id);
            if (!current || current->status == AttemptStatus::in_progress) {
                return std::nullopt;
            }
            auto known = receipt_store::find_of(session, *current);
            return known ? std::move(known)
                         : sign_and_keep(session, *current, receipts_, "", parts_.clock.now());
        };
        receipt = co_await parts_.write(std::move(work));
    }
    if (!receipt) {
        co_return forbidden("not_submitted", "This attempt has not ended");
    }
    HandIn done{.attempt_id = attempt->id, .receipt = std::move(*receipt)};
    co_return done;
}

Task<bool> AttemptService::is_genuine(Receipt receipt) {
    auto work = [&receipt](sql::Session& session) {
        return receipt_store::is_genuine(session, receipt);
    };
    co_return co_await parts_.database.read(std::move(work));
}

Task<std::shared_ptr<const std::vector<Attempt>>> AttemptService::attempts_of(std::string user_id) {
    cache::Loader loader = [this, user_id] { return load_attempts(user_id); };
    co_return co_await parts_.cache.get_or_set(keys_.attempts_of(user_id), std::move(loader));
}

Task<bool> AttemptService::is_released(exams::Exam exam) {
    const auto now = parts_.clock.now();
    if (!exams::is_over(exam, now)) {
        co_return false;
    }
    cache::Loader loader = [this, id = exam.id] { return load_sitting(id); };
    const auto sitting =
        co_await parts_.cache.get_or_set(keys_.sitting(exam.id), std::move(loader));
    co_return attempts::is_released(exam, *sitting, now);
}

Task<cache::Bytes> AttemptService::load_sitting(std::string exam_id) {
    auto work = [&exam_id](sql::Session& session) {
        return encode_sitting(attempt_store::sitting_at(session, exam_id));
    };
    auto bytes = co_await parts_.database.read(std::move(work));
    co_return std::make_shared<const std::string>(std::move(bytes));
}

Task<std::shared_ptr<const AttemptState>> AttemptService::state_of(std::string exam_id,
                                                                   std::string user_id) {
    cache::Loader loader = [this, exam_id, user_id] { return load_state(exam_id, user_id); };
    co_return co_await parts_.cache.get_or_set(keys_.attempt(exam_id, user_id), std::move(loader));
}

Task<cache::Bytes> AttemptService::load_state(std::string exam_id, std::string user_id) {
    auto work = [exam_id, user_id](sql::Session& session) {
        const auto attempt = attempt_store::find_current(session, exam_id, user_id);
        const auto versions =
            attempt ? answer_store::current(session, attempt->id) : std::vector<AnswerVersion>();
        return encode_attempt(attempt, versions);
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

Task<Error> AttemptService::refusal(std::string exam_id, std::string user_id) {
    const auto state = co_await state_of(exam_id, user_id);
    if (state->attempt_id.empty()) {
        co_return no_active_attempt();
    }
    if (state->status == AttemptStatus::submitted) {
        co_return forbidden("already_submitted", "This attempt was already submitted");
    }
    const auto ends_at = state->deadline.at + finisher_.grace();
    if (state->status == AttemptStatus::in_progress && ends_at <= parts_.clock.now()) {
        co_await finisher_.finish_due_of(std::move(exam_id), std::move(user_id));
    }
    co_return time_over();
}

}  // namespace tripos::attempts

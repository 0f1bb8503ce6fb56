// SPDX-License-Identifier: MIT
#include "attempts/exam_control.hpp"

#include <algorithm>
#include <utility>

#include "attempts/attempt_store.hpp"
#include "core/id.hpp"
#include "exams/exam_staff.hpp"
#include "exams/exam_store.hpp"

namespace tripos::attempts {

namespace {

using attempt_store::Ended;

/// What staff do to an exam, as it goes to the trail.
struct Act {
    const Parts& parts;
    const audit::Actor& actor;
    Timestamp at{};

    void record(sql::Session& session, const char* action, const exams::Exam& before,
                const exams::Exam& after) const {
        parts.record(session, actor,
                     {.action = action,
                      .subject = exams::exam_subject(after.id),
                      .before = facts_of(before),
                      .after = facts_of(after)});
    }
};

/// The exam, locked, if it is published.
Result<exams::Exam> find_running(sql::Session& session, const std::string& id) {
    auto exam = exams::exam_store::find_to_change(session, id);
    if (!exam) {
        return exams::no_exam();
    }
    if (exam->status != exams::ExamStatus::published) {
        return invalid("exam_not_published", "Only a published exam can be closed or extended");
    }
    return std::move(*exam);
}

/// Records the instant; the attempts are yet to end.
Result<> close_in(sql::Session& session, const std::string& exam_id, const Act& act) {
    const auto before = find_running(session, exam_id);
    if (!before) {
        return before.error();
    }
    auto exam = *before;
    exam.status = exams::ExamStatus::closed;
    if (exam.start_at < act.at) {
        exam.end_at = std::min(exam.end_at, act.at);
    }
    exam.updated_at = act.at;
    exams::exam_store::update(session, exam);
    attempt_store::close_exam(session, exam.id, act.at);
    act.record(session, "exam.close", *before, exam);
    return {};
}

Result<Ended> extend_everyone(sql::Session& session, const exams::Exam& before,
                              const Extension& extension, const Act& act) {
    if (before.end_at <= act.at) {
        return invalid("exam_not_active", "The exam has ended: it cannot be extended any more");
    }
    auto attempts = attempt_store::extend_exam(session, before.id, act.at, extension.more);
    auto exam = before;
    exam.end_at += extension.more;
    exam.updated_at = act.at;
    exams::exam_store::update(session, exam);
    act.record(session, "exam.extend", before, exam);
    return attempts;
}

Result<Ended> extend_candidate(sql::Session& session, const exams::Exam& exam,
                               const Extension& extension, const Act& act) {
    auto attempts =
        attempt_store::extend_one(session, exam.id, *extension.user_id, act.at, extension.more);
    if (attempts.empty()) {
        return not_found("This candidate has no running attempt at the exam");
    }
    const auto& attempt = attempts.front();
    auto entry = entry_of("attempt.extend", attempt);
    entry.before = audit::facts({{"deadline", to_iso8601(attempt.deadline_at - extension.more)}});
    act.parts.record(session, act.actor, entry);
    return attempts;
}

Result<Ended> extend_in(sql::Session& session, const std::string& exam_id,
                        const Extension& extension, const accounts::Principal& caller,
                        const Act& act) {
    if (!exams::exam_staff::may_invigilate(session, caller, exam_id)) {
        return exams::no_exam();
    }
    const auto exam = find_running(session, exam_id);
    if (!exam) {
        return exam.error();
    }
    return extension.user_id ? extend_candidate(session, *exam, extension, act)
                             : extend_everyone(session, *exam, extension, act);
}

Result<Attempt> make_void_in(sql::Session& session, const std::string& attempt_id,
                             const std::string& reason, const accounts::Principal& caller,
                             const Act& act) {
    auto attempt = attempt_store::find(session, attempt_id);
    if (!attempt || !exams::exam_staff::may_invigilate(session, caller, attempt->exam_id)) {
        return not_found("Attempt not found");
    }
    if (!attempt_store::make_void(session, attempt->id, act.at, reason)) {
        return conflict("already_void", "This attempt is void already");
    }
    auto entry = entry_of("attempt.void", *attempt);
    entry.before =
        std::exchange(entry.after, audit::facts({{"status", "VOIDED"}, {"reason", reason}}));
    act.parts.record(session, act.actor, entry);
    return std::move(*attempt);
}

constexpr const char* kClose = "close";
constexpr std::int64_t kFirstAttempts = 8;  ///< that end with the close itself

}  // namespace

ExamControl::ExamControl(const Parts& parts, exams::ExamService& exams, AttemptFinisher& finisher,
                         work::Runner& runner)
    : parts_(parts), exams_(exams), finisher_(finisher), runner_(runner) {
    runner.add({.name = kClose, .prepare = [this](work::Item item, std::int64_t rows) {
                    return prepare_page(std::move(item), rows);
                }});
}

/// The index leads to those that still run: there is nothing to look for before.
Task<work::PageWrite> ExamControl::prepare_page(work::Item item, std::int64_t rows) {
    work::PageWrite write = [this, item, rows](sql::Session& session, Writes& writes) {
        return finish_page(session, writes, item, rows);
    };
    co_return write;
}

work::Page ExamControl::finish_page(sql::Session& session, Writes& writes, const work::Item& item,
                                    std::int64_t rows) const {
    const auto ended = finisher_.finish_closed(session, writes, item.subject, rows);
    const bool is_last = ended < rows;
    if (is_last) {
        parts_.record(session, audit::system(),
                      {.action = "exam.closed",
                       .subject = exams::exam_subject(item.subject),
                       .after = audit::facts({{"ended", std::to_string(item.done + ended)}})});
    }
    return {.cursor = "", .done = ended, .changed = ended, .is_last = is_last};
}

Task<Result<work::Item>> ExamControl::close(std::string exam_id, audit::Actor actor) {
    const Act act{.parts = parts_, .actor = actor, .at = parts_.clock.now()};
    auto look = [&exam_id](sql::Session& session) {
        return attempt_store::count_running(session, exam_id);
    };
    const auto total = co_await parts_.database.read(std::move(look));
    const work::Item begin{.id = new_id(act.at, parts_.random),
                           .kind = kClose,
                           .subject = exam_id,
                           .total = total,
                           .created_at = act.at};
    auto work = [&](sql::Session& session, Writes& writes) -> Result<work::Item> {
        const auto closed = close_in(session, exam_id, act);
        if (!closed) {
            return closed.error();
        }
        exams_.name(writes, exam_id);
        auto item = begin;
        work::advance(item, finish_page(session, writes, begin, kFirstAttempts), act.at);
        runner_.put(session, item);
        return item;
    };
    co_return co_await parts_.write(std::move(work));
}

Task<Result<std::int64_t>> ExamControl::extend(std::string exam_id, Extension extension,
                                               accounts::Principal caller, audit::Actor actor) {
    const Act act{.parts = parts_, .actor = actor, .at = parts_.clock.now()};
    auto work = [&](sql::Session& session, Writes& writes) {
        auto attempts = extend_in(session, exam_id, extension, caller, act);
        if (attempts) {
            exams_.name(writes, exam_id);
            finisher_.name(writes, *attempts);
        }
        return attempts;
    };
    const auto attempts = co_await parts_.write(std::move(work));
    if (!attempts) {
        co_return attempts.error();
    }
    const auto count = static_cast<std::int64_t>(attempts->size());
    co_return count;
}

Task<Result<>> ExamControl::make_void(std::string attempt_id, std::string reason,
                                      accounts::Principal caller, audit::Actor actor) {
    const Act act{.parts = parts_, .actor = actor, .at = parts_.clock.now()};
    auto work = [&](sql::Session& session, Writes& writes) {
        auto attempt = make_void_in(session, attempt_id, reason, caller, act);
        if (attempt) {
            finisher_.name(writes, std::vector<Attempt>(1, *attempt));
        }
        return attempt;
    };
    const auto attempt = co_await parts_.write(std::move(work));
    if (!attempt) {
        co_return attempt.error();
    }
    co_return Result<>();
}

}  // namespace tripos::attempts

// SPDX-License-Identifier: MIT
#include "attempts/exam_control.hpp"

#include <algorithm>

#include "attempts/attempt_store.hpp"
#include "exams/exam_staff.hpp"
#include "exams/exam_store.hpp"

namespace tripos::attempts {

namespace {

using attempt_store::Ended;

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
Result<> close_in(sql::Session& session, const exams::exam_store::AuditEntry& audit) {
    auto exam = find_running(session, audit.exam_id);
    if (!exam) {
        return exam.error();
    }
    exam->status = exams::ExamStatus::closed;
    if (exam->start_at < audit.at) {
        exam->end_at = std::min(exam->end_at, audit.at);
        exam->release_at = std::min(exam->release_at, audit.at);
    }
    exam->updated_at = audit.at;
    exams::exam_store::update(session, *exam);
    attempt_store::close_exam(session, exam->id, audit.at);
    exams::exam_store::audit(session, audit);
    return {};
}

Result<Ended> extend_everyone(sql::Session& session, exams::Exam exam, const Extension& extension,
                              exams::exam_store::AuditEntry audit) {
    if (exam.end_at <= audit.at) {
        return invalid("exam_not_active", "The exam has ended: it cannot be extended any more");
    }
    auto attempts = attempt_store::extend_exam(session, exam.id, audit.at, extension.more);
    exam.end_at += extension.more;
    // Candidates with time of their own may have deadlines past the end: they moved as well.
    exam.release_at = std::max(exam.release_at, exam.end_at);
    for (const auto& attempt : attempts) {
        exam.release_at = std::max(exam.release_at, attempt.deadline_at);
    }
    exam.updated_at = audit.at;
    exams::exam_store::update(session, exam);
    audit.detail = "all by " + std::to_string(extension.more.count()) + " minutes";
    exams::exam_store::audit(session, audit);
    return attempts;
}

Result<Ended> extend_candidate(sql::Session& session, exams::Exam exam, const Extension& extension,
                               exams::exam_store::AuditEntry audit) {
    auto attempts =
        attempt_store::extend_one(session, exam.id, *extension.user_id, audit.at, extension.more);
    if (attempts.empty()) {
        return not_found("This candidate has no running attempt at the exam");
    }
    // Nobody may see the key while somebody still answers.
    exam.release_at = std::max(exam.release_at, attempts.front().deadline_at);
    exam.updated_at = audit.at;
    exams::exam_store::update(session, exam);
    audit.attempt_id = attempts.front().id;
    audit.detail = "one by " + std::to_string(extension.more.count()) + " minutes";
    exams::exam_store::audit(session, audit);
    return attempts;
}

Result<Ended> extend_in(sql::Session& session, const Extension& extension,
                        const accounts::Principal& caller, exams::exam_store::AuditEntry audit) {
    if (!exams::exam_staff::may_invigilate(session, caller, audit.exam_id)) {
        return exams::no_exam();
    }
    auto exam = find_running(session, audit.exam_id);
    if (!exam) {
        return exam.error();
    }
    return extension.user_id
               ? extend_candidate(session, std::move(*exam), extension, std::move(audit))
               : extend_everyone(session, std::move(*exam), extension, std::move(audit));
}

Result<Attempt> make_void_in(sql::Session& session, const std::string& reason,
                             const accounts::Principal& caller,
                             exams::exam_store::AuditEntry audit) {
    auto attempt = attempt_store::find(session, *audit.attempt_id);
    if (!attempt || !exams::exam_staff::may_invigilate(session, caller, attempt->exam_id)) {
        return not_found("Attempt not found");
    }
    if (!attempt_store::make_void(session, attempt->id, audit.at, reason)) {
        return conflict("already_void", "This attempt is void already");
    }
    audit.exam_id = attempt->exam_id;
    audit.detail = reason;
    exams::exam_store::audit(session, audit);
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
        exams::exam_store::complete_audit(
            session, item.id, std::to_string(item.done + ended) + " running attempts ended");
    }
    return {.cursor = "", .done = ended, .changed = ended, .is_last = is_last};
}

Task<Result<work::Item>> ExamControl::close(std::string exam_id, std::string actor_id) {
    const auto audit = exams::exam_store::new_entry(parts_, std::move(actor_id), kClose, exam_id);
    auto look = [&exam_id](sql::Session& session) {
        return attempt_store::count_running(session, exam_id);
    };
    const auto total = co_await parts_.database.read(std::move(look));
    const work::Item begin{
        .id = audit.id, .kind = kClose, .subject = exam_id, .total = total, .created_at = audit.at};
    auto work = [&](sql::Session& session, Writes& writes) -> Result<work::Item> {
        const auto closed = close_in(session, audit);
        if (!closed) {
            return closed.error();
        }
        exams_.name(writes, exam_id);
        auto item = begin;
        work::advance(item, finish_page(session, writes, begin, kFirstAttempts), audit.at);
        runner_.put(session, item);
        return item;
    };
    co_return co_await parts_.write(std::move(work));
}

Task<Result<std::int64_t>> ExamControl::extend(std::string exam_id, Extension extension,
                                               accounts::Principal caller) {
    auto audit = exams::exam_store::new_entry(parts_, caller.user_id, "extend", exam_id);
    auto work = [&](sql::Session& session, Writes& writes) {
        auto attempts = extend_in(session, extension, caller, audit);
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
                                      accounts::Principal caller) {
    auto audit = exams::exam_store::new_entry(parts_, caller.user_id, "void", "");
    audit.attempt_id = std::move(attempt_id);
    auto work = [&](sql::Session& session, Writes& writes) {
        auto attempt = make_void_in(session, reason, caller, audit);
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

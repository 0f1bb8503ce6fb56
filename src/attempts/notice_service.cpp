// SPDX-License-Identifier: MIT
#include "attempts/notice_service.hpp"

#include <algorithm>

#include "accounts/candidate.hpp"
#include "attempts/attempt_store.hpp"
#include "exams/confirmation.hpp"
#include "exams/exam_staff.hpp"
#include "exams/exam_store.hpp"
#include "exams/exam_times.hpp"

namespace tripos::attempts {

namespace {

/// The button was pressed again because nothing came back: nobody writes the same twice within a
/// minute, and nobody wants to read it twice.
bool is_again(const Notice& notice, const Notice& last) {
    return notice.text == last.text && notice.user_id == last.user_id &&
           notice.author == last.author && notice.sent_at - last.sent_at < std::chrono::minutes(1);
}

Result<NoticeReport> send_in(sql::Session& session, const std::string& exam_id,
                             const NoticeOrder& order, const accounts::Principal& caller,
                             NoticeReport report) {
    if (!exams::exam_staff::may_invigilate(session, caller, exam_id)) {
        return exams::no_exam();
    }
    const auto exam = exams::exam_store::find_to_change(session, exam_id);
    if (!exam) {
        return exams::no_exam();
    }
    const auto now = report.notice.sent_at;
    report.touched = order.user_id.empty() ? touched_by_exam(session, exam_id)
                                           : touched(session, {order.user_id});
    const auto running = attempt_store::count_running(session, exam_id);
    const auto attempt = attempt_store::find_current(session, exam_id, order.user_id);
    // Opened again after the close.
    const bool is_writing = attempt && attempt->status == AttemptStatus::in_progress;
    if (!is_writing && (exam->status != exams::ExamStatus::published || exam->start_at > now ||
                        (exams::is_over(*exam, now) && running == 0))) {
        return invalid("exam_not_active", "Notices reach candidates while their exam runs");
    }
    if (!order.user_id.empty() && !accounts::hold_candidate(session, order.user_id)) {
        return not_found("Candidate not found");
    }
    const auto sent = notice_store::list(session, exam_id);
    if (!order.is_dry_run && !sent.empty() && is_again(report.notice, sent.back())) {
        report.notice = sent.back();
        report.is_repeated = true;
        return report;
    }
    if (sent.size() >= NoticeService::kMostNotices) {
        return invalid("too_many_notices", "An exam has at most 200 notices");
    }
    if (order.is_dry_run) {
        return report;
    }
    if (order.user_id.empty()) {
        if (auto refusal = exams::unless_confirmed(order.confirmation, *exam, running)) {
            return std::move(*refusal);
        }
    }
    notice_store::put(session, exam_id, report.notice);
    return report;
}

audit::Entry entry_for(sql::Session& session, const std::string& exam_id,
                       const NoticeReport& report) {
    const auto& notice = report.notice;
    audit::Entry entry{
        .action = "exam.notice",
        .subject = exams::exam_subject(exam_id),
        .after = audit::facts({{"number", std::to_string(notice.number)},
                               {"candidate", notice.user_id},
                               {"candidates", std::to_string(report.touched.candidates)},
                               {"text", notice.text}})};
    const auto attempt = notice.user_id.empty()
                             ? std::nullopt
                             : attempt_store::find_current(session, exam_id, notice.user_id);
    if (attempt) {
        entry.action = "attempt.notice";
        entry.within = std::exchange(entry.subject, "attempt:" + attempt->id);
    }
    return entry;
}

}  // namespace

Task<Result<NoticeReport>> NoticeService::send(std::string exam_id, NoticeOrder order,
                                               accounts::Principal caller, audit::Actor actor) {
    NoticeReport draft;
    draft.notice.user_id = order.user_id;
    draft.notice.text = order.text;
    draft.notice.author = actor.id;
    draft.notice.sent_at = parts_.clock.now();
    auto work = [&](sql::Session& session, Writes& writes) {
        auto report = send_in(session, exam_id, order, caller, draft);
        if (report && !order.is_dry_run && !report->is_repeated) {
            writes.del(keys_.notices(exam_id));
            parts_.record(session, actor, entry_for(session, exam_id, *report));
        }
        return report;
    };
    co_return co_await parts_.write(std::move(work));
}

Task<Result<std::vector<Notice>>> NoticeService::list(std::string exam_id,
                                                      accounts::Principal caller) {
    auto work = [&](sql::Session& session) -> Result<std::vector<Notice>> {
        if (!exams::exam_staff::may_invigilate(session, caller, exam_id) ||
            !exams::exam_store::find(session, exam_id)) {
            return exams::no_exam();
        }
        return notice_store::list(session, exam_id);
    };
    co_return co_await parts_.database.read(std::move(work));
}

Task<std::vector<Notice>> NoticeService::behind(std::string exam_id, std::string user_id,
                                                std::int64_t number) {
    cache::Loader loader = [this, exam_id] { return load(exam_id); };
    const auto all = co_await parts_.cache.get_or_set(keys_.notices(exam_id), std::move(loader));
    std::vector<Notice> behind;
    std::int64_t seen = 0;
    for (const auto& notice : *all) {
        if (!notice.is_for(user_id)) {
            continue;
        }
        if (notice.number > number) {
            behind.push_back(notice);
        } else {
            seen = notice.number;
        }
    }
    const auto whose = exam_id + ' ' + user_id;
    if (seen > kept(whose)) {
        auto keep = [&, now = parts_.clock.now()](sql::Session& session) {
            notice_store::see(session, exam_id, user_id, seen, now);
            return true;
        };
        co_await parts_.database.write(std::move(keep));
        remember(whose, seen);
    }
    co_return behind;
}

std::int64_t NoticeService::kept(const std::string& whose) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(whose);
    return found == kept_.end() ? 0 : found->second;
}

void NoticeService::remember(const std::string& whose, std::int64_t number) {
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= kRemembered) {
        kept_.clear();
    }
    auto& known = kept_[whose];
    known = std::max(known, number);
}

Task<cache::Bytes> NoticeService::load(std::string exam_id) {
    auto work = [&exam_id](sql::Session& session) {
        return encode_notices(notice_store::list(session, exam_id));
    };
    auto bytes = co_await parts_.database.read(std::move(work));
    co_return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace tripos::attempts

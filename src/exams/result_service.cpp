// SPDX-License-Identifier: MIT
#include "exams/result_service.hpp"

#include <algorithm>

#include "exams/exam_store.hpp"
#include "exams/result_store.hpp"

namespace tripos::exams {

namespace {

constexpr std::int64_t kPlaces = 5;

bool has_ended(const Attempt& attempt) {
    return attempt.status == AttemptStatus::submitted ||
           attempt.status == AttemptStatus::auto_submitted;
}

const Exam* find_exam(const std::vector<Exam>& exams, const std::string& id) {
    const auto found =
        std::find_if(exams.begin(), exams.end(), [&](const Exam& exam) { return exam.id == id; });
    return found == exams.end() ? nullptr : &*found;
}

void write_list_entry(JsonWriter& json, const Attempt& attempt, const Exam& exam, Timestamp now) {
    const bool is_available = has_ended(attempt) && is_released(exam, now) && attempt.score;
    json.begin_object()
        .member("attemptId", attempt.id)
        .member("examId", attempt.exam_id)
        .member("examTitle", exam.title)
        .member_raw("score", is_available ? marks_text(*attempt.score) : "null")
        .member("status", to_text(attempt.status))
        .member("submittedAt", attempt.submitted_at)
        .member("startedAt", attempt.started_at)
        .member("durationMinutes", std::int64_t{exam.duration.count()})
        .member("endTime", exam.end_at)
        .member("isResultAvailable", is_available)
        .end_object();
}

std::string members(const ResultView& view, ResultService::Detail detail) {
    std::string text(view.score_members);
    if (detail == ResultService::Detail::analysis) {
        text += ',';
        text += view.analysis_members;
    }
    return text;
}

/// The exam that was released last.
const Exam* most_recent(const std::vector<Exam>& exams, Timestamp now) {
    const Exam* latest = nullptr;
    for (const auto& exam : exams) {
        if (is_released(exam, now) && (latest == nullptr || exam.end_at > latest->end_at)) {
            latest = &exam;
        }
    }
    return latest;
}

}  // namespace

Task<std::string> ResultService::list(std::string user_id) {
    const auto attempts = co_await attempts_.attempts_of(std::move(user_id));
    const auto exams = co_await exams_.all();
    const auto now = tools_.clock.now();
    auto json = success_body("Results fetched");
    json.name("data").begin_array();
    std::int64_t count = 0;
    for (const auto& attempt : *attempts) {
        if (const auto* exam = find_exam(*exams, attempt.exam_id)) {
            write_list_entry(json, attempt, *exam, now);
            ++count;
        }
    }
    json.end_array().member("count", count).end_object();
    co_return json.take();
}

Task<Result<std::optional<std::string>>> ResultService::find(std::string exam_id,
                                                             std::string user_id, Detail detail) {
    const auto attempts = co_await attempts_.attempts_of(std::move(user_id));
    const auto attempt =
        std::find_if(attempts->begin(), attempts->end(),
                     [&](const Attempt& candidate) { return candidate.exam_id == exam_id; });
    if (attempt == attempts->end()) {
        co_return not_found("You have no attempt at this exam");
    }
    if (!has_ended(*attempt)) {
        co_return invalid("not_submitted", "This exam has not been submitted yet");
    }
    const auto exam = co_await exams_.find(std::move(exam_id));
    if (!exam || !is_released(*exam, tools_.clock.now())) {
        co_return forbidden("result_not_released",
                            "Results are available after the exam has ended");
    }
    if (!attempt->score) {
        co_return std::optional<std::string>();
    }
    cache::Loader loader = [this, id = attempt->id] { return load_result(id); };
    const auto result =
        co_await tools_.cache.get_or_set(tools_.keys.result(*attempt), std::move(loader));
    if (!result) {
        co_return not_found("You have no attempt at this exam");
    }
    co_return std::optional(members(*result, detail));
}

Task<Result<ResultService::Page>> ResultService::page(std::string exam_id, std::int64_t limit,
                                                      std::int64_t offset) {
    auto work = [exam_id, limit, offset](sql::Session& session) -> Result<Page> {
        if (!exam_store::find(session, exam_id)) {
            return not_found("Exam not found");
        }
        Page page;
        page.statistics = result_store::statistics(session, exam_id);
        page.total = page.statistics.participants;
        page.results = result_store::list(session, exam_id, limit, offset);
        return page;
    };
    co_return co_await tools_.database.read(std::move(work));
}

Task<Result<std::string>> ResultService::leaderboard() {
    const auto exams = co_await exams_.all();
    const auto* exam = most_recent(*exams, tools_.clock.now());
    if (exam == nullptr) {
        co_return not_found("No exam has ended yet");
    }
    auto key = tools_.keys.leaderboard(exam->id);
    cache::Loader loader = [this, ended = *exam] { return load_leaderboard(ended); };
    const auto bytes = co_await tools_.cache.get_or_set(std::move(key), std::move(loader));
    co_return *bytes;
}

Task<cache::Bytes> ResultService::load_result(std::string attempt_id) {
    auto work = [attempt_id](sql::Session& session) -> std::optional<std::string> {
        const auto result = result_store::find(session, attempt_id);
        return result ? std::optional(encode_result(*result)) : std::nullopt;
    };
    auto bytes = co_await tools_.database.read(std::move(work));
    co_return bytes ? std::make_shared<const std::string>(std::move(*bytes)) : nullptr;
}

Task<cache::Bytes> ResultService::load_leaderboard(Exam exam) {
    auto work = [exam](sql::Session& session) {
        return leaderboard_body(result_store::leaderboard(session, exam, kPlaces));
    };
    auto body = co_await tools_.database.read(std::move(work));
    co_return std::make_shared<const std::string>(std::move(body));
}

}  // namespace tripos::exams

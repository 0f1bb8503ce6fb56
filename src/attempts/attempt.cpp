// SPDX-License-Identifier: MIT
#include "attempts/attempt.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "module/segments.hpp"

namespace tripos::attempts {

namespace {

constexpr char kAttemptFormat = 'V';
constexpr char kSittingFormat = 'S';
constexpr char kAttemptsFormat = 'M';

Result<Answer> check_number(AnswerInput input) {
    if (input.option_ids && !input.option_ids->empty()) {
        return invalid_field("selectedOptionIds", "A numerical question takes no options");
    }
    if (!input.has_number) {
        return invalid_field("numericalAnswer", "numericalAnswer is required for this question");
    }
    return Answer{.question_id = std::move(input.question_id), .number = std::move(input.number)};
}

Result<Answer> check_options(const Paper::Question& question, AnswerInput input) {
    if (input.number) {
        return invalid_field("numericalAnswer", "This question takes options, not a number");
    }
    if (!input.option_ids) {
        return invalid_field("selectedOptionIds",
                             "selectedOptionIds is required for this question");
    }
    Answer answer{.question_id = std::move(input.question_id)};
    for (auto& id : *input.option_ids) {
        const auto& known = question.option_ids;
        if (std::find(known.begin(), known.end(), id) == known.end()) {
            return invalid_field("selectedOptionIds", "An option does not belong to this question");
        }
        if (std::find(answer.option_ids.begin(), answer.option_ids.end(), id) ==
            answer.option_ids.end()) {
            answer.option_ids.push_back(std::move(id));
        }
    }
    if (question.type == questions::QuestionType::single_correct && answer.option_ids.size() > 1) {
        return invalid_field("selectedOptionIds", "Only one option may be selected");
    }
    return answer;
}

}  // namespace

std::string_view to_text(AttemptStatus status) {
    switch (status) {
        case AttemptStatus::in_progress:
            return "IN_PROGRESS";
        case AttemptStatus::submitted:
            return "SUBMITTED";
        case AttemptStatus::auto_submitted:
            return "AUTO_SUBMITTED";
        case AttemptStatus::voided:
            return "VOIDED";
    }
    return {};
}

Error no_attempt() {
    return not_found("Attempt not found");
}

audit::Entry entry_of(std::string action, const Attempt& attempt, const std::string& reason) {
    http::JsonWriter json;
    json.begin_object()
        .member("candidate", attempt.user_id)
        .member("status", to_text(attempt.status))
        .member("deadline", attempt.deadline_at);
    if (!reason.empty()) {
        json.member("reason", reason);
    }
    return {.action = std::move(action),
            .subject = "attempt:" + attempt.id,
            .within = exams::exam_subject(attempt.exam_id),
            .after = json.end_object().take()};
}

void write_clock(http::JsonWriter& json, const Deadline& deadline, Timestamp now) {
    json.member("serverTime", now);
    entity::write(json, deadline, kDeadlineMembers);
}

void write_own(http::JsonWriter& json, const Attempt* attempt) {
    json.member("hasAttempt", attempt != nullptr);
    if (attempt) {
        json.member("attemptStatus", to_text(attempt->status)).member("attemptId", attempt->id);
    } else {
        json.member_null("attemptStatus").member_null("attemptId");
    }
}

const Attempt* at_exam(const std::vector<Attempt>& attempts, std::string_view exam_id) {
    const auto found = std::find_if(attempts.begin(), attempts.end(),
                                    [&](const Attempt& one) { return one.exam_id == exam_id; });
    return found == attempts.end() ? nullptr : &*found;
}

bool is_released(const exams::Exam& exam, const Sitting& sitting, Timestamp now) {
    const bool may_begin = exam.status == exams::ExamStatus::published && sitting.open_until > now;
    return exams::is_over(exam, now) && !sitting.is_running && !may_begin;
}

std::string encode_sitting(const Sitting& sitting) {
    SegmentWriter out(kSittingFormat);
    return out.number(sitting.is_running ? 1 : 0).number(to_millis(sitting.open_until)).take();
}

std::optional<Sitting> decode_sitting(std::string_view bytes) {
    SegmentReader in(bytes, kSittingFormat);
    Sitting sitting;
    sitting.is_running = in.number() != 0;
    sitting.open_until = from_millis(in.number());
    return in.ok() ? std::optional(sitting) : std::nullopt;
}

Result<Answer> check_answer(const Paper& paper, AnswerInput input) {
    const auto* question = paper.find(input.question_id);
    if (question == nullptr) {
        return invalid_field("questionId", "The question does not belong to this exam");
    }
    return question->type == questions::QuestionType::numerical
               ? check_number(std::move(input))
               : check_options(*question, std::move(input));
}

Result<AnswerSave> check_save(const Paper& paper, AnswerInput input) {
    AnswerSave save{.question_id = input.question_id,
                    .answer = {},
                    .is_flagged = input.is_flagged,
                    .revision = input.revision,
                    .client_id = input.client_id};
    const bool is_flag_alone = input.is_flagged && !input.option_ids && !input.has_number;
    if (is_flag_alone && paper.find(input.question_id) != nullptr) {
        return save;
    }
    auto answer = check_answer(paper, std::move(input));
    if (!answer) {
        return answer.error();
    }
    save.answer = std::move(*answer);
    return save;
}

std::optional<AttemptState> AttemptState::read(cache::Bytes bytes) {
    SegmentReader in(*bytes, kAttemptFormat);
    AttemptState state;
    state.attempt_id = in.text();
    state.status = static_cast<AttemptStatus>(in.number());
    state.deadline.at = from_millis(in.number());
    state.deadline.reason = static_cast<DeadlineReason>(in.number());
    state.deadline.extra = std::chrono::minutes(in.number());
    state.answers.resize(in.count());
    for (auto& answer : state.answers) {
        answer.question_id = in.text();
        answer.json = in.text();
    }
    state.versions = in.text();
    state.bytes = std::move(bytes);
    return in.ok() ? std::optional(std::move(state)) : std::nullopt;
}

std::string encode_attempt(const std::optional<Attempt>& attempt,
                           const std::vector<AnswerVersion>& versions) {
    const Attempt shown = attempt.value_or(Attempt());
    const auto is_answered = [](const AnswerVersion& one) { return !one.answer.is_empty(); };
    const auto count = std::count_if(versions.begin(), versions.end(), is_answered);
    SegmentWriter out(kAttemptFormat);
    out.text(shown.id)
        .number(static_cast<std::int64_t>(shown.status))
        .number(to_millis(shown.deadline_at))
        .number(static_cast<std::int64_t>(shown.deadline_reason))
        .number(shown.extra_time.count())
        .number(count);
    http::JsonWriter json;
    json.begin_array();
    for (const auto& version : versions) {
        if (is_answered(version)) {
            out.text(version.answer.question_id)
                .text(entity::object(version.answer, kContentMembers));
        }
        json.begin_object().member("questionId", version.answer.question_id);
        entity::write(json, version, kRevisionMembers);
        json.end_object();
    }
    return out.text(json.end_array().take()).take();
}

std::string encode_attempts(const std::vector<Attempt>& attempts) {
    return entity::encode(kAttemptsFormat, attempts, kMembers);
}

std::optional<std::vector<Attempt>> decode_attempts(std::string_view bytes) {
    return entity::decode<Attempt>(kAttemptsFormat, bytes, kMembers);
}

}  // namespace tripos::attempts

// SPDX-License-Identifier: MIT
#include "attempts/late_service.hpp"

#include <algorithm>
#include <map>

#include "attempts/answer_store.hpp"
#include "attempts/attempt_grading.hpp"
#include "core/text.hpp"
#include "exams/exam_store.hpp"

namespace tripos::attempts {

namespace {

std::string score_text(const std::optional<questions::Marks>& marks) {
    return marks ? questions::marks_text(*marks) : "";
}

/// Those of the order that are not accepted yet. What the candidate saved later, since the attempt
/// was opened again, is not taken back by what came before.
std::vector<LateAnswer> chosen(sql::Session& session, const std::string& attempt_id,
                               const LateOrder& order) {
    std::map<std::string, Timestamp> saved_at;
    for (const auto& version : answer_store::current(session, attempt_id)) {
        saved_at[version.answer.question_id] = version.arrived_at;
    }
    auto late = late_store::list(session, attempt_id);
    std::erase_if(late, [&](const LateAnswer& one) {
        const auto& ids = order.question_ids;
        const bool is_meant =
            ids.empty() || std::find(ids.begin(), ids.end(), one.question_id) != ids.end();
        return one.accepted_at || !is_meant || one.arrived_at < saved_at[one.question_id];
    });
    return late;
}

std::vector<Answer> with(std::vector<Answer> answers, const std::vector<LateAnswer>& late) {
    for (const auto& one : late) {
        std::erase_if(answers,
                      [&](const Answer& answer) { return answer.question_id == one.question_id; });
        answers.push_back(one.answer());
    }
    return answers;
}

}  // namespace

Task<Result<std::vector<LateAnswer>>> LateService::list(std::string attempt_id) {
    auto work = [&](sql::Session& session) -> Result<std::vector<LateAnswer>> {
        if (!attempt_store::find(session, attempt_id)) {
            return no_attempt();
        }
        return late_store::list(session, attempt_id);
    };
    co_return co_await parts_.database.read(std::move(work));
}

Task<Result<LateReport>> LateService::accept(std::string attempt_id, LateOrder order,
                                             audit::Actor actor) {
    auto work = [&, now = parts_.clock.now()](sql::Session& session, Writes& writes) {
        return accept_in(session, writes, attempt_id, order, actor, now);
    };
    co_return co_await parts_.write(std::move(work));
}

Result<LateReport> LateService::accept_in(sql::Session& session, Writes& writes,
                                          const std::string& attempt_id, const LateOrder& order,
                                          const audit::Actor& actor, Timestamp now) const {
    const auto known = attempt_store::find(session, attempt_id);
    if (!known) {
        return no_attempt();
    }
    // First, as a regrade does: it puts another key in force before, or sees what was accepted.
    exams::exam_store::find_to_rely_on(session, known->exam_id);
    const auto attempt = attempt_store::find_to_change(session, attempt_id);
    if (!attempt->submitted_at || attempt->status == AttemptStatus::voided) {
        return conflict("attempt_not_ended", "The attempt has not ended, or does not count");
    }
    LateReport report{.answers = chosen(session, attempt_id, order),
                      .before = attempt->score,
                      .after = {},
                      .touched = touched(session, {attempt->user_id})};
    if (report.answers.empty()) {
        return conflict("nothing_late", "No answer came late that is not accepted already");
    }
    const auto key = read_answer_key(session, attempt->exam_id);
    const auto answers = with(answer_store::answers_of(session, attempt_id), report.answers);
    const auto graded = grade(key, answers);
    report.after = graded.score;
    if (order.is_dry_run) {
        return report;
    }
    std::vector<std::string> ids;
    for (const auto& late : report.answers) {
        answer_store::put(
            session, attempt_id,
            {.answer = late.answer(), .client_id = late.client_id, .arrived_at = late.arrived_at});
        late_store::accept(session, attempt_id, late.question_id, actor.id, now);
        ids.push_back(late.question_id);
    }
    attempt_store::set_grade(session, attempt_id, graded);
    finisher_.name(writes, std::vector<Attempt>(1, *attempt));
    parts_.record(session, actor,
                  {.action = "attempt.accept_late",
                   .subject = "attempt:" + attempt_id,
                   .within = exams::exam_subject(attempt->exam_id),
                   .before = audit::facts({{"score", score_text(report.before)}}),
                   .after = audit::facts({{"score", score_text(report.after)},
                                          {"questions", join(ids, ",")},
                                          {"reason", order.reason}})});
    return report;
}

}  // namespace tripos::attempts

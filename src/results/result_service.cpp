// SPDX-License-Identifier: MIT
#include "results/result_service.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "accounts/candidate.hpp"
#include "attempts/attempt_store.hpp"
#include "exams/exam_store.hpp"
#include "results/result_store.hpp"

namespace tripos::results {

namespace {

constexpr std::int64_t kPlaces = 5;

bool has_ended(const attempts::Attempt& attempt) {
    return attempt.status == attempts::AttemptStatus::submitted ||
           attempt.status == attempts::AttemptStatus::auto_submitted;
}

const exams::Exam* find_exam(const std::vector<exams::Exam>& exams, const std::string& id) {
    const auto found = std::find_if(exams.begin(), exams.end(),
                                    [&](const exams::Exam& exam) { return exam.id == id; });
    return found == exams.end() ? nullptr : &*found;
}

void write_list_entry(http::JsonWriter& json, const attempts::Attempt& attempt,
                      const exams::Exam& exam, bool is_released) {
    const bool is_available = has_ended(attempt) && is_released && attempt.score;
    entity::write(json.begin_object(), attempt, kTakenMembers);
    entity::write(json, exam, kExamTitle);
    json.member_raw("score", is_available ? questions::marks_text(*attempt.score) : "null");
    entity::write(json, exam, kExamTimes);
    json.member("isResultAvailable", is_available).end_object();
}

/// Those that are over and whose board the viewer may see, the last first.
std::vector<exams::Exam> with_boards(const std::vector<exams::Exam>& exams, Timestamp now,
                                     ResultService::Viewer viewer) {
    std::vector<exams::Exam> found;
    for (const auto& exam : exams) {
        const bool may = exam.board_view == exams::BoardView::everyone ||
                         (exam.board_view == exams::BoardView::candidates &&
                          viewer == ResultService::Viewer::candidate);
        if (may && is_over(exam, now)) {
            found.push_back(exam);
        }
    }
    std::sort(found.begin(), found.end(), [](const exams::Exam& a, const exams::Exam& b) {
        return std::tie(b.end_at, b.id) < std::tie(a.end_at, a.id);
    });
    return found;
}

}  // namespace

Error no_attempt() {
    return not_found("You have no attempt at this exam");
}

ResultService::ResultService(const Parts& parts, exams::ExamService& exams,
                             attempts::AttemptsModule& attempts, const ResultLifetimes& ttl)
    : parts_(parts),
      exams_(exams),
      attempts_(attempts.attempts()),
      cached_(parts.cache.declare<ResultView, 3>(
          {.name = "result",
           .pattern = "result:{0}",
           .tags = {exams::exam_tag("{1}"), accounts::user_tag("{2}")},
           .schema = "2",
           .ttl = ttl.result,
           .ttl_setting = "CACHE_TTL_RESULT",
           .freshness = cache::Freshness::strict(),
           .process_share = attempts::kPersonalShare},
          [](cache::Bytes bytes) {
              auto view = ResultView::read(std::move(bytes));
              return view ? std::make_shared<const ResultView>(std::move(*view)) : nullptr;
          })),
      leaderboard_(parts.cache.declare({.name = "leaderboard",
                                        .pattern = "leaderboard:{0}",
                                        .tags = {exams::exam_tag("{0}")},
                                        .schema = "2",
                                        .ttl = ttl.leaderboard,
                                        .freshness = cache::Freshness::strict()})) {
    attempts.finisher().also_name(
        [this](cache::WriteScope& writes, const attempts::Attempt& attempt) {
            writes.del(cached_.key(attempt.id, attempt.exam_id, attempt.user_id));
            writes.del(leaderboard_.key(attempt.exam_id));
        });
}

Task<std::string> ResultService::list(std::string user_id) {
    const auto attempts = co_await attempts_.attempts_of(std::move(user_id));
    const auto exams = co_await exams_.all();
    auto json = http::success_body("Results fetched");
    json.name("data").begin_array();
    std::int64_t count = 0;
    for (const auto& attempt : *attempts) {
        if (const auto* exam = find_exam(*exams, attempt.exam_id)) {
            const bool is_released = co_await attempts_.is_released(*exam);
            write_list_entry(json, attempt, *exam, is_released);
            ++count;
        }
    }
    json.end_array().member("count", count).end_object();
    co_return json.take();
}

Task<Result<std::optional<std::string>>> ResultService::find(std::string exam_id,
                                                             std::string user_id, Detail detail) {
    const auto attempts = co_await attempts_.attempts_of(std::move(user_id));
    const auto attempt = std::find_if(
        attempts->begin(), attempts->end(),
        [&](const attempts::Attempt& candidate) { return candidate.exam_id == exam_id; });
    if (attempt == attempts->end()) {
        co_return no_attempt();
    }
    const auto exam = co_await exams_.find(std::move(exam_id));
    if (!exam) {
        co_return no_attempt();
    }
    const bool released = co_await attempts_.is_released(*exam);
    if (!has_ended(*attempt) && !released) {
        co_return invalid("not_submitted", "This exam has not been submitted yet");
    }
    if (!released) {
        co_return forbidden("result_not_released",
                            "Results are available after the exam has ended");
    }
    if (!attempt->score) {  // also where a close has yet to end it
        co_return std::optional<std::string>();
    }
    cache::Loader loader = [this, id = attempt->id] { return load_result(id); };
    const auto key = cached_.key(attempt->id, attempt->exam_id, attempt->user_id);
    const auto result = co_await parts_.cache.get_or_set(key, std::move(loader));
    if (!result) {
        co_return no_attempt();
    }
    if (detail == Detail::score) {
        co_return std::optional(std::string(result->score_members));
    }
    const auto held = co_await held_questions(attempt->exam_id);
    co_return std::optional(analysis_of(*result, held));
}

Task<std::set<std::string, std::less<>>> ResultService::held_questions(std::string exam_id) {
    const auto shared = co_await exams_.shared_questions(std::move(exam_id));
    std::map<std::string, bool> released;
    std::set<std::string, std::less<>> held;
    for (const auto& [question_id, other_id] : *shared) {
        auto known = released.find(other_id);
        if (known == released.end()) {
            auto other = co_await exams_.find(other_id);
            bool is_released = false;
            if (other) {
                is_released = co_await attempts_.is_released(std::move(*other));
            }
            known = released.emplace(other_id, is_released).first;
        }
        if (!known->second) {
            held.insert(question_id);
        }
    }
    co_return held;
}

Task<Result<ResultService::Page>> ResultService::page(std::string exam_id, std::string search,
                                                      std::int64_t limit, std::int64_t offset) {
    // A word to look for is looked for in every account.
    const auto turn = search.empty() ? sql::Turn::urgent : sql::Turn::bulk;
    auto work = [exam_id, search = std::move(search), limit,
                 offset](sql::Session& session) -> Result<Page> {
        if (!exams::exam_store::find(session, exam_id)) {
            return exams::no_exam();
        }
        Page page;
        page.statistics = result_store::statistics(session, exam_id);
        page.total = search.empty()
                         ? page.statistics.participants
                         : attempts::attempt_store::count_in_exam(session, exam_id, search);
        page.results = result_store::page(session, exam_id, search, limit, offset);
        return page;
    };
    co_return co_await parts_.database.read(std::move(work), turn);
}

Task<Result<std::string>> ResultService::csv(std::string exam_id, std::int64_t limit) {
    // Written on the reader's thread: of 100,000 lines no request thread is to hear.
    auto work = [exam_id, limit](sql::Session& session) -> Result<std::string> {
        if (!exams::exam_store::find(session, exam_id)) {
            return exams::no_exam();
        }
        return results_csv(result_store::list(session, exam_id, limit, 0));
    };
    co_return co_await parts_.database.read(std::move(work), sql::Turn::bulk);
}

Task<Result<ResultService::Board>> ResultService::leaderboard(Viewer viewer) {
    const auto exams = co_await exams_.all();
    // However many nobody sat: that they are empty is cached.
    for (const auto& exam : with_boards(*exams, parts_.clock.now(), viewer)) {
        const bool is_released = co_await attempts_.is_released(exam);
        if (!is_released) {
            continue;
        }
        auto key = leaderboard_.key(exam.id);
        cache::Loader loader = [this, ended = exam] { return load_leaderboard(ended); };
        const auto bytes = co_await parts_.cache.get_or_set(std::move(key), std::move(loader));
        if (!bytes->empty()) {
            co_return Board{*bytes, exam.board_view == exams::BoardView::everyone};
        }
    }
    co_return not_found("No exam has ended yet");
}

Task<cache::Bytes> ResultService::load_result(std::string attempt_id) {
    auto work = [attempt_id](sql::Session& session) -> std::optional<std::string> {
        const auto result = result_store::find(session, attempt_id);
        return result ? std::optional(encode_result(*result)) : std::nullopt;
    };
    auto bytes = co_await parts_.database.read(std::move(work));
    co_return bytes ? std::make_shared<const std::string>(std::move(*bytes)) : nullptr;
}

Task<cache::Bytes> ResultService::load_leaderboard(exams::Exam exam) {
    auto work = [exam](sql::Session& session) {
        const auto board = result_store::leaderboard(session, exam, kPlaces);
        return board.participants == 0 ? std::string() : leaderboard_body(board);
    };
    auto body = co_await parts_.database.read(std::move(work));
    co_return std::make_shared<const std::string>(std::move(body));
}

}  // namespace tripos::results

// SPDX-License-Identifier: MIT
#include "exams/exam_service.hpp"

#include <algorithm>
#include <set>

#include "accounts/candidate.hpp"
#include "core/id.hpp"
#include "core/text.hpp"
#include "exams/accommodation_store.hpp"
#include "exams/confirmation.hpp"
#include "exams/exam_store.hpp"
#include "questions/question_store.hpp"
#include "rosters/cohort_store.hpp"

namespace tripos::exams {

namespace {

constexpr std::size_t kSaltBytes = 16;

Error not_draft() {
    return invalid("exam_not_draft",
                   "Only an exam in state DRAFT can be changed, published or deleted");
}

/// The exam, locked, if it is still a draft.
Result<Exam> find_draft(sql::Session& session, const std::string& id) {
    auto exam = exam_store::find_to_change(session, id);
    if (!exam) {
        return no_exam();
    }
    if (exam->status != ExamStatus::draft) {
        return not_draft();
    }
    return std::move(*exam);
}

Result<> update_in(sql::Session& session, const std::string& id, const ExamChange& change,
                   Timestamp now, audit::Entry& entry) {
    const auto draft = find_draft(session, id);
    if (!draft) {
        return draft.error();
    }
    auto exam = changed(*draft, change);
    if (auto problems = problems_of(exam); !problems.empty()) {
        return invalid_fields(std::move(problems));
    }
    exam.updated_at = now;
    exam_store::update(session, exam);
    entry.before = facts_of(*draft);
    entry.after = facts_of(exam);
    return {};
}

/// The one part of an exam that may change after it was published.
Result<> set_board_in(sql::Session& session, const std::string& id, const ExamChange& change,
                      Timestamp now, audit::Entry& entry) {
    auto exam = exam_store::find_to_change(session, id);
    if (!exam) {
        return no_exam();
    }
    entry.before = facts_of(*exam);
    const auto given = changed(*exam, change);
    exam->board_view = given.board_view;
    exam->board_names = given.board_names;
    exam->updated_at = now;
    exam_store::update(session, *exam);
    entry.after = facts_of(*exam);
    return {};
}

Result<> publish_in(sql::Session& session, const std::string& id,
                    const std::optional<std::string>& confirm, const Parts& parts,
                    audit::Entry& entry) {
    const auto now = parts.clock.now();
    auto exam = find_draft(session, id);
    if (!exam) {
        return exam.error();
    }
    if (auto refusal = confirm ? unless_confirmed(confirm, *exam) : std::nullopt) {
        return std::move(*refusal);
    }
    if (exam_store::questions_of(session, id).empty()) {
        return invalid("exam_without_questions", "Add at least one question before publishing");
    }
    if (exam->end_at <= now) {
        return invalid_field("endTime", "endTime has passed: set a later one before publishing");
    }
    exam_store::freeze_questions(session, id);
    entry.before = facts_of(*exam);
    exam->status = ExamStatus::published;
    exam->option_salt = parts.random.hex(kSaltBytes);
    exam->updated_at = now;
    exam_store::update(session, *exam);
    entry.after = facts_of(*exam);
    return {};
}

Result<> remove_in(sql::Session& session, const std::string& id, audit::Entry& entry) {
    const auto exam = find_draft(session, id);
    if (!exam) {
        return exam.error();
    }
    exam_store::remove(session, id);
    rosters::cohort_store::remove_access(session, id);
    entry.before = facts_of(*exam);
    return {};
}

Error unknown_questions(const std::vector<std::string>& ids) {
    auto error = invalid("unknown_questions", "Some question ids are not known or not in the exam");
    error.extra.emplace_back("invalidQuestionIds", http::text_list(ids));
    return error;
}

/// The additions as rows of the exam, or why not. Changes nothing.
Result<std::vector<ExamQuestion>> plan(sql::Session& session,
                                       const std::vector<ExamQuestion>& present,
                                       const QuestionListChange& change) {
    std::set<std::string> in_exam;
    std::int64_t last = 0;
    for (const auto& question : present) {
        in_exam.insert(question.question_id);
        last = std::max(last, question.order);
    }
    auto unknown = change.malformed;
    for (const auto& id : change.removals) {
        if (in_exam.erase(id) == 0) {
            unknown.push_back(id);
        }
    }
    std::vector<ExamQuestion> rows;
    bool has_duplicate = false;
    for (const auto& addition : change.additions) {
        const auto question = questions::question_store::find(session, addition.question_id);
        if (!question) {
            unknown.push_back(addition.question_id);
            continue;
        }
        has_duplicate |= !in_exam.insert(addition.question_id).second;
        rows.push_back({.question_id = addition.question_id,
                        .order = ++last,
                        .marks = addition.marks.value_or(question->marks),
                        .negative_marks = question->negative_marks});
    }
    if (!unknown.empty()) {
        return unknown_questions(unknown);
    }
    if (has_duplicate) {
        return conflict("question_already_in_exam", "A question is in the exam already");
    }
    return rows;
}

Result<> change_questions_in(sql::Session& session, const std::string& id,
                             const QuestionListChange& change, const Parts& parts,
                             audit::Entry& entry) {
    const auto exam = find_draft(session, id);
    if (!exam) {
        return exam.error();
    }
    auto rows = plan(session, exam_store::questions_of(session, id), change);
    if (!rows) {
        return rows.error();
    }
    for (const auto& question_id : change.removals) {
        exam_store::remove_question(session, id, question_id);
    }
    std::vector<std::string> added;
    for (auto& row : *rows) {
        row.id = new_id(parts.clock.now(), parts.random);
        exam_store::add_question(session, id, row);
        added.push_back(row.question_id);
    }
    entry.before = audit::facts({{"taken", join(change.removals, " ")}});
    entry.after = audit::facts({{"added", join(added, " ")}});
    return {};
}

}  // namespace

ExamService::ExamService(const Parts& parts, const ExamLifetimes& ttl, NegativeMarks negative_marks)
    : parts_(parts),
      negative_marks_(negative_marks),
      cached_(parts.cache.declare({.name = "exam",
                                   .pattern = "exam:{0}",
                                   .tags = {exam_tag("{0}")},
                                   .schema = "5",
                                   .ttl = ttl.exam,
                                   .ttl_setting = "CACHE_TTL_EXAM",
                                   .negative_ttl = std::chrono::seconds(10),
                                   .freshness = cache::Freshness::strict()})),
      cached_list_(parts.cache.declare<std::vector<Exam>, 0>(
          {.name = "exams",
           .pattern = "exams:all",
           .schema = "3",
           .ttl = ttl.lists,
           .ttl_setting = "CACHE_TTL_LIST",
           .freshness = cache::Freshness::strict()},
          [](const cache::Bytes& bytes) {
              auto exams = decode_exams(*bytes);
              return exams ? std::make_shared<const std::vector<Exam>>(std::move(*exams)) : nullptr;
          })),
      cached_windows_(parts.cache.declare<std::vector<OwnWindow>>(
          {.name = "user_windows",
           .pattern = accounts::user_tag("{0}") + ":windows",
           .tags = {accounts::user_tag("{0}")},
           .ttl = ttl.lists,
           .ttl_setting = "CACHE_TTL_LIST",
           .freshness = cache::Freshness::strict()},
          [](const cache::Bytes& bytes) {
              auto windows = decode_windows(*bytes);
              return windows ? std::make_shared<const std::vector<OwnWindow>>(std::move(*windows))
                             : nullptr;
          })),
      cached_shared_(parts.cache.declare<std::vector<SharedQuestion>>(
          {.name = "exam_shared",
           .pattern = exam_tag("{0}") + ":shared",
           .tags = {exam_tag("{0}")},
           .ttl = ttl.lists,
           .ttl_setting = "CACHE_TTL_LIST",
           .freshness = cache::Freshness::strict()},
          [](const cache::Bytes& bytes) {
              auto shared = decode_shared(*bytes);
              return shared
                         ? std::make_shared<const std::vector<SharedQuestion>>(std::move(*shared))
                         : nullptr;
          })),
      details_([this](std::vector<std::string> ids) { return load_details(std::move(ids)); }) {}

template <class Change>
Task<Result<>> ExamService::write(std::string id, std::string action, audit::Actor actor,
                                  Change change) {
    auto work = [this, id = std::move(id), action = std::move(action), actor = std::move(actor),
                 change = std::move(change)](sql::Session& session, cache::WriteScope& writes) {
        audit::Entry entry{.action = action, .subject = exam_subject(id)};
        const Result<> done = change(session, entry);
        if (done) {
            name(writes, id);
            for (const auto& other : exam_store::exams_sharing(session, id)) {
                writes.del(cached_shared_.key(other));
            }
            parts_.record(session, actor, entry);
        }
        return done;
    };
    return parts_.write(std::move(work));
}

Task<Result<std::string>> ExamService::create(ExamChange change, std::string id,
                                              audit::Actor actor) {
    auto exam = changed(Exam(), change);
    if (auto problems = problems_of(exam); !problems.empty()) {
        co_return invalid_fields(std::move(problems));
    }
    exam.created_by = actor.id;
    exam.created_at = exam.updated_at = parts_.clock.now();
    exam.id = id.empty() ? new_id(exam.created_at, parts_.random) : std::move(id);
    auto insert = [&](sql::Session& session, cache::WriteScope& writes) {
        if (exam_store::insert(session, exam)) {
            name(writes, exam.id);
            parts_.record(session, actor,
                          {.action = "exam.create",
                           .subject = exam_subject(exam.id),
                           .after = facts_of(exam)});
        }
        return Result<>();
    };
    co_await parts_.write(std::move(insert));
    co_return exam.id;
}

Task<Result<>> ExamService::update(std::string id, ExamChange change, audit::Actor actor) {
    auto work = [id, change, now = parts_.clock.now()](sql::Session& session, audit::Entry& entry) {
        return update_in(session, id, change, now, entry);
    };
    return write(std::move(id), "exam.update", std::move(actor), std::move(work));
}

Task<Result<>> ExamService::change_questions(std::string id, QuestionListChange change,
                                             audit::Actor actor) {
    auto work = [id, change, parts = &parts_](sql::Session& session, audit::Entry& entry) {
        return change_questions_in(session, id, change, *parts, entry);
    };
    return write(std::move(id), "exam.questions", std::move(actor), std::move(work));
}

Task<Result<>> ExamService::set_board(std::string id, ExamChange change, audit::Actor actor) {
    auto work = [id, change, now = parts_.clock.now()](sql::Session& session, audit::Entry& entry) {
        return set_board_in(session, id, change, now, entry);
    };
    return write(std::move(id), "exam.leaderboard", std::move(actor), std::move(work));
}

Task<Result<>> ExamService::publish(std::string id, std::optional<std::string> confirm,
                                    audit::Actor actor) {
    auto work = [id, confirm = std::move(confirm), rule = negative_marks_, parts = &parts_](
                    sql::Session& session, audit::Entry& entry) {
        auto done = publish_in(session, id, confirm, *parts, entry);
        if (done) {
            exam_store::pin_negative_marks(session, id, rule);
        }
        return done;
    };
    return write(std::move(id), "exam.publish", std::move(actor), std::move(work));
}

Task<Result<std::vector<PublishWarning>>> ExamService::warnings(std::string id) {
    auto look = [&](sql::Session& session) -> Result<std::vector<PublishWarning>> {
        const auto exam = exam_store::find(session, id);
        if (!exam) {
            return no_exam();
        }
        return publish_warnings(session, *exam, parts_.clock.now());
    };
    co_return co_await parts_.database.read(std::move(look));
}

Task<Result<>> ExamService::remove(std::string id, audit::Actor actor) {
    auto work = [id](sql::Session& session, audit::Entry& entry) {
        return remove_in(session, id, entry);
    };
    return write(std::move(id), "exam.delete", std::move(actor), std::move(work));
}

Task<std::shared_ptr<const std::vector<Exam>>> ExamService::all() {
    cache::Loader loader = [this] { return load_all(); };
    co_return co_await parts_.cache.get_or_set(cached_list_.key(), std::move(loader));
}

Task<std::optional<Exam>> ExamService::find(std::string id) {
    const auto exams = co_await all();
    const auto found = std::find_if(exams->begin(), exams->end(),
                                    [&id](const Exam& exam) { return exam.id == id; });
    co_return found == exams->end() ? std::nullopt : std::optional(*found);
}

Task<cache::Bytes> ExamService::details(std::string id) {
    co_return co_await parts_.cache.get_or_set(cached_.key(id), details_.of(id));
}

Task<std::vector<cache::Bytes>> ExamService::details_of(std::vector<std::string> ids) {
    std::vector<cache::KeyOf<std::string>> keys;
    for (const auto& id : ids) {
        keys.push_back(cached_.key(id));
    }
    std::function<cache::Loader(std::size_t)> loader_of = [this, &ids](std::size_t index) {
        return details_.of(ids[index]);
    };
    co_return co_await parts_.cache.get_or_set_many(std::move(keys), std::move(loader_of));
}

Task<Result<std::vector<std::string>>> ExamService::warm(std::string id) {
    const auto exam = co_await find(id);
    if (!exam) {
        co_return no_exam();
    }
    co_await details(id);
    std::vector<std::string> names(1, std::string(cached_list_.key().name()));
    names.emplace_back(cached_.key(id).name());
    co_return names;
}

bool ExamService::is_pinned(sql::Session& session, const std::string& question_id) const {
    return exam_store::is_pinned(session, question_id);
}

void ExamService::name(sql::Session& session, cache::WriteScope& writes,
                       const std::string& question_id) const {
    for (const auto& exam_id : exam_store::exams_with(session, question_id)) {
        writes.del(cached_.key(exam_id));
    }
}

void ExamService::drop(sql::Session& session, const std::string& question_id) const {
    exam_store::drop_question(session, question_id);
}

void ExamService::name(cache::WriteScope& writes, const std::string& id) const {
    writes.del(cached_list_.key());
    writes.invalidate_tag(exam_tag(id));
}

Task<std::shared_ptr<const std::vector<OwnWindow>>> ExamService::windows_of(std::string user_id) {
    cache::Loader loader = [this, user_id] { return load_windows(user_id); };
    co_return co_await parts_.cache.get_or_set(cached_windows_.key(user_id), std::move(loader));
}

void ExamService::name_windows(cache::WriteScope& writes, const std::string& user_id) const {
    writes.del(cached_windows_.key(user_id));
}

Task<cache::Bytes> ExamService::load_windows(std::string user_id) {
    auto work = [&user_id](sql::Session& session) {
        return encode_windows(accommodation_store::windows_of(session, user_id));
    };
    auto bytes = co_await parts_.database.read(std::move(work));
    co_return std::make_shared<const std::string>(std::move(bytes));
}

Task<std::shared_ptr<const std::vector<SharedQuestion>>> ExamService::shared_questions(
    std::string id) {
    cache::Loader loader = [this, id] { return load_shared(id); };
    co_return co_await parts_.cache.get_or_set(cached_shared_.key(id), std::move(loader));
}

Task<cache::Bytes> ExamService::load_shared(std::string id) {
    auto work = [&id](sql::Session& session) {
        return encode_shared(exam_store::shared_questions(session, id));
    };
    auto bytes = co_await parts_.database.read(std::move(work));
    co_return std::make_shared<const std::string>(std::move(bytes));
}

Task<cache::Bytes> ExamService::load_all() {
    auto work = [](sql::Session& session) { return exam_store::list(session); };
    const auto exams = co_await parts_.database.read(std::move(work));
    co_return std::make_shared<const std::string>(encode_exams(exams));
}

Task<std::vector<cache::Bytes>> ExamService::load_details(std::vector<std::string> ids) {
    auto work = [&ids](sql::Session& session) {
        std::vector<cache::Bytes> found;
        for (const auto& id : ids) {
            const auto exam = exam_store::find(session, id);
            if (!exam) {
                found.push_back(nullptr);
                continue;
            }
            http::JsonWriter json;
            write_exam(json, *exam, exam_store::questions_of(session, id));
            found.push_back(std::make_shared<const std::string>(json.take()));
        }
        return found;
    };
    co_return co_await parts_.database.read(std::move(work));
}

}  // namespace tripos::exams

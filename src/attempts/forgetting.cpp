// SPDX-License-Identifier: MIT
#include "attempts/forgetting.hpp"

#include "attempts/answer_store.hpp"

namespace tripos::attempts {

namespace {

constexpr const char* kForget = "forget-addresses";

/// The cursor is the last answer of the page before: its attempt and its question.
Task<work::PageWrite> prepare_page(sql::Database& database, work::Item item, std::int64_t rows) {
    const auto blank = item.cursor.find(' ');
    const answer_store::AnswerKey last{
        .attempt_id = item.cursor.substr(0, blank),
        .question_id = blank == std::string::npos ? "" : item.cursor.substr(blank + 1)};
    auto look = [&](sql::Session& session) {
        return answer_store::answers_after(session, item.subject, last, rows);
    };
    auto answers = co_await database.read(std::move(look), sql::Turn::bulk);
    work::PageWrite write = [answers = std::move(answers), rows](sql::Session& session, Writes&) {
        work::Page page;
        for (const auto& answer : answers) {
            page.changed += answer_store::forget_addresses(session, answer.id);
            page.cursor = answer.attempt_id + ' ' + answer.question_id;
            ++page.done;
        }
        page.is_last = page.done < rows;
        return page;
    };
    co_return write;
}

}  // namespace

work::Item forget_addresses(const std::string& user_id, Timestamp now) {
    return {.id = user_id, .kind = kForget, .subject = user_id, .created_at = now};
}

work::Kind forgetting(sql::Database& database) {
    return {.name = kForget, .prepare = [&database](work::Item item, std::int64_t rows) {
                return prepare_page(database, std::move(item), rows);
            }};
}

}  // namespace tripos::attempts

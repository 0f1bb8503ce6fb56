// SPDX-License-Identifier: MIT
#pragma once
// Question: an item of the question bank, with its answer key, and the rules it must meet. Values
// and pure functions; nothing here may be shown to a candidate (see paper.hpp for what may).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "module/input.hpp"
#include "questions/shapes.hpp"

namespace tripos::questions {

enum class QuestionType { single_correct, multiple_correct, numerical };

std::string_view to_text(QuestionType type);  ///< as the API and the database spell it

enum class Difficulty { easy, medium, hard };

std::string_view to_text(Difficulty difficulty);

/// How statements, and the texts of options, are written. markdown: with formulas between dollars.
enum class Format { plain, markdown };

std::string_view to_text(Format format);

struct Option {
    std::string id;
    std::string text;
    bool is_correct = false;
};

/// An option as a candidate sees it.
struct ShownOption {
    std::string id;
    std::string text;
};

/// The key of a NUMERICAL question; decimals as decimal_text() writes them.
struct NumericalKey {
    std::string value;
    std::string tolerance = "0";  ///< inclusive, not negative
};

/// What is right.
struct QuestionKey {
    QuestionType type = QuestionType::single_correct;
    std::vector<std::string> correct_ids;  ///< any order
    std::optional<NumericalKey> number;
};

struct Question {
    std::string id;
    std::string statement;
    Format format = Format::plain;
    QuestionType type = QuestionType::single_correct;
    std::string domain;  ///< lower case
    Marks marks = 1000;
    Marks negative_marks = 0;  ///< what a wrong answer costs, not negative
    Difficulty difficulty = Difficulty::medium;
    std::vector<Option> options;      ///< in the order shown; empty for NUMERICAL
    std::optional<NumericalKey> key;  ///< NUMERICAL only
    Timestamp created_at{};
    Timestamp updated_at{};
};

/// A member that counts marks.
template <class T>
constexpr auto marks_member(const char* column, Marks T::*value, const char* name) {
    return entity::Member<T, Marks>{column,    value, name, shapes::marks, entity::Empty::shown,
                                    marks_text};
}

/// The same where there may be none, or less than nothing.
template <class T>
constexpr auto maybe_marks_member(const char* column, std::optional<Marks> T::*value,
                                  const char* name) {
    return entity::Member<T, std::optional<Marks>>{column,
                                                   value,
                                                   name,
                                                   [] { return http::schema::number().nullable(); },
                                                   entity::Empty::shown,
                                                   maybe_marks_text};
}

inline constexpr auto kOptionMembers =
    entity::Table(entity::Member{"id", &Option::id, "id", http::schema::uuid},
                  entity::Member{"text", &Option::text, "text"},
                  entity::Member{"is_correct", &Option::is_correct, "isCorrect"});

inline constexpr auto kShownMembers =
    entity::Table(entity::Member{"id", &ShownOption::id, "id", http::schema::uuid},
                  entity::Member{"text", &ShownOption::text, "text"});

/// In front of its answers and behind them.
inline constexpr auto kOutline = entity::Table(
    entity::Member{"id", &Question::id, "id", http::schema::uuid},
    entity::Member{"statement", &Question::statement, "statement"},
    entity::Member{"format", &Question::format, "format"},
    entity::Member{"question_type", &Question::type, "questionType", shapes::question_type},
    entity::Member{"domain", &Question::domain, "domain"},
    marks_member("marks", &Question::marks, "marks"),
    marks_member("negative_marks", &Question::negative_marks, "negativeMarks"),
    entity::Member{"difficulty", &Question::difficulty, "difficulty", shapes::difficulty});
inline constexpr auto kTimes =
    entity::Table(entity::Member{"created_at", &Question::created_at, "createdAt"},
                  entity::Member{"updated_at", &Question::updated_at, "updatedAt"});
/// Every member but the answers.
inline constexpr auto kMembers = entity::joined(kOutline, kTimes);

/// What a request gives; absent members stay as they are.
struct QuestionChange {
    entity::Change<Question> members;  ///< options: without ids; they replace the whole set
    std::optional<std::string> numerical_answer;
    std::optional<std::string> tolerance;
};

/// Whether there is a formula in a text.
bool has_formula(Format format, std::string_view text);

/// There is no question of that id.
Error no_question();

/// Applies the change; a change of type drops what the new type does not have.
Question changed(Question question, const QuestionChange& change);

/// Every rule the question breaks; empty: it is fit to be asked.
std::vector<FieldError> problems_of(const Question& question);

/// The staff's view, key included.
void write_question(http::JsonWriter& json, const Question& question);

}  // namespace tripos::questions

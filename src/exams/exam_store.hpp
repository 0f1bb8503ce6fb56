// SPDX-License-Identifier: MIT
#pragma once
// SQL of exams and of the questions they ask (tables exams, exam_questions). Each function runs
// inside the caller's transaction.

#include <optional>
#include <string>
#include <vector>

#include "exams/exam.hpp"
#include "sql/migrations.hpp"

namespace tripos::exams::exam_store {

std::vector<sql::Migration> migrations();

/// False: there is one with its id already, and nothing happens.
bool insert(sql::Session& session, const Exam& exam);
/// Writes every column but the id.
void update(sql::Session& session, const Exam& exam);
void remove(sql::Session& session, const std::string& id);

std::optional<Exam> find(sql::Session& session, const std::string& id);
/// As find, and no other transaction changes the exam until this one ends.
std::optional<Exam> find_to_change(sql::Session& session, const std::string& id);
/// As find, and the exam stays as it is until this transaction ends; others may hold it too.
std::optional<Exam> find_to_rely_on(sql::Session& session, const std::string& id);
/// Newest first.
std::vector<Exam> list(sql::Session& session);

/// In the order they are asked: what of them is the exam's own.
std::vector<ExamQuestion> places_of(sql::Session& session, const std::string& exam_id);
std::vector<std::string> ids_of(const std::vector<ExamQuestion>& places);
/// The same with what the bank says of them.
std::vector<ExamQuestion> questions_of(sql::Session& session, const std::string& exam_id);
void add_question(sql::Session& session, const std::string& exam_id, const ExamQuestion& question);
void remove_question(sql::Session& session, const std::string& exam_id,
                     const std::string& question_id);
/// Takes the questions' current negative marks over, and locks the questions against change until
/// the transaction ends.
void freeze_questions(sql::Session& session, const std::string& exam_id);

/// By which its answers are graded, whatever the setting says later. Before it was pinned: they
/// count.
NegativeMarks negative_marks_of(sql::Session& session, const std::string& exam_id);
void pin_negative_marks(sql::Session& session, const std::string& exam_id, NegativeMarks rule);
/// The same for exams that were published before that was kept: up to so many, and how many those
/// were.
std::int64_t pin_older(sql::Session& session, NegativeMarks rule, std::int64_t rows);

/// True if an exam that is no longer a draft asks the question.
bool is_pinned(sql::Session& session, const std::string& question_id);
/// Ids of all exams that ask the question.
std::vector<std::string> exams_with(sql::Session& session, const std::string& question_id);
/// Ids of the other published exams that ask one of the exam's questions and have not ended.
std::vector<std::string> sharing_with(sql::Session& session, const std::string& exam_id,
                                      Timestamp now, std::int64_t limit);
/// Ids of all exams that ask a question of this one.
std::vector<std::string> exams_sharing(sql::Session& session, const std::string& exam_id);
/// Which of its questions other exams ask that are no drafts.
std::vector<SharedQuestion> shared_questions(sql::Session& session, const std::string& exam_id);
/// No exam asks the question any more.
void drop_question(sql::Session& session, const std::string& question_id);

/// What staff did before there was a trail of audit goes there (table exam_audit, empty since): up
/// to so many entries, and how many those were.
std::int64_t move_old_audit(sql::Session& session, std::int64_t rows);

}  // namespace tripos::exams::exam_store

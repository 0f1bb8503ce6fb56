// SPDX-License-Identifier: MIT
#pragma once
// AnswerVersion: one acknowledged save. Versions of an answer are numbered from 1 and never change;
// the last counts, those before are the history. Values and pure functions.
//
// Two devices, two tabs, or a network that delivers late must not overwrite what their owner has
// not seen: a save names the revision it saw, or is judged by its arrival.

#include <optional>
#include <string>

#include "attempts/grading.hpp"
#include "core/clock.hpp"
#include "module/entity.hpp"

namespace tripos::attempts {

struct AnswerVersion {
    Answer answer;
    bool is_flagged = false;    ///< to be looked at again: the candidate's own mark
    std::int64_t revision = 0;  ///< 0: nothing was saved yet
    std::string client_id;      ///< what saved it calls itself; empty: it does not say
    std::string address;        ///< from where; empty: erased with the account, or not known
    Timestamp arrived_at{};
};

inline std::string number_json(std::optional<std::string> number) {
    return number.value_or("null");
}

inline constexpr auto kAnswerMembers = entity::Table(
    entity::Member{"question_id", &Answer::question_id, "questionId", http::schema::uuid},
    entity::Member{"option_ids", &Answer::option_ids, "selectedOptionIds",
                   [] { return http::schema::list_of(http::schema::uuid()); }},
    entity::Member{"number", &Answer::number, "numericalAnswer",
                   [] { return http::schema::number().nullable(); }, entity::Empty::shown,
                   number_json});

/// Beside its question.
inline constexpr auto kContentMembers =
    entity::only(kAnswerMembers, &Answer::option_ids, &Answer::number);

/// Every member but the answer.
inline constexpr auto kVersionMembers =
    entity::Table(entity::Member{"revision", &AnswerVersion::revision, "revision"},
                  entity::Member{"flagged", &AnswerVersion::is_flagged, "flagged"},
                  entity::Member{"arrived_at", &AnswerVersion::arrived_at, "savedAt"},
                  entity::Member{"client_id", &AnswerVersion::client_id},
                  entity::Member{"address", &AnswerVersion::address});

/// What whoever saved, or reads the paper, is told of it.
inline constexpr auto kRevisionMembers =
    entity::only(kVersionMembers, &AnswerVersion::revision, &AnswerVersion::is_flagged);

/// A save that fits the paper.
struct AnswerSave {
    std::string question_id;
    std::optional<Answer> answer;          ///< nothing: as it is
    std::optional<bool> is_flagged;        ///< nothing: as it is
    std::optional<std::int64_t> revision;  ///< the last that was seen; nothing: it does not say
    std::string client_id;
};

enum class SaveVerdict {
    store,    ///< as the next version
    repeat,   ///< it is stored already: the answer to it was lost, or it was pressed twice
    stale,    ///< what is stored arrived later
    changed,  ///< what is stored is not what it saw
};

/// `current`: the version that counts, revision 0 when there is none; `next`: what the save makes
/// of it.
SaveVerdict judge(const AnswerSave& save, const AnswerVersion& current, const AnswerVersion& next);

/// What `save` makes of `current`.
AnswerVersion next_version(const AnswerSave& save, const AnswerVersion& current,
                           std::string address, Timestamp arrived_at);

/// Of one answer so many versions stay in its history, whatever they are; behind them those that
/// counted so long: a history is evidence, and no way to fill the disk.
inline constexpr std::int64_t kEveryVersion = 1'000;
inline constexpr std::chrono::seconds kCounted{10};
/// Up to here, those as well that another device replaced: a flood of saves does not hide one.
inline constexpr std::int64_t kEveryDevice = 10'000;

/// Whether `current` stays in the history when `next` replaces it.
bool stays(const AnswerVersion& current, const AnswerVersion& next);

/// The answer and its version, into the open object.
void write_version(http::JsonWriter& json, const AnswerVersion& version);

}  // namespace tripos::attempts

// SPDX-License-Identifier: MIT
#include "attempts/answer_version.hpp"

#include <utility>

namespace tripos::attempts {

namespace {

bool is_same_content(const AnswerVersion& a, const AnswerVersion& b) {
    return a.answer.option_ids == b.answer.option_ids && a.answer.number == b.answer.number &&
           a.is_flagged == b.is_flagged;
}

}  // namespace

SaveVerdict judge(const AnswerSave& save, const AnswerVersion& current, const AnswerVersion& next) {
    const bool is_known = current.revision > 0 && is_same_content(current, next);
    if (save.revision && *save.revision != current.revision) {
        const bool is_own = !save.client_id.empty() && save.client_id == current.client_id;
        return is_known && is_own ? SaveVerdict::repeat : SaveVerdict::changed;
    }
    if (!save.revision && current.arrived_at > next.arrived_at) {
        return SaveVerdict::stale;
    }
    const bool is_same_source =
        current.client_id == next.client_id && current.address == next.address;
    return is_known && is_same_source ? SaveVerdict::repeat : SaveVerdict::store;
}

AnswerVersion next_version(const AnswerSave& save, const AnswerVersion& current,
                           std::string address, Timestamp arrived_at) {
    AnswerVersion next{.answer = save.answer.value_or(current.answer),
                       .is_flagged = save.is_flagged.value_or(current.is_flagged),
                       .revision = current.revision + 1,
                       .client_id = save.client_id,
                       .address = std::move(address),
                       .arrived_at = arrived_at};
    next.answer.question_id = save.question_id;
    return next;
}

bool stays(const AnswerVersion& current, const AnswerVersion& next) {
    const bool changes_device =
        current.client_id != next.client_id || current.address != next.address;
    return current.revision <= kEveryVersion || next.arrived_at - current.arrived_at >= kCounted ||
           (changes_device && current.revision <= kEveryDevice);
}

void write_version(http::JsonWriter& json, const AnswerVersion& version) {
    entity::write(json, version.answer, kContentMembers);
    entity::write(json, version, kVersionMembers);
}

}  // namespace tripos::attempts

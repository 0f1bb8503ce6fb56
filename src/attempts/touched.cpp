// SPDX-License-Identifier: MIT
#include "attempts/touched.hpp"

#include <algorithm>

#include "attempts/attempt_store.hpp"

namespace tripos::attempts {

namespace {

using accounts::Candidate;

constexpr auto kTouchedMembers = entity::only(accounts::kCandidateMembers, &Candidate::id,
                                              &Candidate::full_name, &Candidate::enrollment_number);

Touched named(sql::Session& session, const std::vector<std::string>& ids, std::int64_t count) {
    const auto found = accounts::find_candidates(session, ids);
    Touched result{.candidates = count, .first = {}};
    for (const auto& id : ids) {
        const auto candidate = found.find(id);
        result.first.push_back(candidate == found.end() ? Candidate{.id = id} : candidate->second);
    }
    return result;
}

}  // namespace

Touched touched(sql::Session& session, std::vector<std::string> user_ids) {
    const auto count = static_cast<std::int64_t>(user_ids.size());
    user_ids.resize(static_cast<std::size_t>(std::min(count, kMostNamed)));
    return named(session, user_ids, count);
}

Touched touched_by_exam(sql::Session& session, const std::string& exam_id) {
    return named(session, attempt_store::running_candidates(session, exam_id, kMostNamed),
                 attempt_store::count_running(session, exam_id));
}

void write_touched(http::JsonWriter& json, const Touched& touched) {
    json.member("candidates", touched.candidates);
    entity::write_all(json.name("touches"), touched.first, kTouchedMembers);
}

http::Members touched_members() {
    const auto one = http::schema::object(entity::shapes(kTouchedMembers));
    return {
        {"candidates", http::schema::integer().says("Whom this touches")},
        {"touches",
         http::schema::list_of(one.named("TouchedCandidate")).says("The first hundred of them")}};
}

}  // namespace tripos::attempts

// SPDX-License-Identifier: MIT
#include "exams/access_api.hpp"

#include <algorithm>

#include "accounts/actor.hpp"
#include "core/text.hpp"
#include "core/unicode.hpp"
#include "exams/exam.hpp"
#include "exams/exam_store.hpp"
#include "http/json_body.hpp"
#include "http/server.hpp"
#include "module/input.hpp"

namespace tripos::exams {

namespace {

namespace schema = http::schema;
using accounts::Principal;
using http::BodyReader;
using http::Operation;
using http::Reply;
using http::Request;
using rosters::ExamAccess;
using rosters::kAccessMembers;
using Texts = std::vector<std::string>;

constexpr std::size_t kMost = 100;  // of each list
constexpr std::size_t kLongest = 100;
constexpr std::size_t kHashDigits = 64;

/// A list of short texts, each of which `fits`; absent: none.
template <class Fits>
Texts read_texts(BodyReader& body, const char* name, const char* what, Fits fits) {
    Texts texts;
    const auto* given = body.array(name, kMost);
    for (std::size_t i = 0; given != nullptr && i < given->size(); ++i) {
        const auto* raw = (*given)[i].if_string();
        const std::string text(raw == nullptr ? "" : trim({raw->data(), raw->size()}));
        if (text.empty() || text.size() > kLongest || has_control_characters(text) || !fits(text)) {
            body.reject(name, std::string(name) + " must list " + what);
            break;
        }
        texts.push_back(text);
    }
    return texts;
}

bool is_key(const std::string& text) {
    return text.size() == kHashDigits && std::all_of(text.begin(), text.end(), is_hex_digit);
}

Texts read_ids(BodyReader& body, const char* name) {
    return body.ids(name, kMost);
}

Texts read_codes(BodyReader& body, const char* name) {
    return read_texts(body, name, "codes of at most 100 bytes", &is_seen);
}

Texts read_addresses(BodyReader& body, const char* name) {
    return read_texts(body, name, "addresses or CIDR blocks", &http::is_address_block);
}

Texts read_keys(BodyReader& body, const char* name) {
    auto keys = read_texts(body, name, "keys of 64 hexadecimal digits", &is_key);
    std::transform(keys.begin(), keys.end(), keys.begin(), to_lower);
    return keys;
}

constexpr auto kAccessInputs = entity::Table(entity::Input{&ExamAccess::cohort_ids, read_ids},
                                             entity::Input{&ExamAccess::codes, read_codes},
                                             entity::Input{&ExamAccess::addresses, read_addresses},
                                             entity::Input{&ExamAccess::config_keys, read_keys},
                                             entity::Input{&ExamAccess::browser_keys, read_keys});

http::Response answer(const ExamAccess& access) {
    auto json = http::success_body("Access of the exam");
    json.member_raw("access", entity::object(access, kAccessMembers));
    return http::finished(200, std::move(json));
}

Task<Reply> show_access(const AccessRoutesParts& parts, Request&, std::string exam_id) {
    auto look = [&exam_id](sql::Session& session) {
        return exam_store::find(session, exam_id).has_value();
    };
    const bool is_there = co_await parts.database.read(std::move(look));
    if (!is_there) {
        co_return no_exam();
    }
    co_return answer(co_await parts.cohorts.access_of(std::move(exam_id)));
}

Task<Reply> change(const AccessRoutesParts& parts, Request& request, const Principal& caller,
                   std::string exam_id) {
    BodyReader body(request);
    const auto given = entity::read_change<ExamAccess>(body, kAccessMembers, kAccessInputs);
    if (const auto error = body.error()) {
        co_return *error;
    }
    ExamAccess access{.exam_id = exam_id};
    given.apply(access);
    auto work = [&](sql::Session& session, Writes& writes) -> std::optional<Error> {
        if (!exam_store::find_to_rely_on(session, exam_id)) {
            return no_exam();
        }
        const auto before = rosters::cohort_store::find_access(session, exam_id);
        auto refusal = parts.cohorts.change_access(session, writes, access);
        if (!refusal) {
            parts.record(session, accounts::actor_of(request, caller),
                         {.action = "exam.access",
                          .subject = exam_subject(exam_id),
                          .before = before ? entity::object(*before, kAccessMembers) : "",
                          .after = entity::object(access, kAccessMembers)});
        }
        return refusal;
    };
    auto refusal = co_await parts.write(std::move(work));
    if (refusal) {
        co_return std::move(*refusal);
    }
    co_return answer(access);
}

}  // namespace

void add_access_routes(http::Router& router, const accounts::Guard& guard,
                       const AccessRoutesParts& parts) {
    const http::PathId exam_id{"examId", no_exam()};
    const auto shape = schema::object(entity::shapes(kAccessMembers)).named("ExamAccess");
    router.get("/api/exam/:examId/access",
               guard.staff(accounts::Capability::publish, parts, exam_id, show_access),
               Operation("Exams", "Who may start an exam, and from where")
                   .answers(200, "What it asks; empty lists ask nothing", {{"access", shape}})
                   .refuses(404, {"not_found"}));
    router.put("/api/exam/:examId/access",
               guard.staff(accounts::Capability::publish, parts, exam_id, change),
               Operation("Exams", "Say who may start an exam, and from where")
                   .details("Every list is optional, and one that is absent asks nothing. "
                            "Candidates outside the cohorts do not see the exam. It holds for "
                            "starts from now on, whatever the exam's state.")
                   .takes(entity::input_shapes(kAccessMembers, kAccessInputs))
                   .answers(200, "What it asks now", {{"access", shape}})
                   .refuses(404, {"not_found"}));
}

}  // namespace tripos::exams

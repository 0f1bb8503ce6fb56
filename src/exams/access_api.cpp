// SPDX-License-Identifier: MIT
#include "exams/access_api.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "accounts/actor.hpp"
#include "core/text.hpp"
#include "exams/exam.hpp"
#include "exams/exam_store.hpp"
#include "http/json_body.hpp"
#include "http/server.hpp"

namespace tripos::exams {

namespace {

namespace json = boost::json;
namespace schema = http::schema;
using accounts::Principal;
using http::BodyReader;
using http::Operation;
using http::Reply;
using http::Request;
using rosters::ExamAccess;

constexpr std::size_t kMost = 100;  // of each list
constexpr std::size_t kLongest = 100;
constexpr std::size_t kHashDigits = 64;

const http::Members& access_members() {
    static const auto texts = schema::list_of(schema::text());
    static const http::Members members{{"cohortIds", schema::list_of(schema::uuid())},
                                       {"accessCodes", texts},
                                       {"addresses", texts},
                                       {"sebConfigKeys", texts},
                                       {"sebBrowserExamKeys", texts}};
    return members;
}

/// The same, any of which may be absent.
http::Members access_input() {
    auto members = access_members();
    for (auto& member : members) {
        member.name += "?";
    }
    return members;
}

/// A list of short texts, each of which `fits`; absent: none.
template <class Fits>
std::vector<std::string> read_texts(BodyReader& body, const char* name, const char* what,
                                    Fits fits) {
    std::vector<std::string> texts;
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

ExamAccess read_access(BodyReader& body) {
    ExamAccess access{
        .cohort_ids = body.ids("cohortIds", kMost),
        .codes = read_texts(body, "accessCodes", "codes of at most 100 bytes",
                            [](const std::string&) { return true; }),
        .addresses =
            read_texts(body, "addresses", "addresses or CIDR blocks", &http::is_address_block),
        .config_keys = read_texts(body, "sebConfigKeys", "keys of 64 hexadecimal digits", &is_key),
        .browser_keys =
            read_texts(body, "sebBrowserExamKeys", "keys of 64 hexadecimal digits", &is_key)};
    for (auto* keys : {&access.config_keys, &access.browser_keys}) {
        for (auto& key : *keys) {
            key = to_lower(key);
        }
    }
    return access;
}

json::array to_json(const std::vector<std::string>& texts) {
    json::array list;
    list.insert(list.end(), texts.begin(), texts.end());
    return list;
}

json::object to_json(const ExamAccess& access) {
    return {{"cohortIds", to_json(access.cohort_ids)},
            {"accessCodes", to_json(access.codes)},
            {"addresses", to_json(access.addresses)},
            {"sebConfigKeys", to_json(access.config_keys)},
            {"sebBrowserExamKeys", to_json(access.browser_keys)}};
}

http::Response answer(const ExamAccess& access) {
    return http::success(200, "Access of the exam", {{"access", to_json(access)}});
}

Task<Reply> show(const AccessRoutesParts& parts, Request&, std::string exam_id) {
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
    const auto access = read_access(body);
    if (const auto error = body.error()) {
        co_return *error;
    }
    auto work = [&](sql::Session& session, Writes& writes) -> std::optional<Error> {
        if (!exam_store::find_to_rely_on(session, exam_id)) {
            return no_exam();
        }
        const auto before = rosters::cohort_store::find_access(session, exam_id);
        auto refusal = parts.cohorts.change_access(session, writes, exam_id, access);
        if (!refusal) {
            parts.record(session, accounts::actor_of(request, caller),
                         {.action = "exam.access",
                          .subject = exam_subject(exam_id),
                          .before = before ? json::serialize(to_json(*before)) : "",
                          .after = json::serialize(to_json(access))});
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
    const auto shape = schema::object(access_members()).named("ExamAccess");
    router.get("/api/exam/:examId/access",
               guard.staff(accounts::Capability::publish, parts, exam_id, show),
               Operation("Exams", "Who may start an exam, and from where")
                   .answers(200, "What it asks; empty lists ask nothing", {{"access", shape}})
                   .refuses(404, {"not_found"}));
    router.put("/api/exam/:examId/access",
               guard.staff(accounts::Capability::publish, parts, exam_id, change),
               Operation("Exams", "Say who may start an exam, and from where")
                   .details("Every list is optional, and one that is absent asks nothing. "
                            "Candidates outside the cohorts do not see the exam. It holds for "
                            "starts from now on, whatever the exam's state.")
                   .takes(access_input())
                   .answers(200, "What it asks now", {{"access", shape}})
                   .refuses(404, {"not_found"}));
}

}  // namespace tripos::exams

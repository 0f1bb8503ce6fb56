// SPDX-License-Identifier: MIT
#pragma once
// Operation: what the API description says of one route. It is given where the route is added, so
// that neither exists without the other:
//
//     router.get("/api/exam/live", guard.verified(parts, live),
//                Operation("Exams", "The exams that run now")
//                    .answers(200, "By start", {{"exams", schema::list_of(live_exam())}}));
//
// Not to be repeated here, because the description adds them: the path's parameters, what the guard
// answers (see Access), the refusals of a body or a query, 500 and 503, and the members `success`
// and `message` of every JSON answer.

#include <optional>
#include <string>
#include <vector>

#include "http/rate_limit.hpp"
#include "http/schema.hpp"

namespace tripos::http {

/// Error bodies with one status: the stable values of `code`, and members beyond the usual ones.
struct Refusal {
    int status = 400;
    std::vector<std::string> codes;
    Members members = {};
};

/// Who may call a route, and how others are refused. Every described route says so.
struct Access {
    /// For programs: "everyone", "session", "verified", or what staff need, such as "questions".
    std::string who;
    std::string needs = {};               ///< for people, such as "a session"; empty: nothing
    std::vector<std::string> roles = {};  ///< of staff, those that have it
    std::vector<Refusal> refusals = {};
    std::vector<Refusal> refusals_of_changes = {};  ///< besides, for methods other than GET
    std::string unlimited = {};  ///< why those whom it admits need no limits, if they need none
};

struct QueryParameter {
    std::string name;
    Schema schema;
    std::string text;
};

struct Answer {
    int status = 200;
    std::string text;
    std::string media_type = "application/json";  ///< empty: no body
    Schema body;
};

/// A value; chained calls add to it.
struct Operation {
    /// `tag` groups operations; `summary` is one line for people.
    Operation(std::string tag, std::string summary);

    Operation& details(std::string text);  ///< what the summary has no room for
    Operation& asks(std::string name, Schema schema, std::string text);  ///< a query parameter
    Operation& paged();                                                  ///< asks page and limit
    Operation& takes(const Members& body);                               ///< a JSON object
    Operation& takes(Schema body);
    Operation& may_take(const Members& body);  ///< a JSON object, or no body at all
    /// A JSON answer {success, message, ...members}; `text` says when.
    Operation& answers(int status, std::string text, Members members = {});
    /// An answer that is no such object: a page, a file, or none at all (empty `media_type`).
    Operation& sends(int status, std::string media_type, std::string text,
                     Schema body = schema::text());
    Operation& refuses(int status, std::vector<std::string> codes, Members members = {});
    /// What its handler counts (limits/), in the order in which it refuses: 429 rate_limited.
    Operation& limited(std::vector<RateLimit> limits);
    /// Whatever changes something and counts nothing says why not.
    Operation& unlimited(std::string why);

    std::string tag;
    std::string summary;
    std::string description;
    std::vector<QueryParameter> query;
    std::optional<Schema> body;
    bool needs_body = true;  ///< where there may be one
    std::vector<Answer> all_answers;
    std::vector<Refusal> refusals;
    std::vector<RateLimit> limits;
    std::string why_unlimited;
};

}  // namespace tripos::http

// SPDX-License-Identifier: MIT
#include "attempts/attempt_api.hpp"

#include <algorithm>

#include "accounts/actor.hpp"
#include "accounts/order_key.hpp"
#include "attempts/shapes.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"

namespace tripos::attempts {

namespace {

namespace schema = http::schema;
using accounts::Principal;
using http::BodyReader;
using http::Operation;
using http::Reply;
using http::Request;
using schema::joined;

constexpr std::size_t kLongestCode = 200;
/// Left out, no notices are asked for.
constexpr http::IntegerRule kShownNotices{.otherwise = -1, .min = -1, .max = kMostNoticeNumbers};
constexpr std::size_t kLongestPayload = 500'000;
constexpr std::size_t kLongestSignature = 100;
constexpr std::int64_t kMostKeys = 1'000'000;
/// Access codes; right ones count as well: a try is counted before it is known what it was, or many
/// at once would all be tried.
http::RateLimit codes_per_candidate() {
    return {.counter = "access-code",
            .per = http::RateLimit::Per::account,
            .counts = http::RateLimit::Counts::requests,
            .count = 20,
            .window = std::chrono::minutes(15)};
}

/// `site`: how the browser that computed a hash writes the address.
rosters::Arrival arrival_of(const Request& request, const std::string& site) {
    const auto header = [&request](std::string_view name) {
        return std::string(request.header(name).value_or(""));
    };
    return {.ip = request.peer,
            .url = site + request.path + (request.query.empty() ? "" : "?" + request.query),
            .config_key_hash = header("x-safeexambrowser-configkeyhash"),
            .request_hash = header("x-safeexambrowser-requesthash")};
}

/// This route says 400 where the others say 403.
Error as_bad_request(Error error) {
    error.kind = ErrorKind::invalid;
    return error;
}

Task<Reply> live(const AttemptRoutesParts& parts, Request&, const Principal& caller) {
    const auto all = co_await parts.exams.all();
    const auto attempts = co_await parts.attempts.attempts_of(caller.user_id);
    const auto visible = co_await parts.cohorts.visible_to(caller.user_id);
    const auto windows = co_await parts.exams.windows_of(caller.user_id);
    const auto exams = exams::seen_by(*all, *windows);
    const auto now = parts.clock.now();
    auto json = http::success_body("Live exams fetched");
    json.name("exams").begin_array();
    for (const auto* const exam : exams.by_start) {
        const auto* const attempt = at_exam(*attempts, exam->id);
        const bool is_writing = attempt && attempt->status == AttemptStatus::in_progress;
        const bool is_offered =
            exams::is_live(*exam, now) && (attempt || visible.contains(exam->id));
        if (!is_writing && !is_offered) {  // extra time goes on behind the end of the exam
            continue;
        }
        json.begin_object();
        entity::write(json, *exam, exams::kListedMembers);
        write_own(json, attempt);
        json.member("deadline", is_writing ? std::optional(attempt->deadline_at) : std::nullopt);
        json.end_object();
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

/// Whether a code is what decides. Only then is a try of it counted: whoever presses Start before
/// the opening, from another network or twice spends none.
Task<bool> is_decided_by_code(const AttemptRoutesParts& parts, const std::string& user_id,
                              const std::string& exam_id, const rosters::Arrival& arrival) {
    const auto all = co_await parts.exams.all();
    const auto windows = co_await parts.exams.windows_of(user_id);
    const auto visible = co_await parts.cohorts.visible_to(user_id);
    const auto attempts = co_await parts.attempts.attempts_of(user_id);
    const auto exams = exams::seen_by(*all, *windows);
    const auto now = parts.clock.now();
    const bool is_open = std::any_of(
        exams.by_start.begin(), exams.by_start.end(),
        [&](const exams::Exam* exam) { return exam->id == exam_id && exams::is_live(*exam, now); });
    co_return is_open && !at_exam(*attempts, exam_id) && visible.code_decides(exam_id, arrival);
}

Task<Reply> start(const AttemptRoutesParts& parts, Request& request, const Principal& caller,
                  std::string exam_id) {
    rosters::Arrival arrival = arrival_of(request, parts.site);
    BodyReader body(request, http::EmptyBody::allowed);
    arrival.code =
        body.maybe_text("accessCode", {.min_length = 0, .max_length = kLongestCode}).value_or("");
    if (const auto error = body.error()) {
        co_return *error;
    }
    const bool counts = !arrival.code.empty() &&
                        co_await is_decided_by_code(parts, caller.user_id, exam_id, arrival);
    if (counts) {
        const limits::Subject candidate{.account = caller.user_id};
        const auto admitted = co_await parts.limits.claim(request, candidate).admit();
        if (!admitted) {
            co_return admitted.error();
        }
    }
    const auto attempt = co_await parts.attempts.start(exam_id, accounts::actor_of(request, caller),
                                                       std::move(arrival));
    if (!attempt) {
        co_return attempt.error();
    }
    auto json = http::success_body("Exam started");
    json.member("attemptId", attempt->id);
    write_clock(json, attempt->deadline(), parts.clock.now());
    co_return http::finished(201, std::move(json));
}

Task<Reply> status(const AttemptRoutesParts& parts, Request& request, const Principal& caller,
                   std::string exam_id) {
    const auto shown = http::read_integer(request, "noticesAfter", kShownNotices);
    if (!shown) {
        co_return shown.error();
    }
    const auto attempt = co_await parts.attempts.status(exam_id, caller.user_id);
    if (!attempt) {
        co_return attempt.error();
    }
    auto json = http::success_body("Status fetched");
    json.member("attemptId", attempt->id).member("status", to_text(attempt->status));
    write_clock(json, attempt->deadline(), parts.clock.now());
    if (*shown >= 0) {
        const auto notices = co_await parts.notices.behind(exam_id, caller.user_id, *shown);
        entity::write_all(json.name("notices"), notices, kToldMembers);
    }
    co_return http::finished(200, std::move(json));
}

Task<Reply> page(const AttemptRoutesParts& parts, Request& request, const Principal& caller,
                 std::string exam_id) {
    const auto coding = http::prefers_gzip(request) ? PageCoding::gzip : PageCoding::plain;
    auto body = co_await parts.attempts.page(std::move(exam_id), caller.user_id, request.arrived_at,
                                             coding);
    if (!body) {
        co_return body.error();
    }
    auto response = http::json_response(200, std::move(*body));
    response.with_header("Vary", "Accept-Encoding");
    if (coding == PageCoding::gzip) {
        response.with_header("Content-Encoding", "gzip");
    }
    co_return response;
}

void write_receipt(http::JsonWriter& json, const Receipt& receipt) {
    json.name("receipt").begin_object();
    entity::write(json, receipt, kReceiptMembers);
    json.end_object();
}

Task<Reply> submit(const AttemptRoutesParts& parts, Request& request, const Principal& caller,
                   std::string exam_id) {
    const auto order_key = accounts::read_order_key(request);
    if (!order_key) {
        co_return order_key.error();
    }
    const auto done = co_await parts.attempts.submit(
        std::move(exam_id), accounts::actor_of(request, caller), *order_key, request.arrived_at);
    if (!done) {
        co_return as_bad_request(done.error());
    }
    auto json = http::success_body("Exam submitted");
    json.member("attemptId", done->attempt_id).member("status", "SUBMITTED");
    write_receipt(json, done->receipt);
    co_return http::finished(200, std::move(json));
}

Task<Reply> receipt(const AttemptRoutesParts& parts, Request&, const Principal& caller,
                    std::string exam_id) {
    const auto done = co_await parts.attempts.receipt(exam_id, caller.user_id);
    if (!done) {
        co_return done.error();
    }
    const auto exams = co_await parts.exams.all();
    const auto exam = std::find_if(exams->begin(), exams->end(),
                                   [&](const exams::Exam& one) { return one.id == exam_id; });
    auto json = http::success_body("Receipt fetched");
    json.member("attemptId", done->attempt_id)
        .member("examTitle", exam == exams->end() ? std::string() : exam->title);
    write_receipt(json, done->receipt);
    co_return http::finished(200, std::move(json));
}

Task<Reply> verify_receipt(const AttemptRoutesParts& parts, Request& request) {
    BodyReader body(request);
    const auto text = [&body](const char* name, std::size_t longest) {
        return body.text(name, {.max_length = longest, .trimmed = false});
    };
    Receipt receipt;
    receipt.payload = text("payload", kLongestPayload);
    receipt.key_id = body.integer("keyId", 1, kMostKeys);
    receipt.signature = text("signature", kLongestSignature);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const bool is_genuine = co_await parts.attempts.is_genuine(std::move(receipt));
    auto json = http::success_body(is_genuine ? "This site has signed it, as it is"
                                              : "This site has not signed it, or not as it is");
    json.member("genuine", is_genuine);
    co_return http::finished(200, std::move(json));
}

}  // namespace

void add_attempt_routes(http::Router& router, const accounts::Guard& guard,
                        const AttemptRoutesParts& parts) {
    const auto clock = shapes::clock();
    const http::PathId startable{"examId", exams::no_exam()};
    const http::PathId running{"examId", no_active_attempt()};
    const http::PathId handed_in{"examId", as_bad_request(no_active_attempt())};
    router.get("/api/exam/live", guard.verified(parts, live),
               Operation("Exams", "The exams that run now")
                   .details("Also one that is over for others, while an attempt of the caller at "
                            "it runs.")
                   .answers(200, "By start", {{"exams", schema::list_of(shapes::live_exam())}}));
    router.post("/api/exam-attempt/:examId/start", guard.verified(parts, startable, start),
                Operation("Attempts", "Start an exam")
                    .details("One attempt per candidate and exam. The clock is the server's. Some "
                             "exams ask for an access code.")
                    .may_take({{"accessCode?", schema::text().nullable()}})
                    .answers(201, "Started", joined({{"attemptId", schema::uuid()}}, clock))
                    .refuses(400, {"exam_not_published", "exam_not_active", "already_attempted",
                                   "not_in_cohort", "access_code_required", "access_code_wrong",
                                   "address_not_allowed", "safe_exam_browser_required"})
                    .refuses(404, {"not_found"})
                    .limited({codes_per_candidate()}));
    router.get("/api/exam-attempt/:examId/attempt", guard.verified(parts, running, page),
               Operation("Attempts", "The paper with the answers saved so far")
                   .answers(200, "The running attempt",
                            joined({{"exam", shapes::paper()},
                                    {"attemptId", schema::uuid()},
                                    {"remainingSeconds", schema::integer()},
                                    {"answerVersions",
                                     schema::list_of(schema::object(joined(
                                         {{"questionId", schema::uuid()}}, shapes::revision())))}},
                                   clock))
                   .refuses(403, {"no_active_attempt", "already_submitted", "time_over"}));
    router.get(
        "/api/exam-attempt/:examId/status", guard.verified(parts, running, status),
        Operation("Attempts", "Where the attempt stands, without the paper")
            .details("Made to be asked often: for a countdown that follows extensions.")
            .asks("noticesAfter", schema::integer(), shapes::kNoticesAfter)
            .answers(
                200, "Running, or ended",
                joined(joined({{"attemptId", schema::uuid()}, {"status", shapes::attempt_status()}},
                              clock),
                       shapes::notices()))
            .refuses(403, {"no_active_attempt"}));
    router.post("/api/exam-attempt/:examId/submit", guard.verified(parts, handed_in, submit),
                Operation("Attempts", "Hand the exam in")
                    .details("The receipt is signed by the site: what was handed in, and when. A "
                             "request that is repeated with its header Idempotency-Key gets the "
                             "first answer again.")
                    .answers(200, "Submitted",
                             {{"attemptId", schema::uuid()},
                              {"status", shapes::attempt_status()},
                              {"receipt", schema::object(entity::shapes(kReceiptMembers))}})
                    .refuses(400, {"no_active_attempt", "already_submitted", "time_over"})
                    .unlimited(kNeverRefused));
    router.get("/api/exam-attempt/:examId/receipt", guard.verified(parts, running, receipt),
               Operation("Attempts", "The receipt of an attempt that has ended")
                   .details("That which handing in was answered with. An attempt that the clock or "
                            "the staff ended gets one when it is asked for first.")
                   .answers(200, "Signed",
                            {{"attemptId", schema::uuid()},
                             {"examTitle", schema::text()},
                             {"receipt", schema::object(entity::shapes(kReceiptMembers))}})
                   .refuses(403, {"no_active_attempt", "not_submitted"}));
    router.post("/api/receipts/verify", guard.verified(parts, verify_receipt),
                Operation("Attempts", "Whether a receipt is genuine")
                    .details("As it was given for handing in, byte for byte.")
                    .takes(entity::shapes(kReceiptMembers))
                    .answers(200, "Looked at", {{"genuine", schema::flag()}})
                    .unlimited("It reads, and checks one signature"));
}

}  // namespace tripos::attempts

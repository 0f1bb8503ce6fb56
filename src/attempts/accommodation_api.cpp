// SPDX-License-Identifier: MIT
#include "attempts/accommodation_api.hpp"

#include "accounts/actor.hpp"
#include "core/id.hpp"
#include "core/text.hpp"
#include "exams/exam_times.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"

namespace tripos::attempts {

namespace {

namespace schema = http::schema;
using accounts::Capability;
using accounts::Principal;
using exams::Accommodation;
using http::Operation;
using http::Reply;
using http::Request;

constexpr const char* kAccommodationsTag = "Accommodations";
constexpr std::int64_t kAccommodationsPerPage = 100;
constexpr std::size_t kLongestSheet = 1'000'000;  // the body's own limit is no larger

http::Schema accommodation_shape() {
    return schema::object(entity::shapes(exams::kAccommodationMembers)).named("Accommodation");
}

/// fullName: null when the account is gone.
http::Schema named_shape() {
    return schema::object(schema::joined(entity::shapes(exams::kAccommodationMembers),
                                         {{"fullName", schema::text().nullable()}}))
        .named("NamedAccommodation");
}

std::optional<std::int64_t> read_multiplier(http::BodyReader& body) {
    const auto given = body.maybe_number("multiplier", {.min = 1, .max = 10});
    if (!given) {
        return std::nullopt;
    }
    const auto thousandths = questions::marks_from_number(*given);
    if (!thousandths) {
        body.reject("multiplier", "multiplier has at most three decimals");
    }
    return thousandths;
}

Accommodation read_accommodation(http::BodyReader& body, const TimeZone& zone) {
    Accommodation accommodation;
    accommodation.user_id = body.id("userId");
    accommodation.exam_id = body.has("examId") ? body.id("examId") : "";
    accommodation.minutes = body.maybe_integer("minutes", 0, kMostMinutes);
    accommodation.multiplier = read_multiplier(body);
    accommodation.start_at = exams::read_time(body, "startTime", zone);
    accommodation.end_at = exams::read_time(body, "endTime", zone);
    accommodation.reason =
        body.text("reason", {.max_length = kLongestReason, .allow_newlines = true});
    return accommodation;
}

http::Response answer_with(const Granted& granted, bool is_dry_run) {
    auto json = http::success_body(
        is_dry_run ? kNothingDone
        : granted.withdraws_results
            ? "Accommodation granted. The results were out: they are withdrawn until the window "
              "ends, and the candidate may have seen them"
            : "Accommodation granted");
    json.name("accommodation").begin_object();
    entity::write(json, granted.accommodation, exams::kAccommodationMembers);
    json.end_object().member("withdrawsResults", granted.withdraws_results);
    write_touched(json, granted.touched);
    return http::finished(200, std::move(json));
}

Task<Reply> put(const AccommodationRoutesParts& parts, Request& request, const Principal& caller) {
    http::BodyReader body(request);
    auto accommodation = read_accommodation(body, parts.zone);
    const bool is_dry_run = body.flag_or("dryRun", false);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto stored = co_await parts.accommodations.put(std::move(accommodation), is_dry_run,
                                                          accounts::actor_of(request, caller));
    co_return stored ? Reply(answer_with(*stored, is_dry_run)) : stored.error();
}

Task<Reply> remove(const AccommodationRoutesParts& parts, Request& request, const Principal& caller,
                   std::string id) {
    http::BodyReader body(request, http::EmptyBody::allowed);
    auto reason = body.maybe_text("reason", {.max_length = kLongestReason, .allow_newlines = true});
    const bool is_dry_run = body.flag_or("dryRun", false);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto whom =
        co_await parts.accommodations.remove(std::move(id), std::move(reason).value_or(""),
                                             is_dry_run, accounts::actor_of(request, caller));
    if (!whom) {
        co_return whom.error();
    }
    auto json = http::success_body(is_dry_run ? kNothingDone : "Accommodation taken back");
    write_touched(json, *whom);
    co_return http::finished(200, std::move(json));
}

/// Nothing when it is no id.
std::optional<std::string> read_id(const Request& request, const char* name) {
    const auto given = to_lower(request.query_parameter(name).value_or(""));
    return given.empty() || is_uuid(given) ? std::optional(given) : std::nullopt;
}

Task<Reply> list_accommodations(const AccommodationRoutesParts& parts, Request& request) {
    const auto user_id = read_id(request, "userId");
    const auto exam_id = read_id(request, "examId");
    const auto after = read_id(request, "after");
    if (!user_id || !exam_id || !after) {
        co_return invalid_field(!user_id   ? "userId"
                                : !exam_id ? "examId"
                                           : "after",
                                "userId, examId and after are ids");
    }
    const auto found =
        co_await parts.accommodations.list(*user_id, *exam_id, *after, kAccommodationsPerPage);
    auto json = http::success_body("Accommodations fetched");
    json.name("accommodations").begin_array();
    for (const auto& [accommodation, full_name] : found) {
        json.begin_object();
        entity::write(json, accommodation, exams::kAccommodationMembers);
        json.member("fullName", full_name.empty() ? std::nullopt : std::optional(full_name));
        json.end_object();
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

Task<Reply> import(const AccommodationRoutesParts& parts, Request& request,
                   const Principal& caller) {
    http::BodyReader body(request);
    auto csv = body.text("csv", {.max_length = kLongestSheet, .allow_newlines = true});
    auto exam_id = body.has("examId") ? body.id("examId") : "";
    const bool is_dry_run = body.flag_or("dryRun", false);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto report =
        co_await parts.accommodations.import(std::move(exam_id), std::move(csv), parts.zone,
                                             is_dry_run, accounts::actor_of(request, caller));
    if (!report) {
        co_return report.error();
    }
    if (!is_dry_run && report->stored == 0 && !report->errors.empty()) {
        auto error =
            invalid("sheet_errors", "Nothing was stored: correct the cells that are named");
        error.extra.emplace_back("rowErrors", rosters::cells_json(report->errors));
        co_return error;
    }
    auto json = http::success_body(is_dry_run ? "This would be granted" : "Accommodations granted");
    json.member("dryRun", is_dry_run)
        .member("stored", report->stored)
        .member_raw("rowErrors", rosters::cells_json(report->errors))
        .member_raw("warnings", rosters::cells_json(report->warnings));
    write_touched(json, report->touched);
    co_return http::finished(200, std::move(json));
}

}  // namespace

void add_accommodation_routes(http::Router& router, const accounts::Guard& guard,
                              const AccommodationRoutesParts& parts) {
    const http::PathId id{"id", not_found("Accommodation not found")};
    const std::string base = "/api/admin/accommodations";
    const http::Members one{
        {"accommodation", accommodation_shape()},
        {"withdrawsResults", schema::flag().says("They were out, and may have been seen")}};
    const auto problems = rosters::cells_shape();
    router.get(base, guard.staff(Capability::publish, parts, list_accommodations),
               Operation(kAccommodationsTag, "What single candidates were granted")
                   .asks("userId", schema::uuid(), "Of this candidate")
                   .asks("examId", schema::uuid(), "At this exam")
                   .asks("after", schema::uuid(), "Behind this id")
                   .answers(200, "At most 100, by id",
                            {{"accommodations", schema::list_of(named_shape())}}));
    router.put(
        base, guard.staff(Capability::publish, parts, put),
        Operation(kAccommodationsTag, "Grant a candidate more time, or a window")
            .details("At one exam, or (without examId) at all. Takes the place of what the "
                     "candidate had for that; of an exam's own and the one for all, the "
                     "exam's own decides. The extra time is minutes + duration x "
                     "(multiplier - 1). An attempt that runs gets it at once.")
            .takes({{"userId", schema::uuid()},
                    {"examId?", schema::uuid().nullable()},
                    {"minutes?", schema::integer().with("minimum", 0).nullable()},
                    {"multiplier?", schema::number().with("minimum", 1).nullable()},
                    {"startTime?", exams::time_shape().nullable()},
                    {"endTime?", exams::time_shape().nullable()},
                    {"reason", schema::text()},
                    {"dryRun?", schema::flag()}})
            .answers(200, "As it holds now, or would", schema::joined(one, touched_members()))
            .refuses(404, {"not_found"}));
    router.delete_(
        base + "/:id", guard.staff(Capability::publish, parts, id, remove),
        Operation(kAccommodationsTag, "Take it back")
            .details("For attempts that begin from now on.")
            .may_take({{"reason?", schema::text().nullable()}, {"dryRun?", schema::flag()}})
            .answers(200, "Taken back, or what would be", touched_members())
            .refuses(404, {"not_found"}));
    router.post(base + "/import", guard.staff(Capability::publish, parts, import),
                Operation(kAccommodationsTag, "Grant many, from a spreadsheet")
                    .details("CSV with a line of column names: email or enrollmentNumber, minutes, "
                             "multiplier, startTime, endTime, reason. Number and address, if both "
                             "are given, name one account. All rows, or none; what changed "
                             "after the check is in rowErrors.")
                    .takes({{"csv", schema::text()},
                            {"examId?", schema::uuid().nullable()},
                            {"dryRun?", schema::flag()}})
                    .answers(200, "Granted, or what would be",
                             schema::joined({{"dryRun", schema::flag()},
                                             {"stored", schema::integer()},
                                             {"rowErrors", problems},
                                             {"warnings", problems}},
                                            touched_members()))
                    .refuses(400, {"sheet_errors"}, {{"rowErrors?", problems}})
                    .refuses(404, {"not_found"}));
}

}  // namespace tripos::attempts

// SPDX-License-Identifier: MIT
#include "exams/staff_api.hpp"

#include "accounts/actor.hpp"
#include "exams/shapes.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"

namespace tripos::exams {

namespace {

namespace schema = http::schema;
using accounts::Capability;
using http::Operation;

constexpr std::size_t kMostStaff = 200;

constexpr auto kStaffMembers =
    entity::Table(entity::Member{nullptr, &accounts::Candidate::id, "userId", schema::uuid},
                  entity::Member{nullptr, &accounts::Candidate::full_name, "fullName"},
                  entity::Member{nullptr, &accounts::Candidate::email, "email"});

}  // namespace

void StaffApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    const http::PathId exam_id{"examId", no_exam()};
    const auto person = schema::object(entity::shapes(kStaffMembers));
    const http::Members staff{{"staff", schema::list_of(person.named("Invigilator"))}};
    router.get(
        "/api/exam/assigned", guard.staff(Capability::invigilate, this, &StaffApi::assigned),
        Operation("Exams", "The exams that the caller is assigned to")
            .answers(200, "By start", {{"exams", schema::list_of(shapes::assigned_exam())}}));
    router.get("/api/exam/:examId/staff",
               guard.staff(Capability::publish, this, exam_id, &StaffApi::list),
               Operation("Exams", "Who invigilates an exam")
                   .answers(200, "All of them", staff)
                   .refuses(404, {"not_found"}));
    router.put(
        "/api/exam/:examId/staff",
        guard.staff(Capability::publish, this, exam_id, &StaffApi::assign),
        Operation("Exams", "Say who invigilates an exam")
            .details("These and no others; each must have the role INVIGILATOR or ADMIN.")
            .takes({{"userIds", schema::list_of(schema::uuid())}})
            .answers(200, "Who does now", staff)
            .refuses(400, {"unknown_staff"}, {{"invalidUserIds?", schema::list_of(schema::uuid())}})
            .refuses(404, {"not_found"}));
}

Task<http::Reply> StaffApi::assign(http::Request& request, const Principal& caller,
                                   std::string exam_id) {
    http::BodyReader body(request);
    auto ids = body.ids("userIds", kMostStaff);
    if (!body.has("userIds")) {
        body.reject("userIds", "userIds is required; an empty list assigns nobody");
    }
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto done =
        co_await staff_.assign(exam_id, std::move(ids), accounts::actor_of(request, caller));
    if (!done) {
        co_return done.error();
    }
    co_return co_await answer_with(std::move(exam_id), "Staff assigned");
}

Task<http::Reply> StaffApi::list(http::Request&, const Principal&, std::string exam_id) {
    co_return co_await answer_with(std::move(exam_id), "Staff fetched");
}

Task<http::Reply> StaffApi::assigned(http::Request&, const Principal& caller) {
    const auto exams = co_await staff_.exams_of(caller.user_id);
    auto json = http::success_body("Exams fetched");
    json.name("exams").begin_array();
    for (const auto& exam : exams) {
        json.begin_object();
        entity::write(json, exam, kAssignedMembers);
        json.end_object();
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

Task<http::Reply> StaffApi::answer_with(std::string exam_id, std::string message) {
    const auto staff = co_await staff_.assigned_to(std::move(exam_id));
    if (!staff) {
        co_return staff.error();
    }
    auto json = http::success_body(message);
    entity::write_all(json.name("staff"), *staff, kStaffMembers);
    co_return http::finished(200, std::move(json));
}

}  // namespace tripos::exams

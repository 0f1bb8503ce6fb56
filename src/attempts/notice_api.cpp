// SPDX-License-Identifier: MIT
#include "attempts/notice_api.hpp"

#include "accounts/actor.hpp"
#include "exams/confirmation.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"

namespace tripos::attempts {

namespace {

namespace schema = http::schema;
using accounts::Capability;
using accounts::Principal;
using http::BodyReader;
using http::Operation;
using http::Reply;
using http::Request;

constexpr http::TextRule kText{.max_length = 2000, .allow_newlines = true};

Task<Reply> send(NoticeService& notices, Request& request, const Principal& caller,
                 std::string exam_id) {
    BodyReader body(request);
    NoticeOrder order;
    order.text = body.text("text", kText);
    order.user_id = body.has("userId") ? body.id("userId") : "";
    order.confirmation = exams::read_confirmation(body);
    order.is_dry_run = body.flag_or("dryRun", false);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto report = co_await notices.send(std::move(exam_id), order, caller,
                                              accounts::actor_of(request, caller));
    if (!report) {
        co_return report.error();
    }
    auto json = http::success_body(order.is_dry_run ? "Nothing was sent" : "Notice sent");
    write_touched(json, report->touched);
    if (!order.is_dry_run) {
        json.member("number", report->notice.number);
    }
    co_return http::finished(200, std::move(json));
}

Task<Reply> list_notices(NoticeService& notices, Request&, const Principal& caller,
                         std::string exam_id) {
    const auto all = co_await notices.list(std::move(exam_id), caller);
    if (!all) {
        co_return all.error();
    }
    auto json = http::success_body("Notices fetched");
    entity::write_all(json.name("notices"), *all, kNoticeMembers);
    co_return http::finished(200, std::move(json));
}

}  // namespace

void add_notice_routes(http::Router& router, const accounts::Guard& guard, NoticeService& notices) {
    const http::PathId exam_id{"examId", exams::no_exam()};
    router.post(
        "/api/exam/:examId/notices",
        guard.staff(Capability::invigilate, std::ref(notices), exam_id, send),
        Operation("Exam control", "Tell one or all candidates something during the exam")
            .details(
                "To all: with `confirm`, the exam's title or the number of candidates. A dry "
                "run says how many it would reach. The same again from the same author within a "
                "minute is the one that was sent. Pages show it with the next save or "
                "status; who begins later gets it as well.")
            .takes({{"text", schema::text()},
                    {"userId?", schema::uuid().nullable()},
                    {"confirm?", schema::text()},
                    {"dryRun?", schema::flag()}})
            .answers(200, "Sent, or whom it would reach",
                     schema::joined({{"number?", schema::integer()}}, touched_members()))
            .refuses(400, {"exam_not_active", "too_many_notices"})
            .refuses(404, {"not_found"})
            .refuses(409, {"not_confirmed"}, exams::confirmation_wanted()));
    router.get(
        "/api/exam/:examId/notices",
        guard.staff(Capability::invigilate, std::ref(notices), exam_id, list_notices),
        Operation("Exam control", "The notices of an exam, and how many have seen each")
            .answers(200, "In their order",
                     {{"notices", schema::list_of(schema::object(entity::shapes(kNoticeMembers)))}})
            .refuses(404, {"not_found"}));
}

}  // namespace tripos::attempts

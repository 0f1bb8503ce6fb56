// SPDX-License-Identifier: MIT
#include "work/work_api.hpp"

#include "core/id.hpp"
#include "core/text.hpp"
#include "http/json_body.hpp"
#include "http/schema.hpp"
#include "work/item_store.hpp"

namespace tripos::work {

namespace {

namespace json = boost::json;
namespace schema = http::schema;

json::object to_json(const Item& item) {
    return {{"id", item.id},
            {"kind", item.kind},
            {"subject", item.subject},
            {"done", item.done},
            {"total", item.total},
            {"changed", item.changed},
            {"problem",
             item.problem.empty() ? json::value(nullptr) : json::value(json::string(item.problem))},
            {"createdAt", to_iso8601(item.created_at)},
            {"finishedAt",
             item.finished_at ? json::value(to_iso8601(*item.finished_at)) : json::value(nullptr)}};
}

}  // namespace

void WorkApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.get("/api/admin/work/:id", guard.admin(this, &WorkApi::show),
               http::Operation("Operation", "How far long work is")
                   .details("Closing an exam, grading it again, announcing its results and a "
                            "notification go on after their answer, in pages that let saves go "
                            "first, also after a restart. `total` is counted before; `changed` is "
                            "how many of those done it had an effect on; `problem` says why it "
                            "does not get on. Kept for a month after its end.")
                   .answers(200, "Work",
                            {{"id", schema::uuid()},
                             {"kind", schema::text()},
                             {"subject", schema::text()},
                             {"done", schema::integer()},
                             {"total", schema::integer()},
                             {"changed", schema::integer()},
                             {"problem", schema::text().nullable()},
                             {"createdAt", schema::instant()},
                             {"finishedAt", schema::instant().nullable()}})
                   .refuses(404, {"not_found"}));
}

Task<http::Reply> WorkApi::show(http::Request& request, const accounts::Principal&) {
    const auto id = to_lower(request.parameter("id"));
    auto look = [&id](sql::Session& session) {
        return is_uuid(id) ? find(session, id) : std::nullopt;
    };
    const auto item = co_await database_.read(std::move(look));
    if (!item) {
        co_return not_found("There is no such work");
    }
    co_return http::success(200, "Work", to_json(*item));
}

}  // namespace tripos::work

// SPDX-License-Identifier: MIT
#include "work/work_api.hpp"

#include "http/json_writer.hpp"
#include "work/item_store.hpp"

namespace tripos::work {

namespace {

using http::Reply;

Error no_such_work() {
    return not_found("There is no such work");
}

Task<Reply> show(sql::Database& database, http::Request&, std::string id) {
    auto look = [&id](sql::Session& session) { return find(session, id); };
    const auto item = co_await database.read(std::move(look));
    if (!item) {
        co_return no_such_work();
    }
    auto json = http::success_body("Work");
    entity::write(json, *item, kMembers);
    co_return http::finished(200, std::move(json));
}

}  // namespace

void add_work_routes(http::Router& router, const accounts::Guard& guard, sql::Database& database) {
    router.get("/api/admin/work/:id",
               guard.staff(accounts::Capability::operate, std::ref(database),
                           http::PathId{"id", no_such_work()}, show),
               http::Operation("Operation", "How far long work is")
                   .details("Closing an exam, grading it again, announcing its results and a "
                            "notification go on after their answer, in pages that let saves go "
                            "first, also after a restart. `total` is counted before; `changed` is "
                            "how many of those done it had an effect on; `problem` says why it "
                            "does not get on. Kept for a month after its end.")
                   .answers(200, "Work", entity::shapes(kMembers))
                   .refuses(404, {"not_found"}));
}

}  // namespace tripos::work

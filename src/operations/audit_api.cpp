// SPDX-License-Identifier: MIT
#include "operations/audit_api.hpp"

#include "audit/trail.hpp"
#include "core/csv.hpp"
#include "core/text.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"

namespace tripos::operations {

namespace {

namespace schema = http::schema;
using accounts::Capability;
using audit::kTextNames;
using http::Operation;

constexpr std::int64_t kMostCsvRows = 100'000;
constexpr std::size_t kLongestWord = 200;

Result<audit::Filter> read_filter(const http::Request& request) {
    audit::Filter filter;
    for (const auto& [name, word] :
         {std::pair("actor", &filter.actor), std::pair("action", &filter.action),
          std::pair("about", &filter.about)}) {
        *word = request.query_parameter(name).value_or("");
        if (word->size() > kLongestWord || !is_valid_utf8(*word) || has_control_characters(*word)) {
            return invalid_field(name, std::string(name) + " is at most 200 bytes of text");
        }
    }
    const auto since = http::read_instant(request, "since");
    const auto until = http::read_instant(request, "until");
    if (!since || !until) {
        return since ? until.error() : since.error();
    }
    filter.since = *since;
    filter.until = *until;
    return filter;
}

Operation with_filter(Operation operation) {
    return operation
        .asks("actor", schema::text(), "Who: the id of an account, `system` or `command line`")
        .asks("action", schema::text(), "What: a whole word such as exam.publish, or its beginning")
        .asks("about", schema::text(), "To what: exam:<id> finds its attempts, too")
        .asks("since", schema::text(), "From this instant on")
        .asks("until", schema::text(), "Before this instant");
}

http::Schema entry_shape() {
    using namespace schema;
    http::Members members{{"id", uuid()}, {"at", instant()}};
    for (std::size_t i = 0; i < kTextNames.size(); ++i) {
        members.push_back({kTextNames[i], i < audit::kFirstJson ? text() : anything()});
    }
    members.push_back({"number", integer().nullable().says("In the chain; null for a second")});
    members.push_back({"seal", text()});
    return object(members).named("AuditEntry");
}

void write_entry(http::JsonWriter& json, const audit::StoredEntry& stored) {
    json.begin_object().member("id", stored.id).member("at", stored.at);
    const auto texts = audit::texts_of(stored);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i < audit::kFirstJson) {
            json.member(kTextNames[i], *texts[i]);
        } else {
            json.member_raw(kTextNames[i], texts[i]->empty() ? "null" : *texts[i]);
        }
    }
    json.member("number", stored.number).member("seal", stored.seal).end_object();
}

std::string to_csv(const std::vector<audit::StoredEntry>& entries) {
    std::string out = csv_cell("number") + ',' + csv_cell("at");
    for (const auto* const name : kTextNames) {
        out += ',' + csv_cell(name);
    }
    out += ',' + csv_cell("id") + ',' + csv_cell("seal") + "\r\n";
    for (const auto& stored : entries) {
        out += stored.number ? std::to_string(*stored.number) : "";
        out += ',' + csv_cell(to_iso8601(stored.at));
        for (const auto* const text : audit::texts_of(stored)) {
            out += ',' + csv_cell(*text);
        }
        out += ',' + csv_cell(stored.id) + ',' + csv_cell(stored.seal) + "\r\n";
    }
    return out;
}

}  // namespace

void AuditApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.get("/api/admin/audit", guard.staff(Capability::audit, this, &AuditApi::list),
               with_filter(Operation("Audit", "Who did what, newest first"))
                   .paged()
                   .answers(200, "One page",
                            {{"pagination", schema::pagination()},
                             {"data", schema::list_of(entry_shape())}}));
    router.get("/api/admin/audit.csv", guard.staff(Capability::audit, this, &AuditApi::send_csv),
               with_filter(Operation("Audit", "The same as a file, at most 100,000 lines"))
                   .sends(200, "text/csv", "One line per entry"));
}

Task<http::Reply> AuditApi::list(http::Request& request, const Principal&) {
    const auto page = http::read_page(request);
    const auto filter = read_filter(request);
    if (!page || !filter) {
        co_return page ? filter.error() : page.error();
    }
    auto look = [&](sql::Session& session) {
        return std::pair(audit::count(session, *filter),
                         audit::list(session, *filter, page->limit, page->offset()));
    };
    const auto [total, entries] = co_await database_.read(std::move(look));
    auto json = http::success_body("Audit fetched");
    http::write_pagination(json, *page, total);
    json.name("data").begin_array();
    for (const auto& stored : entries) {
        write_entry(json, stored);
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

Task<http::Reply> AuditApi::send_csv(http::Request& request, const Principal&) {
    const auto filter = read_filter(request);
    if (!filter) {
        co_return filter.error();
    }
    // Written on the reader's thread: of 100,000 lines no request thread is to hear.
    auto work = [&](sql::Session& session) {
        return to_csv(audit::list(session, *filter, kMostCsvRows, 0));
    };
    auto csv = co_await database_.read(std::move(work));
    auto response = http::text_response(200, std::move(csv));
    response.headers.clear();
    response.with_header("Content-Type", "text/csv; charset=utf-8")
        .with_header("Content-Disposition", "attachment; filename=\"audit.csv\"");
    co_return response;
}

}  // namespace tripos::operations

// SPDX-License-Identifier: MIT
#include "mail/dev_inbox.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "core/id.hpp"
#include "core/text.hpp"
#include "http/json_body.hpp"
#include "mail/detail/embedded.hpp"
#include "mail/detail/mail_scan.hpp"

namespace tripos::mail {

namespace {

namespace json = boost::json;
namespace schema = http::schema;
using http::Operation;

constexpr const char* kTag = "Dev inbox";

constexpr int kKept = 1000;
constexpr std::int64_t kPageSize = 50;

/// The mail itself is shown in a sandboxed frame that inherits this policy: hence the inline
/// styles, and no scripts.
constexpr const char* kPolicy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors "
    "'none'; "
    "base-uri 'none'; form-action 'none'";

json::array to_json(const std::vector<std::string>& items) {
    json::array array;
    for (const auto& item : items) {
        array.emplace_back(item);
    }
    return array;
}

/// Columns: id, sender, recipient, subject, html, body_text, received_at.
json::object to_json(const sql::Row& row) {
    const std::string& text = row.text(5);
    return {{"id", row.text(0)},
            {"from", row.text(1)},
            {"to", row.text(2)},
            {"subject", row.text(3)},
            {"html", row.text(4)},
            {"text", text},
            {"links", to_json(detail::find_links(text))},
            {"codes", to_json(detail::find_codes(text))},
            {"receivedAt", to_iso8601(row.time(6))}};
}

/// What to_json(row) writes.
http::Schema mail_shape() {
    using namespace schema;
    return object({{"id", text()},
                   {"from", text()},
                   {"to", text()},
                   {"subject", text()},
                   {"html", text()},
                   {"text", text()},
                   {"links", list_of(text())},
                   {"codes", list_of(text())},
                   {"receivedAt", instant()}})
        .named("DevMail");
}

/// What the recipient column is compared with: a whole address as it is, anything else as a part.
std::string like_pattern(const std::string& wanted) {
    const auto address = parse_address(wanted);
    std::string pattern;
    for (const char c : address ? address->canonical : to_lower(trim(wanted))) {
        if (c == '%' || c == '_' || c == '\\') {
            pattern += '\\';
        }
        pattern += c;
    }
    return address ? pattern : "%" + pattern + "%";
}

struct Listing {
    std::int64_t total = 0;
    json::array mails;
};

Listing read_listing(sql::Session& session, const std::string& pattern, const http::Page& page) {
    Listing listing;
    listing.total =
        session
            .query_one("SELECT COUNT(*) FROM dev_mails WHERE recipient_key LIKE $1 ESCAPE '\\'",
                       pattern)
            .value()
            .integer(0);
    const auto rows = session.query(
        "SELECT id, sender, recipient, subject, html, body_text, received_at FROM dev_mails "
        "WHERE recipient_key LIKE $1 ESCAPE '\\' ORDER BY received_at DESC, id DESC LIMIT $2 "
        "OFFSET $3",
        pattern, page.limit, page.offset());
    for (const auto& row : rows) {
        listing.mails.push_back(to_json(row));
    }
    return listing;
}

std::string sender_of(const Message& message) {
    return message.from_name.empty() ? message.from.text
                                     : message.from_name + " <" + message.from.text + ">";
}

http::Response asset(std::string_view name, const char* type) {
    http::Response response{
        .status = 200, .headers = {}, .body = std::string(embedded::file(name))};
    response.with_header("Content-Type", type).with_header("Cache-Control", "no-cache");
    return response;
}

Error no_such_mail() {
    return not_found("no such mail: it was deleted, or pushed out by newer ones");
}

}  // namespace

DevInbox::DevInbox(sql::Database& database, const Clock& clock, Random& random)
    : database_(database), clock_(clock), random_(random) {}

std::vector<sql::Migration> DevInbox::migrations() {
    return {{.module = "mail", .number = 1, .statements = R"(
        CREATE TABLE dev_mails (
            id TEXT PRIMARY KEY,
            sender TEXT NOT NULL,
            recipient TEXT NOT NULL,
            recipient_key TEXT NOT NULL,
            subject TEXT NOT NULL,
            html TEXT NOT NULL,
            body_text TEXT NOT NULL,
            received_at BIGINT NOT NULL
        );
        CREATE INDEX dev_mails_newest ON dev_mails (received_at, id)
    )"}};
}

Task<Delivery> DevInbox::send(Message message, SendParams params) {
    Delivery delivery{.kind = Delivery::Kind::withheld};
    if (!params.before_dot || params.before_dot()) {
        delivery = co_await keep(std::move(message));
    }
    if (params.concluded) {
        params.concluded(delivery);
    }
    co_return delivery;
}

Task<Probe> DevInbox::probe(Message message) {
    Probe probe{.delivery = co_await keep(std::move(message)), .dialogue = {}};
    probe.dialogue.push_back("* " + probe.delivery.reply);
    co_return probe;
}

Task<Delivery> DevInbox::keep(Message message) {
    // What SMTP would refuse must not look fine in development. A NUL is dropped there, and no
    // database takes it.
    std::erase(message.html, '\0');
    std::erase(message.text, '\0');
    if (const auto mime = to_mime(message); !mime) {
        co_return Delivery{.kind = Delivery::Kind::fail_message, .reply = mime.error().message};
    }
    const Timestamp now = clock_.now();
    std::string id = new_id(now, random_);
    auto store = [mail = std::move(message), id = std::move(id), now](sql::Session& session) {
        session.execute(
            "INSERT INTO dev_mails (id, sender, recipient, recipient_key, subject, html, "
            "body_text, received_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            id, sender_of(mail), mail.to.text, mail.to.canonical, mail.subject, mail.html,
            mail.text.empty() ? html_to_text(mail.html) : mail.text, now);
        session.execute(
            "DELETE FROM dev_mails WHERE (received_at, id) < (SELECT received_at, id FROM "
            "dev_mails "
            "ORDER BY received_at DESC, id DESC LIMIT 1 OFFSET $1)",
            kKept - 1);
    };
    co_await database_.write(std::move(store));
    co_return Delivery{
        .kind = Delivery::Kind::delivered, .code = 250, .reply = "kept in the dev inbox"};
}

void DevInbox::add_routes(http::Router& router) {
    router.get("/dev/inbox", http::bind(this, &DevInbox::page),
               Operation(kTag, "The page").sends(200, "text/html", "The page"));
    router.get("/dev/assets/inbox.js", http::bind(this, &DevInbox::script),
               Operation(kTag, "Its script").sends(200, "text/javascript", "The script"));
    router.get("/dev/assets/inbox.css", http::bind(this, &DevInbox::style),
               Operation(kTag, "Its style").sends(200, "text/css", "The style"));
    router.get("/dev/api/mails", http::bind(this, &DevInbox::list),
               Operation(kTag, "The mails, newest first")
                   .asks("to", schema::text(), "An address, or a part of one")
                   .paged()
                   .answers(200, "One page",
                            {{"mails", schema::list_of(mail_shape())},
                             {"total", schema::integer()},
                             {"page", schema::integer()},
                             {"limit", schema::integer()}}));
    router.delete_("/dev/api/mails", http::bind(this, &DevInbox::clear),
                   Operation(kTag, "Delete all mails")
                       .answers(200, "Deleted", {{"deleted", schema::integer()}}));
    router.get("/dev/api/mails/:id", http::bind(this, &DevInbox::show),
               Operation(kTag, "One mail")
                   .answers(200, "The mail", {{"mail", mail_shape()}})
                   .refuses(404, {"not_found"}));
    router.delete_(
        "/dev/api/mails/:id", http::bind(this, &DevInbox::remove),
        Operation(kTag, "Delete a mail").answers(200, "Deleted").refuses(404, {"not_found"}));
}

Task<http::Response> DevInbox::page(http::Request&) {
    auto response = asset("pages/inbox.html", "text/html; charset=utf-8");
    response.with_header("Content-Security-Policy", kPolicy);
    co_return response;
}

Task<http::Response> DevInbox::script(http::Request&) {
    co_return asset("pages/inbox.js", "text/javascript; charset=utf-8");
}

Task<http::Response> DevInbox::style(http::Request&) {
    co_return asset("pages/inbox.css", "text/css; charset=utf-8");
}

Task<http::Response> DevInbox::list(http::Request& request) {
    const auto page = http::read_page(request, kPageSize);
    if (!page) {
        co_return http::problem(page.error());
    }
    const std::string wanted = request.query_parameter("to").value_or("");
    if (!is_valid_utf8(wanted) || has_control_characters(wanted)) {
        co_return http::problem(invalid_field("to", "to must be an address or a part of one"));
    }
    auto work = [pattern = like_pattern(wanted), where = *page](sql::Session& session) {
        return read_listing(session, pattern, where);
    };
    auto listing = co_await database_.read(std::move(work));
    json::object members{{"mails", std::move(listing.mails)},
                         {"total", listing.total},
                         {"page", page->page},
                         {"limit", page->limit}};
    co_return http::success(200, "mails in the dev inbox", std::move(members));
}

Task<http::Response> DevInbox::show(http::Request& request) {
    auto work = [id = request.parameter("id")](sql::Session& session) {
        return session.query_one(
            "SELECT id, sender, recipient, subject, html, body_text, received_at FROM dev_mails "
            "WHERE id = $1",
            id);
    };
    const auto row = co_await database_.read(std::move(work));
    if (!row) {
        co_return http::problem(no_such_mail());
    }
    json::object members{{"mail", to_json(*row)}};
    co_return http::success(200, "one mail", std::move(members));
}

Task<http::Response> DevInbox::remove(http::Request& request) {
    auto work = [id = request.parameter("id")](sql::Session& session) {
        return session.execute("DELETE FROM dev_mails WHERE id = $1", id);
    };
    const std::int64_t removed = co_await database_.write(std::move(work));
    if (removed == 0) {
        co_return http::problem(no_such_mail());
    }
    co_return http::success(200, "mail deleted");
}

Task<http::Response> DevInbox::clear(http::Request&) {
    auto work = [](sql::Session& session) { return session.execute("DELETE FROM dev_mails"); };
    const std::int64_t removed = co_await database_.write(std::move(work));
    json::object members{{"deleted", removed}};
    co_return http::success(200, "dev inbox emptied", std::move(members));
}

}  // namespace tripos::mail

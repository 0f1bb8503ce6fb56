// SPDX-License-Identifier: MIT
#include "mail/dev_inbox_api.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>

#include "core/text.hpp"
#include "http/json_body.hpp"
#include "http/origins.hpp"
#include "mail/detail/mail_scan.hpp"

namespace tripos::mail {

namespace {

namespace json = boost::json;
namespace schema = http::schema;
using http::Operation;

constexpr const char* kTag = "Dev inbox";
constexpr const char* kForDevelopment = "For development";
constexpr std::int64_t kPageSize = 50;
constexpr std::size_t kMostFailures = 50;

/// A mail is foreign text: no scripts, nothing from elsewhere, an origin of its own; links open in
/// new windows.
constexpr const char* kMailPolicy =
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

json::object to_json(const DevMail& mail) {
    return {{"id", mail.id},
            {"from", mail.from},
            {"to", mail.to},
            {"subject", mail.subject},
            {"html", mail.html},
            {"text", mail.text},
            {"links", json::value_from(detail::find_links(mail.text))},
            {"codes", json::value_from(detail::find_codes(mail.text))},
            {"receivedAt", to_iso8601(mail.received_at)}};
}

/// What to_json(DevMail) writes.
http::Members mail_members() {
    using namespace schema;
    return {{"id", text()},
            {"from", text()},
            {"to", text()},
            {"subject", text()},
            {"html", text()},
            {"text", text()},
            {"links", list_of(text())},
            {"codes", list_of(text())},
            {"receivedAt", instant()}};
}

http::Schema mail_shape() {
    return schema::object(mail_members()).named("DevMail");
}

http::Schema whole_mail_shape() {
    auto members = mail_members();
    members.push_back({"headers", schema::list_of(schema::object(
                                      {{"name", schema::text()}, {"value", schema::text()}}))});
    return schema::object(members).named("WholeDevMail");
}

http::Schema failure_shape() {
    return schema::object(
        {{"stage", schema::one_of({"connect", "hello", "auth", "mail", "rcpt", "data", "dot"})},
         {"reply", schema::text()},
         {"probability", schema::number()}});
}

/// The fields of the source's header block, unfolded, in order.
json::array shown_headers(std::string_view source) {
    json::array headers;
    std::string name;
    std::string value;
    const auto flush = [&] {
        if (!name.empty()) {
            headers.push_back(json::object{{"name", name}, {"value", value}});
        }
    };
    for (const auto line : split(source.substr(0, source.find("\r\n\r\n")), '\n')) {
        const auto text = trim(line);
        if (line.starts_with(' ') || line.starts_with('\t')) {
            value += (value.empty() ? "" : " ") + std::string(text);
            continue;
        }
        flush();
        const auto colon = std::min(text.find(':'), text.size());
        name = text.substr(0, colon);
        value = trim(text.substr(std::min(colon + 1, text.size())));
    }
    flush();
    return headers;
}

Error no_such_mail() {
    return not_found("no such mail: it was deleted, or pushed out by newer ones");
}

/// A text of the query; an Error when it cannot be one.
Result<std::string> text_parameter(const http::Request& request, const char* name) {
    auto text = request.query_parameter(name).value_or("");
    if (text.size() > 500 || !is_valid_utf8(text) || has_control_characters(text)) {
        return invalid_field(name, std::string(name) + " must be text of at most 500 bytes");
    }
    return text;
}

std::vector<DevFailure> read_failures(http::BodyReader& body) {
    std::vector<DevFailure> failures;
    const auto* list = body.array("failures", kMostFailures);
    if (list == nullptr) {
        body.reject("failures", "failures must be a list; an empty one makes all go well");
        return failures;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto name = "failures[" + std::to_string(i) + "]";
        if (!(*list)[i].is_object()) {
            body.reject(name, "must be an object with stage, reply and probability");
            continue;
        }
        http::BodyReader entry((*list)[i].get_object(), name);
        auto failure = check_dev_failure({.stage = entry.text("stage"),
                                          .reply = entry.text("reply"),
                                          .probability = entry.number("probability")});
        if (failure) {
            failures.push_back(std::move(*failure));
        } else {
            for (const auto& field : failure.error().fields) {
                entry.reject(field.field, field.message);
            }
        }
        for (auto& problem : entry.take_problems()) {
            body.reject(problem.field, problem.message);
        }
    }
    return failures;
}

http::Response answer_failures(const DevFailures& failures) {
    json::array list;
    for (const auto& failure : failures.list()) {
        list.push_back(json::object{{"stage", failure.stage},
                                    {"reply", failure.reply},
                                    {"probability", failure.probability}});
    }
    return http::success(200, "failures that the dev inbox makes", {{"failures", std::move(list)}});
}

/// `example.org:8000` without its port, `[::1]` without its brackets.
std::string_view host_of(std::string_view authority) {
    if (authority.starts_with('[')) {
        return authority.substr(1, authority.find(']') - 1);
    }
    return authority.substr(0, authority.find(':'));
}

}  // namespace

DevInboxApi::DevInboxApi(DevInbox& inbox, DevInboxAudience audience, const std::string& site_url)
    : inbox_(inbox), audience_(audience) {
    if (const auto origin = http::origin_of(site_url); !origin.empty()) {
        site_host_ = host_of(std::string_view(origin).substr(origin.find("//") + 2));
    }
}

bool DevInboxApi::names_us(const http::Request& request) const {
    const auto host = to_lower(host_of(request.header("host").value_or("")));
    return host == "localhost" || host.ends_with(".localhost") || http::is_address(host) ||
           (!host.empty() && host == site_host_);
}

void DevInboxApi::add_routes(http::Router& router) {
    const http::PathId id{"id", no_such_mail()};
    router.get("/dev/api/mails", guarded(&DevInboxApi::list),
               Operation(kTag, "The mails, newest first")
                   .asks("to", schema::text(), "An address, or a part of one")
                   .asks("q", schema::text(), "A part of subject, text, sender or recipient")
                   .paged()
                   .answers(200, "One page",
                            {{"mails", schema::list_of(mail_shape())},
                             {"total", schema::integer()},
                             {"page", schema::integer()},
                             {"limit", schema::integer()}}));
    router.delete_("/dev/api/mails", guarded(&DevInboxApi::clear),
                   Operation(kTag, "Delete all mails")
                       .answers(200, "Deleted", {{"deleted", schema::integer()}})
                       .unlimited(kForDevelopment));
    router.get("/dev/api/mails/:id", guarded(id, &DevInboxApi::show),
               Operation(kTag, "One mail, with its headers")
                   .answers(200, "The mail", {{"mail", whole_mail_shape()}})
                   .refuses(404, {"not_found"}));
    router.get("/dev/api/mails/:id/html", guarded(id, &DevInboxApi::html),
               Operation(kTag, "Its HTML, as a page without scripts")
                   .sends(200, "text/html", "The HTML")
                   .refuses(404, {"not_found"}));
    router.get("/dev/api/mails/:id/source", guarded(id, &DevInboxApi::source),
               Operation(kTag, "The message as a relay would get it")
                   .sends(200, "text/plain", "The source")
                   .refuses(404, {"not_found"}));
    router.delete_("/dev/api/mails/:id", guarded(id, &DevInboxApi::remove),
                   Operation(kTag, "Delete a mail")
                       .answers(200, "Deleted")
                       .refuses(404, {"not_found"})
                       .unlimited(kForDevelopment));
    const http::Members failures{{"failures", schema::list_of(failure_shape())}};
    router.get("/dev/api/failures", guarded(&DevInboxApi::failures),
               Operation(kTag, "The failures it makes").answers(200, "The failures", failures));
    router.put("/dev/api/failures", guarded(&DevInboxApi::set_failures),
               Operation(kTag, "Make it fail: a reply at a stage, with a probability")
                   .takes(failures)
                   .answers(200, "The failures from now on", failures)
                   .unlimited(kForDevelopment));
}

http::Handler DevInboxApi::checked(http::Handler handler) {
    auto call = [this, handler = std::move(handler)](http::Request& request) {
        return check(request, handler);
    };
    return {std::move(call),
            http::Access{.who = "everyone", .refusals = {{403, {"foreign_host"}}}}};
}

Task<http::Reply> DevInboxApi::check(http::Request& request, const http::Handler& handler) {
    if (audience_ == DevInboxAudience::this_machine && !request.is_local) {
        co_return not_found("There is nothing at this address");
    }
    if (!names_us(request)) {
        co_return forbidden(
            "foreign_host",
            "The dev inbox is shown under localhost, an address, or the host of PUBLIC_URL.");
    }
    co_return co_await handler(request);
}

Task<http::Reply> DevInboxApi::list(http::Request& request) {
    const auto page = http::read_page(request, kPageSize);
    const auto to = text_parameter(request, "to");
    const auto search = text_parameter(request, "q");
    if (!page) {
        co_return page.error();
    }
    if (!to || !search) {
        co_return !to ? to.error() : search.error();
    }
    DevMailQuery query{
        .to = *to, .search = *search, .limit = page->limit, .offset = page->offset()};
    const auto found = co_await inbox_.list(std::move(query));
    json::array mails;
    for (const auto& mail : found.mails) {
        mails.push_back(to_json(mail));
    }
    co_return http::success(200, "mails in the dev inbox",
                            {{"mails", std::move(mails)},
                             {"total", found.total},
                             {"page", page->page},
                             {"limit", page->limit}});
}

Task<http::Reply> DevInboxApi::show(http::Request&, std::string id) {
    const auto mail = co_await inbox_.find(std::move(id));
    if (!mail) {
        co_return no_such_mail();
    }
    auto whole = to_json(*mail);
    whole["headers"] = shown_headers(mail->source);
    co_return http::success(200, "one mail", {{"mail", std::move(whole)}});
}

Task<http::Reply> DevInboxApi::html(http::Request&, std::string id) {
    const auto mail = co_await inbox_.find(std::move(id));
    if (!mail) {
        co_return no_such_mail();
    }
    auto response = http::html_response(200, "<base target=\"_blank\">" + mail->html);
    response.with_header("Content-Security-Policy", kMailPolicy);
    co_return response;
}

Task<http::Reply> DevInboxApi::source(http::Request&, std::string id) {
    const auto mail = co_await inbox_.find(std::move(id));
    co_return mail ? http::Reply(http::text_response(200, mail->source)) : no_such_mail();
}

Task<http::Reply> DevInboxApi::remove(http::Request&, std::string id) {
    const auto removed = co_await inbox_.remove(std::move(id));
    co_return removed > 0 ? http::Reply(http::success(200, "mail deleted")) : no_such_mail();
}

Task<http::Reply> DevInboxApi::clear(http::Request&) {
    const auto removed = co_await inbox_.clear();
    co_return http::success(200, "dev inbox emptied", {{"deleted", removed}});
}

Task<http::Reply> DevInboxApi::failures(http::Request&) {
    co_return answer_failures(inbox_.failures());
}

Task<http::Reply> DevInboxApi::set_failures(http::Request& request) {
    http::BodyReader body(request);
    auto failures = read_failures(body);
    if (auto error = body.error()) {
        co_return *error;
    }
    inbox_.failures().replace(std::move(failures));
    co_return answer_failures(inbox_.failures());
}

}  // namespace tripos::mail

// SPDX-License-Identifier: MIT
#include "newsletters/newsletters_api.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

#include "accounts/candidate.hpp"
#include "core/id.hpp"
#include "core/text.hpp"

namespace tripos::newsletters {

namespace {

namespace json = boost::json;
namespace schema = http::schema;
using http::Operation;

constexpr const char* kTag = "Newsletters";
constexpr std::size_t kLongestSubject = 200;
constexpr std::size_t kLongestBody = 90'000;  ///< mail clients clip at about 100 KB
const std::vector<std::string_view> kMailStatuses = {
    "PLANNED", "PENDING", "QUEUED", "SENT", "FAILED", "SUPPRESSED", "IN_DOUBT", "CANCELLED"};

json::value maybe_time(const std::optional<Timestamp>& at) {
    return at ? json::value(json::string(to_iso8601(*at))) : json::value(nullptr);
}

json::value maybe_text(const std::optional<std::string>& text) {
    return text ? json::value(json::string(*text)) : json::value(nullptr);
}

json::object to_json(const Progress& progress) {
    return {{"total", progress.total},      {"planned", progress.planned},
            {"queued", progress.queued},    {"sent", progress.sent},
            {"failed", progress.failed},    {"suppressed", progress.suppressed},
            {"inDoubt", progress.in_doubt}, {"cancelled", progress.cancelled}};
}

json::object to_json(const NewsletterWithProgress& found) {
    const auto& newsletter = found.newsletter;
    return {{"id", newsletter.id},
            {"subject", newsletter.subject},
            {"list", newsletter.list},
            {"audience", newsletter.audience},
            {"status", to_string(newsletter.status)},
            {"pauseReason", newsletter.pause_reason.empty()
                                ? json::value(nullptr)
                                : json::value(json::string(newsletter.pause_reason))},
            {"allRecipientsFound", newsletter.all_found},
            {"progress", to_json(found.progress)},
            {"createdAt", to_iso8601(newsletter.created_at)},
            {"testedAt", maybe_time(newsletter.tested_at)},
            {"startedAt", maybe_time(newsletter.started_at)},
            {"finishedAt", maybe_time(newsletter.finished_at)}};
}

/// What to_json(NewsletterWithProgress) writes.
http::Schema newsletter_shape() {
    using namespace schema;
    const auto progress = object({{"total", integer()},
                                  {"planned", integer()},
                                  {"queued", integer()},
                                  {"sent", integer()},
                                  {"failed", integer()},
                                  {"suppressed", integer()},
                                  {"inDoubt", integer()},
                                  {"cancelled", integer()}});
    return object({{"id", uuid()},
                   {"subject", text()},
                   {"list", text()},
                   {"audience", text()},
                   {"status", one_of({"DRAFT", "SENDING", "PAUSED", "CANCELLED", "DONE"})},
                   {"pauseReason", text().nullable()},
                   {"allRecipientsFound", flag()},
                   {"progress", progress},
                   {"createdAt", instant()},
                   {"testedAt", instant().nullable()},
                   {"startedAt", instant().nullable()},
                   {"finishedAt", instant().nullable()}})
        .named("Newsletter");
}

http::Schema recipient_shape() {
    using namespace schema;
    return object({{"id", uuid()},
                   {"to", text()},
                   {"userId", uuid().nullable()},
                   {"status", one_of(kMailStatuses)},
                   {"attempts", integer()},
                   {"reason", text().nullable()},
                   {"finishedAt", instant().nullable()}})
        .named("NewsletterRecipient");
}

mail::NewsletterModel read_model(http::BodyReader& body) {
    mail::NewsletterModel model;
    model.subject = body.text("subject", {.max_length = kLongestSubject});
    const http::TextRule rule{.max_length = kLongestBody, .allow_newlines = true};
    if (body.has("html") == body.has("text")) {
        body.reject("text", "give either text or html");
    } else if (body.has("html")) {
        model.body = body.text("html", rule);
        model.format = mail::BodyFormat::html;
    } else {
        model.body = body.text("text", rule);
    }
    return model;
}

Error no_such_newsletter() {
    return not_found("There is no newsletter with this id");
}

/// The id in the path; what is none is unknown.
std::string id_of(const http::Request& request) {
    const auto& id = request.parameter("id");
    return is_uuid(id) ? to_lower(id) : std::string();
}

http::Response answer(int status, std::string_view message, const NewsletterWithProgress& found) {
    json::object members;
    members["newsletter"] = to_json(found);
    return http::success(status, message, std::move(members));
}

json::array to_json(const std::vector<notices::LetterMail>& mails) {
    json::array list;
    for (const auto& mail : mails) {
        list.push_back(json::object{{"id", mail.id},
                                    {"to", mail.to},
                                    {"userId", maybe_text(mail.user_id)},
                                    {"status", mail.status},
                                    {"attempts", mail.attempts},
                                    {"reason", maybe_text(mail.reason)},
                                    {"finishedAt", maybe_time(mail.finished_at)}});
    }
    return list;
}

}  // namespace

void NewslettersApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    const std::string base = "/api/admin/newsletters";
    const http::Members one{{"newsletter", newsletter_shape()}};
    router.post(base, guard.admin(this, &NewslettersApi::create),
                Operation(kTag, "Write a newsletter")
                    .details("It is a draft: nothing is sent before its first resume. Give either "
                             "text or html; {{unsubscribeLink}} stands for each recipient's own "
                             "link, which the layout adds below.")
                    .takes({{"audience", audience_shape()},
                            {"subject", schema::text()},
                            {"text?", schema::text()},
                            {"html?", schema::text()}})
                    .answers(201, "The draft", one)
                    .refuses(404, {"not_found"}));
    router.get(base, guard.admin(this, &NewslettersApi::list),
               Operation(kTag, "The newsletters, newest first")
                   .paged()
                   .answers(200, "One page",
                            {{"pagination", schema::pagination()},
                             {"data", schema::list_of(newsletter_shape())}}));
    router.get(base + "/:id", guard.admin(this, &NewslettersApi::show),
               Operation(kTag, "One newsletter with its exact progress")
                   .answers(200, "The newsletter", one)
                   .refuses(404, {"not_found"}));
    router.get(base + "/:id/recipients", guard.admin(this, &NewslettersApi::recipients),
               Operation(kTag, "Its recipients, and what became of each mail")
                   .asks("status", schema::one_of(kMailStatuses), "Only those")
                   .paged()
                   .answers(200, "One page", {{"data", schema::list_of(recipient_shape())}})
                   .refuses(404, {"not_found"}));
    router.post(base + "/:id/test", guard.admin(this, &NewslettersApi::test),
                Operation(kTag, "Send one copy to yourself, or to another address")
                    .may_take({{"to?", schema::email()}})
                    .answers(202, "Queued", {{"to", schema::text()}, {"mailId", schema::uuid()}})
                    .refuses(404, {"not_found"}));
    const auto add_change = [&](const char* name, auto member, const char* summary) {
        router.post(base + "/:id/" + name, guard.admin(this, member),
                    Operation(kTag, summary)
                        .answers(200, "The newsletter as it is now", one)
                        .refuses(404, {"not_found"})
                        .refuses(409, {"wrong_status"}));
    };
    add_change("resume", &NewslettersApi::resume, "Start a draft, or go on with a paused one");
    add_change("pause", &NewslettersApi::pause, "Begin no further mail of it");
    add_change("cancel", &NewslettersApi::cancel, "Send nothing more of it, for good");
}

Task<http::Reply> NewslettersApi::create(http::Request& request, const Principal& principal) {
    http::BodyReader body(request);
    NewNewsletter draft{.audience = read_audience(body),
                        .model = read_model(body),
                        .created_by = principal.user_id};
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto created = co_await service_.create(std::move(draft));
    if (!created) {
        co_return created.error();
    }
    co_return answer(201, "Newsletter written; resume sends it", *created);
}

Task<http::Reply> NewslettersApi::list(http::Request& request, const Principal&) {
    const auto page = http::read_page(request);
    if (!page) {
        co_return page.error();
    }
    const auto found = co_await service_.list(page->limit, page->offset());
    json::array data;
    for (const auto& newsletter : found.newsletters) {
        data.push_back(to_json(newsletter));
    }
    json::object members;
    members["pagination"] = http::pagination(found.total, *page);
    members["data"] = std::move(data);
    co_return http::success(200, "Newsletters", std::move(members));
}

Task<http::Reply> NewslettersApi::show(http::Request& request, const Principal&) {
    const auto found = co_await service_.find(id_of(request));
    co_return found ? http::Reply(answer(200, "Newsletter", *found)) : no_such_newsletter();
}

Task<http::Reply> NewslettersApi::recipients(http::Request& request, const Principal&) {
    const auto page = http::read_page(request);
    if (!page) {
        co_return page.error();
    }
    const auto status = to_upper(request.query_parameter("status").value_or(""));
    if (!status.empty() &&
        std::find(kMailStatuses.begin(), kMailStatuses.end(), status) == kMailStatuses.end()) {
        co_return invalid_field(
            "status",
            "status is one of PLANNED, PENDING, QUEUED, SENT, FAILED, SUPPRESSED, "
            "IN_DOUBT, CANCELLED");
    }
    RecipientQuery query{.newsletter_id = id_of(request),
                         .status = status,
                         .limit = page->limit,
                         .offset = page->offset()};
    const auto found = co_await service_.recipients(std::move(query));
    if (!found) {
        co_return no_such_newsletter();
    }
    json::object members;
    members["data"] = to_json(*found);
    co_return http::success(200, "Recipients", std::move(members));
}

Task<http::Reply> NewslettersApi::test(http::Request& request, const Principal& principal) {
    std::string to;
    if (!request.body.empty()) {
        http::BodyReader body(request);
        to = body.maybe_text("to", {.max_length = 254}).value_or("");
        const auto address = mail::parse_address(to);
        if (!to.empty() && !address) {
            body.reject("to", "to must look like name@example.org");
        }
        if (auto error = body.error()) {
            co_return *error;
        }
    }
    if (to.empty()) {
        to = co_await own_address(principal.user_id);
    }
    auto mail_id = co_await service_.test(id_of(request), to);
    if (!mail_id) {
        co_return mail_id.error();
    }
    json::object members{{"to", to}, {"mailId", *mail_id}};
    co_return http::success(202, "Test copy queued", std::move(members));
}

Task<std::string> NewslettersApi::own_address(std::string user_id) {
    auto work = [&user_id](sql::Session& session) {
        return accounts::find_candidates(session, {user_id}).at(user_id).email;
    };
    co_return co_await parts_.database.read(std::move(work));
}

Task<http::Reply> NewslettersApi::resume(http::Request& request, const Principal&) {
    co_return co_await change(request, &NewsletterService::resume, "Newsletter is being sent");
}

Task<http::Reply> NewslettersApi::pause(http::Request& request, const Principal&) {
    co_return co_await change(request, &NewsletterService::pause, "Newsletter paused");
}

Task<http::Reply> NewslettersApi::cancel(http::Request& request, const Principal&) {
    co_return co_await change(request, &NewsletterService::cancel, "Newsletter cancelled");
}

Task<http::Reply> NewslettersApi::change(http::Request& request, Change how, std::string message) {
    const auto outcome = co_await (service_.*how)(id_of(request));
    co_return outcome ? http::Reply(answer(200, message, *outcome)) : outcome.error();
}

}  // namespace tripos::newsletters

// SPDX-License-Identifier: MIT
#include "newsletters/newsletters_api.hpp"

#include <algorithm>

#include "accounts/order_key.hpp"
#include "core/text.hpp"

namespace tripos::newsletters {

namespace {

namespace schema = http::schema;
using accounts::Principal;
using http::Operation;
using http::Reply;
using http::Request;

constexpr std::size_t kLongestBody = 90'000;  ///< mail clients clip at about 100 KB
const std::vector<std::string_view> kMailStatuses = {"PLANNED",    "PENDING",  "QUEUED",
                                                     "DEFERRED",   "SENT",     "FAILED",
                                                     "SUPPRESSED", "IN_DOUBT", "CANCELLED"};

constexpr auto kProgress =
    entity::Table(entity::Member{nullptr, &Progress::total, "total"},
                  entity::Member{nullptr, &Progress::planned, "planned"},
                  entity::Member{nullptr, &Progress::queued, "queued"},
                  entity::Member{nullptr, &Progress::deferred, "deferred"},
                  entity::Member{nullptr, &Progress::sent, "sent"},
                  entity::Member{nullptr, &Progress::failed, "failed"},
                  entity::Member{nullptr, &Progress::suppressed, "suppressed"},
                  entity::Member{nullptr, &Progress::in_doubt, "inDoubt"},
                  entity::Member{nullptr, &Progress::cancelled, "cancelled"});

http::Schema mail_status_shape() {
    return schema::one_of(kMailStatuses);
}

constexpr auto kRecipient = entity::Table(
    entity::Member{nullptr, &notices::LetterMail::id, "id", schema::uuid},
    entity::Member{nullptr, &notices::LetterMail::to, "to"},
    entity::Member{nullptr, &notices::LetterMail::user_id, "userId",
                   [] { return schema::uuid().nullable(); }},
    entity::Member{nullptr, &notices::LetterMail::status, "status", mail_status_shape},
    entity::Member{nullptr, &notices::LetterMail::attempts, "attempts"},
    entity::Member{nullptr, &notices::LetterMail::reason, "reason"},
    entity::Member{nullptr, &notices::LetterMail::finished_at, "finishedAt"});

void write(http::JsonWriter& json, const NewsletterWithProgress& found) {
    json.begin_object();
    entity::write(json, found.newsletter, kMembers);
    json.name("progress").begin_object();
    entity::write(json, found.progress, kProgress);
    json.end_object().end_object();
}

/// What write() writes.
http::Schema newsletter_shape() {
    return schema::object(schema::joined(entity::shapes(kMembers),
                                         {{"progress", schema::object(entity::shapes(kProgress))}}))
        .named("Newsletter");
}

Reply answer(int status, std::string_view message, const NewsletterWithProgress& found) {
    auto json = http::success_body(message);
    write(json.name("newsletter"), found);
    return http::finished(status, std::move(json));
}

using Change = Task<Result<NewsletterWithProgress>> (NewsletterService::*)(std::string id);

Task<Reply> change(NewsletterService& newsletters, std::string id, Change how,
                   std::string_view message) {
    const auto outcome = co_await (newsletters.*how)(std::move(id));
    co_return outcome ? answer(200, message, *outcome) : outcome.error();
}

Task<Reply> create(NewsletterService& newsletters, Request& request, const Principal& principal) {
    http::BodyReader body(request);
    NewNewsletter draft{.audience = read_audience(body),
                        .model = read_letter(body, kLongestBody),
                        .created_by = principal.user_id};
    auto id = accounts::read_id_of_made(request, principal);
    if (!id) {
        body.reject("Idempotency-Key", id.error().message);
    }
    if (auto error = body.error()) {
        co_return *error;
    }
    draft.id = std::move(*id);
    const auto created = co_await newsletters.create(std::move(draft));
    if (!created) {
        co_return created.error();
    }
    co_return answer(201, "Newsletter written; resume sends it", *created);
}

Task<Reply> list_drafts_and_sent(NewsletterService& newsletters, Request& request) {
    const auto page = http::read_page(request);
    if (!page) {
        co_return page.error();
    }
    const auto found = co_await newsletters.list(page->limit, page->offset());
    auto json = http::success_body("Newsletters");
    http::write_pagination(json, *page, found.total);
    json.name("data").begin_array();
    for (const auto& newsletter : found.newsletters) {
        write(json, newsletter);
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

Task<Reply> show(NewsletterService& newsletters, Request&, std::string id) {
    const auto found = co_await newsletters.find(std::move(id));
    co_return found ? answer(200, "Newsletter", *found) : no_such_newsletter();
}

/// In a frame of the panel: no scripts, nothing from elsewhere, an origin of its own.
constexpr const char* kMailPolicy =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'self'";

Task<Reply> preview(NewsletterService& newsletters, Request&, std::string id) {
    const auto html = co_await newsletters.preview(std::move(id));
    if (!html) {
        co_return no_such_newsletter();
    }
    auto response = http::html_response(200, *html);
    response.with_header("Content-Security-Policy", kMailPolicy);
    co_return response;
}

Task<Reply> recipients(NewsletterService& newsletters, Request& request, std::string id) {
    const auto page = http::read_page(request);
    if (!page) {
        co_return page.error();
    }
    const auto status = to_upper(request.query_parameter("status").value_or(""));
    if (!status.empty() &&
        std::find(kMailStatuses.begin(), kMailStatuses.end(), status) == kMailStatuses.end()) {
        co_return invalid_field(
            "status",
            "status is one of PLANNED, PENDING, QUEUED, DEFERRED, SENT, FAILED, "
            "SUPPRESSED, IN_DOUBT, CANCELLED");
    }
    RecipientQuery query{.newsletter_id = std::move(id),
                         .status = status,
                         .limit = page->limit,
                         .offset = page->offset()};
    const auto found = co_await newsletters.recipients(std::move(query));
    if (!found) {
        co_return no_such_newsletter();
    }
    auto json = http::success_body("Recipients");
    entity::write_all(json.name("data"), *found, kRecipient);
    co_return http::finished(200, std::move(json));
}

Task<Reply> test(NewsletterService& newsletters, Request& request, const Principal& principal,
                 std::string id) {
    http::BodyReader body(request, http::EmptyBody::allowed);
    auto to = body.maybe_text("to", {.max_length = 254}).value_or("");
    if (!to.empty() && !mail::parse_address(to)) {
        body.reject("to", "to must look like name@example.org");
    }
    if (auto error = body.error()) {
        co_return *error;
    }
    if (to.empty()) {
        to = co_await newsletters.address_of(principal.user_id);
    }
    auto mail_id = co_await newsletters.test(std::move(id), to);
    if (!mail_id) {
        co_return mail_id.error();
    }
    co_return http::success(202, "Test copy queued", {{"to", to}, {"mailId", *mail_id}});
}

Task<Reply> resume(NewsletterService& newsletters, Request& request, std::string id) {
    http::BodyReader body(request, http::EmptyBody::allowed);
    auto confirmation = body.maybe_text("confirm", {.min_length = 0});
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto outcome = co_await newsletters.resume(std::move(id), std::move(confirmation));
    co_return outcome ? answer(200, "Newsletter is being sent", *outcome) : outcome.error();
}

}  // namespace

void add_newsletter_routes(http::Router& router, const accounts::Guard& guard,
                           NewsletterService& newsletters) {
    const std::string base = "/api/admin/newsletters";
    const http::PathId id{"id", no_such_newsletter()};
    const http::Members one{{"newsletter", newsletter_shape()}};
    const auto recipient = schema::object(entity::shapes(kRecipient)).named("NewsletterRecipient");
    router.post(
        base, guard.staff(accounts::Capability::mailings, std::ref(newsletters), create),
        Operation("Newsletters", "Write a newsletter")
            .details("It is a draft: nothing is sent before its first resume. Give either "
                     "text or html; {{unsubscribeLink}} stands for each recipient's own "
                     "link, which the layout adds below. A request that is repeated with its "
                     "header Idempotency-Key is answered with the newsletter that it made.")
            .takes({{"audience", audience_shape()},
                    {"subject", schema::text()},
                    {"text?", schema::text()},
                    {"html?", schema::text()}})
            .answers(201, "The draft", one)
            .refuses(404, {"not_found"}));
    router.get(
        base,
        guard.staff(accounts::Capability::mailings, std::ref(newsletters), list_drafts_and_sent),
        Operation("Newsletters", "The newsletters, newest first")
            .paged()
            .answers(200, "One page",
                     {{"pagination", schema::pagination()},
                      {"data", schema::list_of(newsletter_shape())}}));
    router.get(base + "/:id",
               guard.staff(accounts::Capability::mailings, std::ref(newsletters), id, show),
               Operation("Newsletters", "One newsletter with its exact progress")
                   .answers(200, "The newsletter", one)
                   .refuses(404, {"not_found"}));
    router.get(base + "/:id/recipients",
               guard.staff(accounts::Capability::mailings, std::ref(newsletters), id, recipients),
               Operation("Newsletters", "Its recipients, and what became of each mail")
                   .asks("status", mail_status_shape(), "Only those")
                   .paged()
                   .answers(200, "One page", {{"data", schema::list_of(recipient)}})
                   .refuses(404, {"not_found"}));
    router.get(base + "/:id/preview",
               guard.staff(accounts::Capability::mailings, std::ref(newsletters), id, preview),
               Operation("Newsletters", "Its HTML as readers get it, for a frame without rights")
                   .sends(200, "text/html", "The HTML; its link to unsubscribe leads nowhere")
                   .refuses(404, {"not_found"}));
    router.post(base + "/:id/test",
                guard.staff(accounts::Capability::mailings, std::ref(newsletters), id, test),
                Operation("Newsletters", "Send one copy to yourself, or to another address")
                    .may_take({{"to?", schema::email()}})
                    .answers(202, "Queued", {{"to", schema::text()}, {"mailId", schema::uuid()}})
                    .refuses(404, {"not_found"}));
    router.post(base + "/:id/resume",
                guard.staff(accounts::Capability::mailings, std::ref(newsletters), id, resume),
                Operation("Newsletters", "Start a draft, or go on with a paused one")
                    .details("Nobody gets two. `confirm` is its subject.")
                    .may_take({{"confirm?", schema::text()}})
                    .answers(200, "The newsletter as it is now", one)
                    .refuses(404, {"not_found"})
                    .refuses(409, {"wrong_status", "not_confirmed"},
                             {{"subject?", schema::text()}, {"recipients?", schema::integer()}}));
    const auto add_change = [&](const char* name, Change how, std::string_view message,
                                const char* summary) {
        auto handler = [how, message](NewsletterService& service, Request&, std::string which) {
            return change(service, std::move(which), how, message);
        };
        router.post(base + "/:id/" + name,
                    guard.staff(accounts::Capability::mailings, std::ref(newsletters), id, handler),
                    Operation("Newsletters", summary)
                        .answers(200, "The newsletter as it is now", one)
                        .refuses(404, {"not_found"})
                        .refuses(409, {"wrong_status"}));
    };
    add_change("pause", &NewsletterService::pause, "Newsletter paused",
               "Begin no further mail of it");
    add_change("cancel", &NewsletterService::cancel, "Newsletter cancelled",
               "Send nothing more of it, for good");
}

}  // namespace tripos::newsletters

// SPDX-License-Identifier: MIT
#include "newsletters/unsubscribe_api.hpp"

#include "mail/suppressions.hpp"
#include "newsletters/embedded.hpp"
#include "notices/letters.hpp"

namespace tripos::newsletters {

namespace {

using http::Operation;
using http::Reply;
using http::Request;

http::Response page(int status, std::string_view name) {
    return http::html_response(status, std::string(embedded::file(name)));
}

http::Response unknown_link() {
    return page(404, "pages/unsubscribe-unknown.html");
}

/// The body that RFC 8058 prescribes, as a form of either kind.
bool is_one_click(const std::string& body) {
    const auto name = body.find("List-Unsubscribe");
    return name != std::string::npos && body.find("One-Click", name) != std::string::npos;
}

Task<Reply> ask(const notices::UnsubscribeLinks& links, Request&, std::string token) {
    const auto mail_id = links.mail_of(token);
    co_return mail_id ? page(200, "pages/unsubscribe.html") : unknown_link();
}

Task<Reply> leave(const Parts& parts, const notices::UnsubscribeLinks& links, Request& request,
                  std::string token) {
    const auto mail_id = links.mail_of(token);
    if (!mail_id) {
        co_return unknown_link();
    }
    if (!is_one_click(request.body)) {
        co_return page(400, "pages/unsubscribe.html");
    }
    auto work = [&mail_id, now = parts.clock.now()](sql::Session& session) {
        const auto subscription = notices::find_subscription(session, *mail_id);
        if (subscription) {
            mail::suppress(session, {.address = subscription->address,
                                     .reason = mail::SuppressionReason::unsubscribe,
                                     .list = subscription->list,
                                     .detail = "mail " + *mail_id,
                                     .created_at = now});
        }
        return subscription.has_value();
    };
    const bool known = co_await parts.database.write(std::move(work));
    co_return known ? page(200, "pages/unsubscribed.html") : unknown_link();
}

}  // namespace

void add_unsubscribe_routes(http::Router& router, const Parts& parts,
                            const notices::UnsubscribeLinks& links) {
    const http::PathText token{"token"};
    router.get("/unsubscribe/:token", http::open(std::cref(links), token, ask),
               Operation("Newsletters", "The page behind a newsletter's unsubscribe link")
                   .sends(200, "text/html", "A button; following the link changes nothing")
                   .sends(404, "text/html", "No such link"));
    auto post = [&links](const Parts& all, Request& request, std::string given) {
        return leave(all, links, request, std::move(given));
    };
    router.post("/unsubscribe/:token", http::open(std::cref(parts), token, post),
                Operation("Newsletters", "Leave the list (RFC 8058)")
                    .details("The body is the form `List-Unsubscribe=One-Click`.")
                    .sends(200, "text/html", "Left; doing it again is no mistake")
                    .sends(400, "text/html", "The body is another")
                    .sends(404, "text/html", "No such link")
                    .unlimited("Without a signed link nothing happens"));
}

}  // namespace tripos::newsletters

// SPDX-License-Identifier: MIT
#include "newsletters/unsubscribe_api.hpp"

#include "mail/suppressions.hpp"
#include "notices/letters.hpp"

namespace tripos::newsletters {

namespace {

using http::Operation;
using http::Reply;
using http::Request;

Error unknown_link() {
    return not_found("This link is not known. Open the one at the end of the newsletter again.");
}

/// The body that RFC 8058 prescribes, as a form of either kind.
bool is_one_click(const std::string& body) {
    const auto name = body.find("List-Unsubscribe");
    return name != std::string::npos && body.find("One-Click", name) != std::string::npos;
}

Task<Reply> leave(const Parts& parts, const notices::UnsubscribeLinks& links, Request& request,
                  std::string token) {
    const auto mail_id = links.mail_of(token);
    if (!mail_id) {
        co_return unknown_link();
    }
    if (!is_one_click(request.body)) {
        co_return invalid_field("List-Unsubscribe", "The body is List-Unsubscribe=One-Click");
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
    // As text: whoever pressed the button without scripts reads it.
    co_return known
        ? Reply(http::text_response(200, "You have left. This newsletter will not come again."))
        : unknown_link();
}

}  // namespace

void add_unsubscribe_routes(http::Router& router, const Parts& parts,
                            const notices::UnsubscribeLinks& links) {
    const http::PathText token{"token"};
    auto post = [&links](const Parts& all, Request& request, std::string given) {
        return leave(all, links, request, std::move(given));
    };
    router.post("/unsubscribe/:token", http::open(std::cref(parts), token, post),
                Operation("Newsletters", "Leave the list (RFC 8058)")
                    .details("The body is the form `List-Unsubscribe=One-Click`.")
                    .sends(200, "text/plain", "Left; doing it again is no mistake")
                    .refuses(400, {"validation_failed"})
                    .refuses(404, {"not_found"})
                    .unlimited("Without a signed link nothing happens"));
}

}  // namespace tripos::newsletters

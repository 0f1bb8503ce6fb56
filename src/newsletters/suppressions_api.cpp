// SPDX-License-Identifier: MIT
#include "newsletters/suppressions_api.hpp"

#include "core/text.hpp"
#include "mail/suppressions.hpp"
#include "module/command.hpp"
#include "module/entity.hpp"
#include "newsletters/mailing_lists.hpp"
#include "sql/in_pages.hpp"

namespace tripos::newsletters {

namespace {

namespace schema = http::schema;
using http::Operation;
using http::Reply;
using http::Request;

constexpr const char* kSuppressionsTag = "Newsletters";
constexpr std::size_t kLongestAddress = 254;
constexpr std::size_t kLongestDetail = 500;
constexpr std::size_t kMostAddresses = 5'000;

constexpr auto kSuppression = entity::Table(
    entity::Member{nullptr, &mail::Suppression::address, "address"},
    entity::Member{nullptr, &mail::Suppression::reason, "reason"},
    entity::Member{nullptr, &mail::Suppression::list, "list", nullptr, entity::Empty::null},
    entity::Member{nullptr, &mail::Suppression::detail, "detail"},
    entity::Member{nullptr, &mail::Suppression::created_at, "createdAt"});

constexpr auto kMailingList =
    entity::Table(entity::Member{nullptr, &MailingList::name, "name"},
                  entity::Member{nullptr, &MailingList::members, "members"});

mail::Address read_address(http::BodyReader& body) {
    const auto typed = body.text("address", {.max_length = kLongestAddress});
    auto address = mail::parse_address(typed);
    if (!typed.empty() && !address) {
        body.reject("address", "address must look like name@example.org");
    }
    return address ? std::move(*address) : mail::Address{};
}

/// `addresses`: every one that is none is named with its place.
std::vector<mail::Address> read_addresses(http::BodyReader& body) {
    std::vector<mail::Address> addresses;
    const auto* list = body.array("addresses", kMostAddresses);
    if (list == nullptr || list->empty()) {
        body.reject("addresses", "addresses must be a list of 1 to 5000 e-mail addresses");
        return addresses;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto& value = (*list)[i];
        const auto address = value.is_string() ? mail::parse_address(value.get_string())
                                               : Result<mail::Address>(invalid("", ""));
        if (address) {
            addresses.push_back(*address);
        } else {
            body.reject("addresses[" + std::to_string(i) + "]", "must look like name@example.org");
        }
    }
    return addresses;
}

using Slice = std::function<std::int64_t(sql::Session&, std::size_t, std::size_t)>;

std::span<const mail::Address> part_of(const std::vector<mail::Address>& addresses,
                                       std::size_t first, std::size_t end) {
    return std::span(addresses).subspan(first, end - first);
}

Task<Reply> remove_from_list(const Parts& parts, std::string typed, std::string reason) {
    const auto address = mail::parse_address(typed);
    const auto parsed = mail::parse_suppression_reason(reason);
    if (!reason.empty() && !parsed) {
        co_return invalid_field("reason",
                                "reason is one of hard_bounce, complaint, unsubscribe, manual");
    }
    if (!address) {
        co_return invalid_field("address", "address must look like name@example.org");
    }
    auto work = [&](sql::Session& session) {
        return mail::unsuppress(session, address->canonical, parsed);
    };
    const auto removed = co_await parts.database.write(std::move(work));
    if (removed == 0) {
        co_return not_found("There is no such entry for this address");
    }
    co_return http::success(200, "Off the suppression list", {{"removed", removed}});
}

Task<Reply> suppress(const Parts& parts, Request& request) {
    http::BodyReader body(request);
    const auto address = read_address(body);
    const auto detail = body.maybe_text("detail", {.max_length = kLongestDetail});
    if (auto error = body.error()) {
        co_return *error;
    }
    const mail::Suppression entry{.address = address.canonical,
                                  .reason = mail::SuppressionReason::manual,
                                  .list = {},
                                  .detail = detail.value_or(""),
                                  .created_at = parts.clock.now()};
    auto work = [&entry](sql::Session& session) { mail::suppress(session, entry); };
    co_await parts.database.write(std::move(work));
    auto json = http::success_body("Suppressed: no mail goes there any more");
    json.name("data").begin_object();
    entity::write(json, entry, kSuppression);
    json.end_object();
    co_return http::finished(201, std::move(json));
}

Task<Reply> list_suppressed(const Parts& parts, Request& request) {
    const auto page = http::read_page(request);
    if (!page) {
        co_return page.error();
    }
    const auto search = http::read_search(request);
    if (!search) {
        co_return search.error();
    }
    auto work = [&search, &page](sql::Session& session) {
        return mail::list_suppressions(session, *search, page->limit, page->offset());
    };
    const auto found = co_await parts.database.read(std::move(work));
    auto json = http::success_body("Suppressed addresses");
    http::write_pagination(json, *page, found.total);
    entity::write_all(json.name("data"), found.entries, kSuppression);
    co_return http::finished(200, std::move(json));
}

Task<Reply> remove(const Parts& parts, Request& request, std::string address) {
    auto reason = request.query_parameter("reason").value_or("");
    co_return co_await remove_from_list(parts, std::move(address), std::move(reason));
}

Task<Reply> unsuppress(const Parts& parts, Request& request) {
    http::BodyReader body(request);
    const auto address = body.text("address", {.max_length = kLongestAddress});
    const auto reason = body.maybe_text("reason").value_or("");
    if (auto error = body.error()) {
        co_return *error;
    }
    co_return co_await remove_from_list(parts, address, reason);
}

Task<Reply> lists(const Parts& parts, Request&) {
    auto work = [](sql::Session& session) { return list_mailing_lists(session); };
    const auto found = co_await parts.database.read(std::move(work));
    auto json = http::success_body("Mailing lists");
    entity::write_all(json.name("data"), found, kMailingList);
    co_return http::finished(200, std::move(json));
}

Task<Reply> add_members(const Parts& parts, Request& request, std::string typed) {
    http::BodyReader body(request);
    const auto name = to_lower(typed);
    if (!is_list_name(name)) {
        body.reject("name",
                    "a list's name is letters, digits, '-' and '_', at most 50, and not "
                    "'newsletter', the list of what goes to accounts");
    }
    const auto addresses = read_addresses(body);
    if (auto error = body.error()) {
        co_return *error;
    }
    Slice slice = [&, now = parts.clock.now()](sql::Session& session, std::size_t first,
                                               std::size_t end) {
        return add_list_members(session, name, part_of(addresses, first, end), now);
    };
    const auto added = co_await sql::in_slices(parts.database, addresses.size(), sql::Turn::bulk,
                                               std::move(slice));
    co_return http::success(200, "Added to the list", {{"added", added}});
}

Task<Reply> remove_members(const Parts& parts, Request& request, std::string typed) {
    http::BodyReader body(request);
    const auto name = to_lower(typed);
    const auto addresses = read_addresses(body);
    if (auto error = body.error()) {
        co_return *error;
    }
    auto look = [&name](sql::Session& session) { return is_mailing_list(session, name); };
    const bool is_known = co_await parts.database.read(std::move(look));
    if (!is_known) {
        co_return no_such_list();
    }
    Slice slice = [&](sql::Session& session, std::size_t first, std::size_t end) {
        return remove_list_members(session, name, part_of(addresses, first, end));
    };
    const auto removed = co_await sql::in_slices(parts.database, addresses.size(), sql::Turn::bulk,
                                                 std::move(slice));
    co_return http::success(200, "Taken off the list", {{"removed", removed}});
}

}  // namespace

void add_suppression_routes(http::Router& router, const accounts::Guard& guard,
                            const Parts& parts) {
    const std::string base = "/api/admin/suppressions";
    const auto suppression = schema::object(entity::shapes(kSuppression)).named("Suppression");
    router.get(base, guard.staff(accounts::Capability::operate, std::cref(parts), list_suppressed),
               Operation("Newsletters", "Addresses that must not get certain mails, newest first")
                   .asks("search", schema::text(), "A part of the address")
                   .paged()
                   .answers(200, "One page",
                            {{"pagination", schema::pagination()},
                             {"data", schema::list_of(suppression)}}));
    router.post(base, guard.staff(accounts::Capability::operate, std::cref(parts), suppress),
                Operation("Newsletters", "Suppress an address: no mail goes there any more")
                    .takes({{"address", schema::email()}, {"detail?", schema::text()}})
                    .answers(201, "Suppressed", {{"data", suppression}}));
    router.delete_(base + "/:address",
                   guard.staff(accounts::Capability::operate, std::cref(parts),
                               http::PathText{"address"}, remove),
                   Operation("Newsletters", "Take an address off the list")
                       .details("Without a reason all entries but unsubscriptions, which are the "
                                "recipient's own will.")
                       .asks("reason", schema::one_of(entity::words<mail::SuppressionReason>()),
                             "Only entries of that reason")
                       .answers(200, "Removed", {{"removed", schema::integer()}})
                       .refuses(404, {"not_found"}));
    const std::string mailing_lists = "/api/admin/mailing-lists";
    const http::PathText list_name{"name"};
    const http::Members addresses{{"addresses", schema::list_of(schema::email())}};
    router.get(
        mailing_lists, guard.staff(accounts::Capability::mailings, std::cref(parts), lists),
        Operation("Newsletters", "The mailing lists")
            .answers(200, "The lists",
                     {{"data", schema::list_of(schema::object(entity::shapes(kMailingList)))}}));
    router.post(
        mailing_lists + "/:name/members",
        guard.staff(accounts::Capability::mailings, std::cref(parts), list_name, add_members),
        Operation("Newsletters", "Add addresses to a list; the first makes it")
            .takes(addresses)
            .answers(200, "Added", {{"added", schema::integer()}}));
    router.post(
        mailing_lists + "/:name/members/remove",
        guard.staff(accounts::Capability::mailings, std::cref(parts), list_name, remove_members),
        Operation("Newsletters", "Take addresses off a list")
            .takes(addresses)
            .answers(200, "Removed", {{"removed", schema::integer()}})
            .refuses(404, {"not_found"}));
}

void add_suppression_control_routes(http::Router& router, const Parts& parts) {
    router.post("/control/mail/suppress",
                recorded_command(parts, http::bind(std::cref(parts), suppress)),
                Operation("Mail commands", "suppress"));
    router.post("/control/mail/unsuppress",
                recorded_command(parts, http::bind(std::cref(parts), unsuppress)),
                Operation("Mail commands", "unsuppress"));
}

}  // namespace tripos::newsletters

// SPDX-License-Identifier: MIT
#include "newsletters/suppressions_api.hpp"

#include <boost/json/array.hpp>

#include "core/text.hpp"
#include "mail/suppressions.hpp"
#include "newsletters/mailing_lists.hpp"
#include "sql/in_pages.hpp"

namespace tripos::newsletters {

namespace {

namespace json = boost::json;
namespace schema = http::schema;
using http::Operation;

constexpr const char* kTag = "Newsletters";
constexpr std::size_t kLongestAddress = 254;
constexpr std::size_t kLongestDetail = 500;
constexpr std::size_t kMostAddresses = 5'000;
const std::vector<std::string_view> kReasons = {"hard_bounce", "complaint", "unsubscribe",
                                                "manual"};

json::object to_json(const mail::Suppression& entry) {
    return {
        {"address", entry.address},
        {"reason", mail::to_string(entry.reason)},
        {"list", entry.list.empty() ? json::value(nullptr) : json::value(json::string(entry.list))},
        {"detail", entry.detail},
        {"createdAt", to_iso8601(entry.created_at)}};
}

http::Schema suppression_shape() {
    using namespace schema;
    return object({{"address", text()},
                   {"reason", one_of(kReasons)},
                   {"list", text().nullable()},
                   {"detail", text()},
                   {"createdAt", instant()}})
        .named("Suppression");
}

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

}  // namespace

void SuppressionsApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    const std::string base = "/api/admin/suppressions";
    router.get(base, guard.admin(this, &SuppressionsApi::list),
               Operation(kTag, "Addresses that must not get certain mails, newest first")
                   .asks("search", schema::text(), "A part of the address")
                   .paged()
                   .answers(200, "One page",
                            {{"pagination", schema::pagination()},
                             {"data", schema::list_of(suppression_shape())}}));
    router.post(base, guard.admin(this, &SuppressionsApi::add),
                Operation(kTag, "Suppress an address: no mail goes there any more")
                    .takes({{"address", schema::email()}, {"detail?", schema::text()}})
                    .answers(201, "Suppressed", {{"data", suppression_shape()}}));
    router.delete_(base + "/:address", guard.admin(this, &SuppressionsApi::remove),
                   Operation(kTag, "Take an address off the list")
                       .details("Without a reason all entries but unsubscriptions, which are the "
                                "recipient's own will.")
                       .asks("reason", schema::one_of(kReasons), "Only entries of that reason")
                       .answers(200, "Removed", {{"removed", schema::integer()}})
                       .refuses(404, {"not_found"}));
    const std::string lists = "/api/admin/mailing-lists";
    const http::Members addresses{{"addresses", schema::list_of(schema::email())}};
    router.get(
        lists, guard.admin(this, &SuppressionsApi::lists),
        Operation(kTag, "The mailing lists")
            .answers(200, "The lists",
                     {{"data", schema::list_of(schema::object(
                                   {{"name", schema::text()}, {"members", schema::integer()}}))}}));
    router.post(lists + "/:name/members", guard.admin(this, &SuppressionsApi::add_members),
                Operation(kTag, "Add addresses to a list; the first makes it")
                    .takes(addresses)
                    .answers(200, "Added", {{"added", schema::integer()}}));
    router.post(lists + "/:name/members/remove",
                guard.admin(this, &SuppressionsApi::remove_members),
                Operation(kTag, "Take addresses off a list")
                    .takes(addresses)
                    .answers(200, "Removed", {{"removed", schema::integer()}})
                    .refuses(404, {"not_found"}));
}

void SuppressionsApi::add_control_routes(http::Router& router) {
    router.post("/control/mail/suppress", http::bind(this, &SuppressionsApi::suppress),
                Operation("Mail commands", "suppress"));
    router.post("/control/mail/unsuppress", http::bind(this, &SuppressionsApi::unsuppress),
                Operation("Mail commands", "unsuppress"));
}

Task<http::Reply> SuppressionsApi::list(http::Request& request, const Principal&) {
    const auto page = http::read_page(request);
    if (!page) {
        co_return page.error();
    }
    const auto search = request.query_parameter("search").value_or("");
    if (search.size() > kLongestAddress || !is_valid_utf8(search) ||
        has_control_characters(search)) {
        co_return invalid_field("search", "search is a part of an address");
    }
    auto work = [&search, &page](sql::Session& session) {
        return mail::list_suppressions(session, search, page->limit, page->offset());
    };
    const auto found = co_await parts_.database.read(std::move(work));
    json::array data;
    for (const auto& entry : found.entries) {
        data.push_back(to_json(entry));
    }
    json::object members;
    members["pagination"] = http::pagination(found.total, *page);
    members["data"] = std::move(data);
    co_return http::success(200, "Suppressed addresses", std::move(members));
}

Task<http::Reply> SuppressionsApi::add(http::Request& request, const Principal&) {
    co_return co_await suppress(request);
}

Task<http::Reply> SuppressionsApi::suppress(http::Request& request) {
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
                                  .created_at = parts_.clock.now()};
    auto work = [&entry](sql::Session& session) { mail::suppress(session, entry); };
    co_await parts_.database.write(std::move(work));
    json::object members;
    members["data"] = to_json(entry);
    co_return http::success(201, "Suppressed: no mail goes there any more", std::move(members));
}

Task<http::Reply> SuppressionsApi::remove(http::Request& request, const Principal&) {
    co_return co_await remove_from_list(request.parameter("address"),
                                        request.query_parameter("reason").value_or(""));
}

Task<http::Reply> SuppressionsApi::unsuppress(http::Request& request) {
    http::BodyReader body(request);
    const auto address = body.text("address", {.max_length = kLongestAddress});
    const auto reason = body.maybe_text("reason").value_or("");
    if (auto error = body.error()) {
        co_return *error;
    }
    co_return co_await remove_from_list(address, reason);
}

Task<http::Reply> SuppressionsApi::remove_from_list(std::string typed, std::string reason) {
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
    const auto removed = co_await parts_.database.write(std::move(work));
    if (removed == 0) {
        co_return not_found("There is no such entry for this address");
    }
    json::object members{{"removed", removed}};
    co_return http::success(200, "Off the suppression list", std::move(members));
}

Task<http::Reply> SuppressionsApi::lists(http::Request&, const Principal&) {
    auto work = [](sql::Session& session) { return list_mailing_lists(session); };
    const auto found = co_await parts_.database.read(std::move(work));
    json::array data;
    for (const auto& list : found) {
        data.push_back(json::object{{"name", list.name}, {"members", list.members}});
    }
    json::object members;
    members["data"] = std::move(data);
    co_return http::success(200, "Mailing lists", std::move(members));
}

Task<http::Reply> SuppressionsApi::add_members(http::Request& request, const Principal&) {
    http::BodyReader body(request);
    const auto name = to_lower(request.parameter("name"));
    if (!is_list_name(name)) {
        body.reject("name", "a list's name is letters, digits, '-' and '_', at most 50");
    }
    const auto addresses = read_addresses(body);
    if (auto error = body.error()) {
        co_return *error;
    }
    Slice slice = [&, now = parts_.clock.now()](sql::Session& session, std::size_t first,
                                                std::size_t end) {
        return add_list_members(session, name, part_of(addresses, first, end), now);
    };
    const auto added = co_await sql::in_slices(parts_.database, addresses.size(), sql::Turn::bulk,
                                               std::move(slice));
    json::object members{{"added", added}};
    co_return http::success(200, "Added to the list", std::move(members));
}

Task<http::Reply> SuppressionsApi::remove_members(http::Request& request, const Principal&) {
    http::BodyReader body(request);
    const auto name = to_lower(request.parameter("name"));
    const auto addresses = read_addresses(body);
    if (auto error = body.error()) {
        co_return *error;
    }
    auto look = [&name](sql::Session& session) { return is_mailing_list(session, name); };
    const bool is_known = co_await parts_.database.read(std::move(look));
    if (!is_known) {
        co_return no_such_list();
    }
    Slice slice = [&](sql::Session& session, std::size_t first, std::size_t end) {
        return remove_list_members(session, name, part_of(addresses, first, end));
    };
    const auto removed = co_await sql::in_slices(parts_.database, addresses.size(), sql::Turn::bulk,
                                                 std::move(slice));
    json::object members{{"removed", removed}};
    co_return http::success(200, "Taken off the list", std::move(members));
}

}  // namespace tripos::newsletters

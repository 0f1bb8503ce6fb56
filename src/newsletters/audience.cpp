// SPDX-License-Identifier: MIT
#include "newsletters/audience.hpp"

#include <algorithm>

#include "accounts/candidate.hpp"
#include "accounts/role.hpp"
#include "attempts/attempt_store.hpp"
#include "core/assert.hpp"
#include "core/text.hpp"
#include "newsletters/mailing_lists.hpp"

namespace tripos::newsletters {

namespace {

namespace schema = http::schema;

constexpr std::size_t kMostUsers = 1'000;
constexpr std::int64_t kCounted = 1'000;  ///< looked up at a time
constexpr std::string_view kRule =
    R"(audience must be "all", {"role": "USER" or "ADMIN"}, {"examId": id}, {"userIds": [ids]} or {"list": name})";

/// The next `limit` of the ids after that one.
std::vector<std::string> slice(std::vector<std::string> ids, const std::string& after,
                               std::int64_t limit) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    const auto first = std::upper_bound(ids.begin(), ids.end(), after);
    return {first, first + std::min<std::ptrdiff_t>(limit, ids.end() - first)};
}

MemberPage to_page(const std::vector<accounts::Addressee>& found) {
    MemberPage page;
    for (const auto& one : found) {
        page.members.push_back({.user_id = one.id, .address = one.address});
    }
    return page;
}

/// A page of accounts; the next one begins after the last of them.
MemberPage listed(sql::Session& session, const std::optional<std::string>& role,
                  const std::string& after, std::int64_t limit) {
    auto page = to_page(accounts::list_addressees(session, role, after, limit));
    if (static_cast<std::int64_t>(page.members.size()) == limit) {
        page.last_key = *page.members.back().user_id;
    }
    return page;
}

/// Those of a page of ids who can be written to.
MemberPage among(sql::Session& session, const std::vector<std::string>& ids,
                 accounts::Addresses which, std::int64_t limit) {
    auto page = to_page(accounts::find_addressees(session, ids, which));
    if (static_cast<std::int64_t>(ids.size()) == limit) {
        page.last_key = ids.back();
    }
    return page;
}

}  // namespace

Audience read_audience(http::BodyReader& body) {
    Audience audience;
    const auto* value = body.find("audience");
    if (value == nullptr) {
        body.reject("audience", std::string(kRule));
        return audience;
    }
    if (value->is_string() && value->get_string() == "all") {
        return audience;
    }
    if (!value->is_object() || value->get_object().size() != 1) {
        body.reject("audience", std::string(kRule));
        return audience;
    }
    http::BodyReader inner(value->get_object(), "audience");
    if (inner.has("role")) {
        audience.kind = Audience::Kind::role;
        audience.value = inner.choice("role", accounts::Roles::summaries());
    } else if (inner.has("examId")) {
        audience.kind = Audience::Kind::exam;
        audience.value = inner.id("examId");
    } else if (inner.has("userIds")) {
        audience.kind = Audience::Kind::users;
        audience.user_ids = inner.ids("userIds", kMostUsers);
    } else if (inner.has("list")) {
        audience.kind = Audience::Kind::list;
        audience.value = read_list_name(inner, "list");
    } else {
        inner.reject("role", std::string(kRule));
    }
    for (auto& problem : inner.take_problems()) {
        body.reject(problem.field, problem.message);
    }
    return audience;
}

mail::LetterModel read_letter(http::BodyReader& body, std::size_t longest) {
    mail::LetterModel model;
    model.subject = body.text("subject", {.max_length = 200});
    const http::TextRule rule{.max_length = longest, .allow_newlines = true};
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

http::Schema audience_shape() {
    return schema::either({schema::one_of({"all"}),
                           schema::object({{"role", schema::one_of(accounts::Roles::summaries())}}),
                           schema::object({{"examId", schema::uuid()}}),
                           schema::object({{"userIds", schema::list_of(schema::uuid())}}),
                           schema::object({{"list", schema::text()}})});
}

std::string to_text(const Audience& audience) {
    switch (audience.kind) {
        case Audience::Kind::all:
            return "all";
        case Audience::Kind::role:
            return "role:" + audience.value;
        case Audience::Kind::exam:
            return "exam:" + audience.value;
        case Audience::Kind::list:
            return "list:" + audience.value;
        case Audience::Kind::users:
            break;
    }
    std::string text = "users:";
    for (const auto& id : audience.user_ids) {
        text += (text.ends_with(':') ? "" : ",") + id;
    }
    return text;
}

Audience parse_audience(std::string_view text) {
    const auto colon = text.find(':');
    const auto kind = text.substr(0, colon);
    if (kind == "all") {
        return {};
    }
    TRIPOS_ASSERT(colon != std::string_view::npos);
    const auto value = text.substr(colon + 1);
    if (kind == "users") {
        Audience audience{.kind = Audience::Kind::users, .value = {}, .user_ids = {}};
        for (const auto id : split(value, ',')) {
            audience.user_ids.emplace_back(id);
        }
        return audience;
    }
    const auto parsed = kind == "role"   ? Audience::Kind::role
                        : kind == "exam" ? Audience::Kind::exam
                                         : Audience::Kind::list;
    return {.kind = parsed, .value = std::string(value), .user_ids = {}};
}

MemberPage find_members(sql::Session& session, const Audience& audience, const std::string& after,
                        std::int64_t limit) {
    switch (audience.kind) {
        case Audience::Kind::all:
            return listed(session, std::nullopt, after, limit);
        case Audience::Kind::role:
            return listed(session, audience.value, after, limit);
        case Audience::Kind::exam:
            return among(
                session,
                attempts::attempt_store::candidates_of(session, audience.value, after, limit),
                accounts::Addresses::verified, limit);
        case Audience::Kind::users:
            return among(session, slice(audience.user_ids, after, limit), accounts::Addresses::any,
                         limit);
        case Audience::Kind::list:
            break;
    }
    MemberPage page;
    for (auto& entry : find_list_members(session, audience.value, after, limit)) {
        page.members.push_back({.user_id = std::nullopt, .address = std::move(entry)});
    }
    if (static_cast<std::int64_t>(page.members.size()) == limit) {
        page.last_key = page.members.back().address.canonical;
    }
    return page;
}

bool has_members(sql::Session& session, const Audience& audience) {
    MemberPage page;
    do {
        page = find_members(session, audience, page.last_key, kCounted);
    } while (page.members.empty() && !page.last_key.empty());
    return !page.members.empty();
}

Error nobody_there() {
    return invalid_field("audience", "audience matches no account that can receive mail");
}

std::int64_t count_members(sql::Session& session, const Audience& audience) {
    if (audience.kind == Audience::Kind::list) {
        return count_list_members(session, audience.value);
    }
    if (audience.kind == Audience::Kind::all || audience.kind == Audience::Kind::role) {
        return accounts::count_addressees(session, audience.kind == Audience::Kind::role
                                                       ? std::optional(audience.value)
                                                       : std::nullopt);
    }
    std::int64_t count = 0;
    MemberPage page;
    do {
        page = find_members(session, audience, page.last_key, kCounted);
        count += static_cast<std::int64_t>(page.members.size());
    } while (!page.last_key.empty());
    return count;
}

}  // namespace tripos::newsletters

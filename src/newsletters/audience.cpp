// SPDX-License-Identifier: MIT
#include "newsletters/audience.hpp"

#include <algorithm>

#include "core/assert.hpp"
#include "core/text.hpp"
#include "newsletters/mailing_lists.hpp"

namespace tripos::newsletters {

namespace {

namespace schema = http::schema;

constexpr std::size_t kMostUsers = 1'000;
constexpr std::string_view kRule =
    R"(audience must be "all", {"role": "USER" or "ADMIN"}, {"examId": id}, {"userIds": [ids]} or {"list": name})";

/// Columns: id, email, email_canonical.
MemberPage to_page(const std::vector<sql::Row>& rows, std::int64_t limit) {
    MemberPage page;
    for (const auto& row : rows) {
        page.members.push_back(
            {.user_id = row.text(0), .address = {.text = row.text(1), .canonical = row.text(2)}});
    }
    if (static_cast<std::int64_t>(rows.size()) == limit) {
        page.last_key = rows.back().text(0);
    }
    return page;
}

MemberPage find_chosen(sql::Session& session, const Audience& audience, const std::string& after,
                       std::int64_t limit) {
    auto ids = audience.user_ids;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<sql::Row> rows;
    for (auto id = std::upper_bound(ids.begin(), ids.end(), after);
         id != ids.end() && static_cast<std::int64_t>(rows.size()) < limit; ++id) {
        if (auto row = session.query_one(
                "SELECT id, email, email_canonical FROM users WHERE id = $1 AND disabled = 0",
                *id)) {
            rows.push_back(std::move(*row));
        }
    }
    return to_page(rows, limit);
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
        audience.value = inner.choice("role", {"USER", "ADMIN"});
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

http::Schema audience_shape() {
    return schema::either({schema::one_of({"all"}),
                           schema::object({{"role", schema::one_of({"USER", "ADMIN"})}}),
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
            return to_page(
                session.query("SELECT id, email, email_canonical FROM users WHERE id > $1 AND "
                              "disabled = 0 AND email_verified = 1 ORDER BY id LIMIT $2",
                              after, limit),
                limit);
        case Audience::Kind::role:
            return to_page(
                session.query("SELECT id, email, email_canonical FROM users WHERE id > $1 AND "
                              "disabled = 0 AND email_verified = 1 AND role = $2 ORDER BY id "
                              "LIMIT $3",
                              after, audience.value, limit),
                limit);
        case Audience::Kind::exam:
            return to_page(
                session.query("SELECT id, email, email_canonical FROM users WHERE id > $1 AND "
                              "disabled = 0 AND email_verified = 1 AND EXISTS (SELECT 1 FROM "
                              "attempts WHERE exam_id = $2 AND user_id = users.id) ORDER BY id "
                              "LIMIT $3",
                              after, audience.value, limit),
                limit);
        case Audience::Kind::users:
            return find_chosen(session, audience, after, limit);
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

}  // namespace tripos::newsletters

// SPDX-License-Identifier: MIT
#include "accounts/profile_api.hpp"

#include "accounts/form_fields.hpp"

namespace tripos::accounts {

namespace {

constexpr std::size_t kLongestEnrollment = 50;

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
}

ProfileChanges read_changes(http::BodyReader& body, const ProfileChoices& choices) {
    ProfileChanges changes;
    if (body.find("fullName") != nullptr) {
        changes.full_name = read_full_name(body);
    }
    changes.enrollment_number =
        body.maybe_text("enrollmentNumber", {.max_length = kLongestEnrollment});
    changes.course = body.maybe_choice("course", views_of(choices.courses));
    changes.department = body.maybe_choice("department", views_of(choices.departments));
    changes.year = body.maybe_choice("year", views_of(choices.years));
    changes.semester = body.maybe_choice("semester", views_of(choices.semesters));
    return changes;
}

}  // namespace

void ProfileApi::add_routes(http::Router& router) {
    router.get("/api/profile/me", guard_.verified(this, &ProfileApi::show));
    router.put("/api/profile/me", guard_.verified(this, &ProfileApi::update));
}

Task<http::Response> ProfileApi::show(http::Request&, const Principal& principal) {
    co_return co_await answer(principal.user_id, "Profile fetched successfully");
}

Task<http::Response> ProfileApi::update(http::Request& request, const Principal& principal) {
    http::BodyReader body(request);
    auto changes = read_changes(body, options_.choices);
    if (const auto error = body.error()) {
        co_return http::problem(*error);
    }
    if (!changes.full_name && !changes.touches_profile()) {
        co_return http::problem(invalid("nothing_to_change", "Give at least one field to change"));
    }
    const auto done = co_await profiles_.update(principal.user_id, std::move(changes));
    if (!done) {
        co_return http::problem(done.error());
    }
    co_return co_await answer(principal.user_id, "Profile updated successfully");
}

Task<http::Response> ProfileApi::answer(std::string user_id, std::string_view message) {
    const auto data = co_await profiles_.get(std::move(user_id));
    if (!data) {
        co_return http::problem(not_found("User not found"));
    }
    // The cached bytes go out as they are.
    std::string text = R"({"success":true,"message":")";
    text.append(message).append(R"(","data":)").append(*data).append("}");
    co_return http::json_response(200, std::move(text));
}

}  // namespace tripos::accounts

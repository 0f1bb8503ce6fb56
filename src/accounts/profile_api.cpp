// SPDX-License-Identifier: MIT
#include "accounts/profile_api.hpp"

#include "accounts/actor.hpp"
#include "accounts/enrolments.hpp"
#include "accounts/form_fields.hpp"
#include "accounts/session_cookie.hpp"
#include "accounts/shapes.hpp"
#include "http/json_writer.hpp"

namespace tripos::accounts {

namespace {

namespace schema = http::schema;
using http::Operation;

constexpr std::size_t kLongestEnrollment = 50;

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
}

ProfileChanges read_profile_changes(http::BodyReader& body, const ProfileChoices& choices) {
    ProfileChanges changes;
    if (body.find("fullName") != nullptr) {
        changes.full_name = read_full_name(body);
    }
    changes.enrollment_number =
        body.maybe_text("enrollmentNumber", {.max_length = kLongestEnrollment});
    if (changes.enrollment_number && enrolment_key(*changes.enrollment_number).empty()) {
        body.reject("enrollmentNumber", "enrollmentNumber is required");  // nothing that is seen
    }
    changes.course = body.maybe_choice("course", views_of(choices.courses));
    changes.department = body.maybe_choice("department", views_of(choices.departments));
    changes.year = body.maybe_choice("year", views_of(choices.years));
    changes.semester = body.maybe_choice("semester", views_of(choices.semesters));
    changes.on_leaderboard = body.maybe_flag("showOnLeaderboard");
    return changes;
}

}  // namespace

void ProfileApi::add_routes(http::Router& router) {
    router.get("/api/profile/me", guard_.verified(this, &ProfileApi::show),
               Operation("Profile", "The caller's profile")
                   .answers(200, "The profile", {{"data", shapes::profile()}})
                   .refuses(404, {"not_found"}));
    const auto& choices = parts_.options.choices;
    const auto one_of = [](const std::vector<std::string>& words) {
        return schema::one_of(views_of(words)).nullable();
    };
    router.put("/api/profile/me", guard_.verified(this, &ProfileApi::update),
               Operation("Profile", "Change the caller's profile")
                   .takes({{"fullName?", schema::text()},
                           {"enrollmentNumber?", schema::text().nullable()},
                           {"course?", one_of(choices.courses)},
                           {"department?", one_of(choices.departments)},
                           {"year?", one_of(choices.years)},
                           {"semester?", one_of(choices.semesters)},
                           {"showOnLeaderboard?", schema::flag().nullable()}})
                   .answers(200, "The profile as it is now", {{"data", shapes::profile()}})
                   .refuses(400, {"nothing_to_change"})
                   .refuses(404, {"not_found"})
                   .refuses(409, {"enrollment_taken", "enrollment_vouched"})
                   .unlimited("Its caller's own row, and nothing is hashed"));
    router.delete_(
        "/api/profile/me", guard_.verified(this, &ProfileApi::remove),
        Operation("Profile", "Delete the caller's account")
            .details("Results stay, without a name.")
            .takes({{"currentPassword", schema::text()}})
            .answers(200, "Deleted")
            .refuses(409, {"last_admin", "password_changed", "attempt_open", "result_unreleased"})
            .limited({parts_.options.limits.proofs_per_account}));
}

Task<http::Reply> ProfileApi::show(http::Request&, const Principal& principal) {
    co_return co_await answer(principal.user_id, "Profile fetched successfully");
}

Task<http::Reply> ProfileApi::update(http::Request& request, const Principal& principal) {
    http::BodyReader body(request);
    auto changes = read_profile_changes(body, parts_.options.choices);
    if (const auto error = body.error()) {
        co_return *error;
    }
    if (!changes.full_name && !changes.touches_profile() && !changes.on_leaderboard) {
        co_return invalid("nothing_to_change", "Give at least one field to change");
    }
    const auto done = co_await services_.profiles.update(principal.user_id, std::move(changes));
    if (!done) {
        co_return done.error();
    }
    co_return co_await answer(principal.user_id, "Profile updated successfully");
}

Task<http::Reply> ProfileApi::remove(http::Request& request, const Principal& principal) {
    http::BodyReader body(request);
    auto password = read_password(body, "currentPassword");
    if (const auto error = body.error()) {
        co_return *error;
    }
    const limits::Subject subject{.account = principal.user_id};
    const auto claim = parts_.limits.claim(request, subject);
    const auto admitted = co_await claim.admit();
    if (!admitted) {
        co_return admitted.error();
    }
    const auto done = co_await services_.own_data.remove(principal.user_id, std::move(password),
                                                         claim, actor_of(request, principal));
    if (!done) {
        co_return done.error();
    }
    auto response = http::success(200, "Account deleted successfully");
    end_session_cookies(response, parts_.options.cookie);
    co_return response;
}

Task<http::Reply> ProfileApi::answer(std::string user_id, std::string_view message) {
    const auto data = co_await services_.profiles.get(std::move(user_id));
    if (!data) {
        co_return no_user();
    }
    auto json = http::success_body(message);
    json.member_raw("data", *data);  // the cached bytes go out as they are
    co_return http::finished(200, std::move(json));
}

}  // namespace tripos::accounts

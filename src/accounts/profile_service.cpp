// SPDX-License-Identifier: MIT
#include "accounts/profile_service.hpp"

#include "accounts/candidate.hpp"
#include "accounts/enrolments.hpp"
#include "accounts/user_json.hpp"
#include "cache/write_scope.hpp"

namespace tripos::accounts {

namespace {

/// What is stored after the changes; an Error when it would not be a profile.
Result<Profile> merge(std::optional<Profile> stored, const ProfileChanges& changes,
                      const std::optional<std::string>& vouched_number) {
    if (!stored && !changes.enrollment_number && !vouched_number) {
        return invalid_field("enrollmentNumber", "Enrollment number is required");
    }
    Profile merged = stored.value_or(Profile{.enrollment_number = vouched_number.value_or("")});
    merged.enrollment_number = changes.enrollment_number.value_or(merged.enrollment_number);
    const auto take = [](std::optional<std::string>& field,
                         const std::optional<std::string>& change) {
        if (change) {
            field = change;
        }
    };
    take(merged.course, changes.course);
    take(merged.department, changes.department);
    take(merged.year, changes.year);
    take(merged.semester, changes.semester);
    return merged;
}

Result<> store(sql::Session& session, const std::string& user_id, const ProfileChanges& changes,
               Timestamp now) {
    if (!find_user(session, user_id)) {
        return no_user();
    }
    if (changes.touches_profile()) {
        const auto merged =
            merge(find_profile(session, user_id), changes, vouched_number(session, user_id));
        if (!merged) {
            return merged.error();
        }
        if (auto refusal = refuse_number(session, user_id, merged->enrollment_number)) {
            return *refusal;
        }
        put_profile(session, user_id, *merged, now);
    }
    if (changes.full_name) {
        update_name(session, user_id, *changes.full_name, now);
    }
    if (changes.on_leaderboard) {
        put_on_leaderboard(session, user_id, *changes.on_leaderboard, now);
    }
    return Result<>();
}

}  // namespace

ProfileService::ProfileService(const AccountsParts& parts)
    : parts_(parts),
      profiles_(parts.cache.declare({.name = "profile",
                                     .pattern = user_tag("{0}") + ":profile",
                                     .tags = {user_tag("{0}")},
                                     .schema = "2",
                                     .ttl = parts.options.profile_ttl,
                                     .ttl_setting = "CACHE_TTL_PROFILE",
                                     .freshness = cache::Freshness::strict()})) {}

Task<cache::Bytes> ProfileService::get(std::string user_id) {
    cache::Loader loader = [this, user_id] { return load(user_id); };
    co_return co_await parts_.cache.get_or_set(profiles_.key(user_id), std::move(loader));
}

Task<Result<>> ProfileService::update(std::string user_id, ProfileChanges changes) {
    auto work = [&, now = parts_.clock.now()](sql::Session& session, cache::WriteScope& writes) {
        auto stored = store(session, user_id, changes, now);
        if (stored) {
            writes.invalidate_tag(user_tag(user_id));
        }
        return stored;
    };
    co_return co_await parts_.write(std::move(work));
}

Task<cache::Bytes> ProfileService::load(std::string user_id) {
    auto work = [&user_id](sql::Session& session) -> cache::Bytes {
        const auto user = find_user(session, user_id);
        if (!user) {
            return nullptr;
        }
        http::JsonWriter json;
        write_profile(json, *user, find_profile(session, user_id));
        return std::make_shared<const std::string>(json.take());
    };
    co_return co_await parts_.database.read(std::move(work));
}

}  // namespace tripos::accounts

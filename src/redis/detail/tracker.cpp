// SPDX-License-Identifier: MIT
#include "redis/detail/tracker.hpp"

#include "redis/detail/handshake.hpp"

namespace tripos::redis {

void announce(const Reply& push, TrackingListener& listener) {
    const bool is_announcement =
        push.elements.size() == 3 ||
        (push.elements.size() == 2 && push.elements[0].text == "invalidate");
    if (!is_announcement) {
        return;
    }
    const Reply& keys = push.elements.back();
    if (keys.is_null()) {
        listener.on_all_changed();
    }
    for (const auto& key : keys.elements) {
        listener.on_changed(key.text);
    }
}

Task<> Tracker::begin(std::shared_ptr<Session> session, bool has_resp3, Endpoint server) {
    if (has_resp3) {
        const bool is_tracking = co_await start_tracking(context_, session, options_.connect_limit);
        announcements_ = is_tracking ? Announcements::in_line : Announcements::none;
        co_return;
    }
    // Held here as well: a stop in the meantime drops ours, and what is awaited below fails then.
    ConnectionOptions options = options_;
    options.endpoint = std::move(server);
    const auto feed = co_await open_session(context_, options.endpoint, resolver_);
    feed_ = feed;
    // From its first moment on: one that breaks while tracking is switched on would be noticed by
    // nobody later.
    feed->set_on_broken(
        [twin = std::weak_ptr(session)](BreakCause cause, const std::string& reason) {
            if (const auto live = twin.lock()) {
                live->break_off(cause, reason);
            }
        });
    co_await shake_hands(context_, feed, std::move(options));
    const bool is_tracking =
        co_await start_tracking_over(context_, session, feed, options_.connect_limit);
    announcements_ = is_tracking ? Announcements::beside : Announcements::none;
    if (!is_tracking) {
        feed->set_on_broken(nullptr);
        drop_feed("not needed");
    }
}

void Tracker::on_up(Session& session) {
    hearing(session).set_on_push([this](const Reply& push) { announce(push, listener_); });
    listener_.on_up(announcements_);
}

void Tracker::drop_feed(const std::string& reason) {
    if (const auto feed = std::exchange(feed_, nullptr)) {
        feed->break_off(BreakCause::closed, reason);
    }
}

}  // namespace tripos::redis

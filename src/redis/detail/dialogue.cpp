// SPDX-License-Identifier: MIT
#include "redis/detail/dialogue.hpp"

#include <array>

namespace tripos::redis {

namespace {

constexpr std::size_t kInlineArguments = 16;

void append_arguments(std::string& out, const Arguments& arguments) {
    if (arguments.size() <= kInlineArguments) {
        std::array<std::string_view, kInlineArguments> views;
        std::copy(arguments.begin(), arguments.end(), views.begin());
        append_command(out, std::span<const std::string_view>(views.data(), arguments.size()));
        return;
    }
    const std::vector<std::string_view> views(arguments.begin(), arguments.end());
    append_command(out, views);
}

}  // namespace

void Dialogue::ask(std::span<const Arguments> commands, const std::shared_ptr<Waiter>& waiter,
                   Patience patience, TimePoint now) {
    for (const auto& command : commands) {
        append_arguments(output_, command);
        pending_.push_back(Pending{.waiter = waiter, .asked_at = now, .patience = patience});
    }
}

Result<> Dialogue::hear(std::string_view bytes, TimePoint now) {
    reader_.feed(bytes);
    for (;;) {
        auto reply = reader_.next();
        if (!reply) {
            return reply.error();
        }
        if (!reply->has_value()) {
            return {};
        }
        if (is_unasked(**reply)) {
            if (on_push_) {
                on_push_(**reply);
            }
            continue;
        }
        if (pending_.empty()) {
            return invalid("protocol_violation", "a reply nobody asked for");
        }
        const auto answered = std::move(pending_.front());
        pending_.pop_front();
        if (answered.patience.is_blocking) {
            unblocked_at_ = now;
        }
        if (!rules_on(**reply, *answered.waiter)) {
            answered.waiter->add(std::move(**reply));
        }
    }
}

void Dialogue::end(const std::string& reason) {
    const auto orphans = std::exchange(pending_, {});
    const auto problem = orphans.empty() ? nullptr : std::make_exception_ptr(Unavailable(reason));
    for (const auto& orphan : orphans) {
        orphan.waiter->fail(problem);
    }
}

Dialogue::TimePoint Dialogue::deadline() const {
    if (pending_.empty()) {
        return TimePoint::max();
    }
    const auto& next = pending_.front();
    return std::max(next.asked_at, unblocked_at_) + next.patience.limit;
}

bool Dialogue::rules_on(const Reply& reply, Waiter& waiter) {
    const auto ruling = reply.is_error() ? ruling_of(reply.text) : Ruling::none;
    if (ruling == Ruling::none) {
        return false;
    }
    if (heard_.ruling != Ruling::leave) {
        heard_ = Heard{.ruling = ruling, .reason = "the server answers " + reply.text};
    }
    waiter.fail(std::make_exception_ptr(Unavailable("the server answers " + reply.text)));
    return true;
}

bool Dialogue::is_unasked(const Reply& reply) const {
    return reply.type == Reply::Type::push ||
           (hears_messages_ && reply.elements.size() == 3 && reply.elements[0].text == "message");
}

}  // namespace tripos::redis

// SPDX-License-Identifier: MIT
#include "queue/detail/event_codec.hpp"

#include <utility>

#include "core/text.hpp"

namespace tripos::queue::detail {
namespace {

QueueEvent read_event(const redis::Reply& entry) {
    QueueEvent event;
    event.id = entry.elements[0].text;
    const std::vector<redis::Reply>& fields = entry.elements[1].elements;
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        const std::string& name = fields[i].text;
        const std::string& value = fields[i + 1].text;
        if (name == "event") {
            event.name = value;
        } else if (name == "jobId") {
            event.job_id = value;
        } else {
            event.fields.emplace_back(name, value);
        }
    }
    return event;
}

/// "<ms>-<sequence>"; without a sequence it is 0.
std::pair<std::int64_t, std::int64_t> read_id(std::string_view id) {
    const std::size_t dash = std::min(id.find('-'), id.size());
    const std::string_view sequence = id.substr(std::min(dash + 1, id.size()));
    return {parse_int(id.substr(0, dash)).value_or(0), parse_int(sequence).value_or(0)};
}

}  // namespace

std::vector<QueueEvent> read_events(const redis::Reply& reply) {
    std::vector<QueueEvent> events;
    if (reply.elements.empty()) {
        return events;
    }
    // RESP3: name, entries. RESP2: one pair of both.
    const bool is_map = reply.type == redis::Reply::Type::map;
    const redis::Reply& stream = is_map ? reply : reply.elements[0];
    if (stream.elements.size() < 2) {
        return events;
    }
    for (const redis::Reply& entry : stream.elements[1].elements) {
        if (entry.elements.size() == 2) {
            events.push_back(read_event(entry));
        }
    }
    return events;
}

bool is_before(std::string_view id, std::string_view other) {
    return read_id(id) < read_id(other);
}

}  // namespace tripos::queue::detail

// SPDX-License-Identifier: MIT
#include "queue/detail/fetched_jobs.hpp"

#include <array>
#include <string_view>

#include "queue/detail/job_codec.hpp"
#include "queue/detail/message_pack.hpp"

namespace tripos::queue::detail {
namespace {

/// What lua/lib/fetch.lua reads of a job that has nothing else, in its order.
constexpr std::array<std::string_view, 6> kPlainFields = {"name",      "data",  "opts",
                                                          "timestamp", "delay", "priority"};

void read_pairs(FetchedJob& fetched, MessagePackReader& reader, std::size_t pairs) {
    fetched.job.data = "{}";
    std::string_view options;
    for (; pairs > 0; --pairs) {
        const std::string_view name = reader.text();
        const std::string_view value = reader.text();
        read_field(fetched.job, name, value);
        if (name == "opts") {
            options = value;
        }
    }
    reader.text();  // it tells pairs from plain fields
    if (!fetched.job.repeat_job_key.empty()) {
        fetched.stored_options = options;
    }
}

void read_hash(FetchedJob& fetched, MessagePackReader& reader) {
    const std::size_t texts = reader.array();
    if (texts != kPlainFields.size()) {
        read_pairs(fetched, reader, texts / 2);
        return;
    }
    for (const std::string_view name : kPlainFields) {
        read_field(fetched.job, name, reader.text());
    }
}

}  // namespace

std::optional<Fetched> read_fetched(const redis::Reply& reply) {
    if (reply.elements.size() != 4) {
        return std::nullopt;
    }
    Fetched fetched{.next_due = reply.elements[0].integer, .limit_ttl = reply.elements[1].integer};
    MessagePackReader reader(reply.elements[3].text);
    reader.array();  // the ids, and the hashes
    fetched.jobs.resize(reader.array());
    for (FetchedJob& fetched_job : fetched.jobs) {
        fetched_job.job.id = reader.text();
    }
    reader.array();
    for (FetchedJob& fetched_job : fetched.jobs) {
        read_hash(fetched_job, reader);
    }
    return fetched;
}

}  // namespace tripos::queue::detail

// SPDX-License-Identifier: MIT
#include "queue/detail/fetched_jobs.hpp"

#include "queue/detail/job_codec.hpp"
#include "queue/detail/message_pack.hpp"

namespace tripos::queue::detail {
namespace {

void read_hash(FetchedJob& fetched, MessagePackReader& reader) {
    fetched.job.data = "{}";
    std::string_view options;
    for (std::size_t fields = reader.array() / 2; fields > 0; --fields) {
        const std::string_view name = reader.text();
        const std::string_view value = reader.text();
        read_field(fetched.job, name, value);
        if (name == "opts") {
            options = value;
        }
    }
    if (!fetched.job.repeat_job_key.empty()) {
        fetched.stored_options = options;
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

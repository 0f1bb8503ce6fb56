// SPDX-License-Identifier: MIT
#pragma once
// Inside a Queue: its keys, and what its calls share. queue.cpp has the producer's calls and the
// getters, queue_admin.cpp what changes one job or the settings, queue_bulk.cpp what concerns many
// jobs, queue_relations.cpp what ties jobs together. Constant after construction, thread-safe.

#include <array>

#include "queue/detail/add_batcher.hpp"
#include "queue/detail/scripts.hpp"
#include "queue/queue.hpp"

namespace tripos::queue {
namespace detail {

/// Where the jobs of a state are.
struct Collection {
    JobState state;
    std::string_view key;
    bool is_list;
};

inline constexpr std::array<Collection, 7> kCollections = {{
    {JobState::waiting, "wait", true},
    {JobState::active, "active", true},
    {JobState::delayed, "delayed", false},
    {JobState::prioritized, "prioritized", false},
    {JobState::completed, "completed", false},
    {JobState::failed, "failed", false},
    {JobState::waiting_children, "waiting-children", false},
}};

/// The reply, if it is no error. Throws redis::CommandFailed.
const redis::Reply& require(const redis::Reply& reply);

/// The Error of a script's result code about one job.
Error refused(std::int64_t code, const std::string& id);

}  // namespace detail

class Queue::Impl {
  public:
    Impl(redis::Client& client, QueueOptions options, const Clock& clock)
        : client_(client),
          options_(std::move(options)),
          clock_(clock),
          base_(options_.prefix + ":" + options_.name + ":"),
          adds_([this](std::vector<NewJob> jobs) { return add(std::move(jobs)); }) {}

    const QueueOptions& options() const { return options_; }

    /// Requires: none has a parent or a deduplication id.
    Task<std::vector<std::string>> add(std::vector<NewJob> jobs);
    /// Any jobs; each its id, or why it was refused.
    Task<std::vector<Result<std::string>>> add_related(std::vector<NewJob> jobs);
    /// Its eight arguments of a script that adds it.
    static void append_job(std::vector<std::string>& arguments, const NewJob& job,
                           const std::string& added_at);
    Task<redis::Reply> run(const redis::Script& script, std::vector<std::string> arguments);
    /// A script without arguments, in steps: until it answers that nothing is left to do.
    Task<> run_to_end(const redis::Script& script);
    /// One command; throws redis::CommandFailed.
    Task<redis::Reply> command(redis::Arguments arguments);
    /// HGET of a number in meta.
    Task<std::optional<std::int64_t>> setting(std::string name);
    Task<std::vector<std::string>> ids(detail::Collection collection, std::int64_t start,
                                       std::int64_t end, bool ascending);
    Task<std::vector<Job>> read_all(std::vector<std::string> ids);
    Task<std::map<JobState, std::int64_t>> counts();

    struct CleanRequest {
        std::string collection;
        std::int64_t cut = 0;   ///< ms; what is not younger goes
        std::int64_t room = 0;  ///< at most so many
        Progress progress;
        std::int64_t done_before = 0;  ///< added to what `progress` is told
    };
    Task<std::vector<std::string>> clean_collection(CleanRequest request);
    /// How many ids these collections hold together; none of them is `active`.
    Task<std::int64_t> count_of(std::vector<std::string> suffixes);

    NewJob prepared(NewJob job) const;
    std::string key(std::string_view suffix) const { return base_ + std::string(suffix); }
    std::string now() const { return std::to_string(to_millis(clock_.now())); }

    redis::Client& client_;
    const QueueOptions options_;
    const Clock& clock_;
    const std::string base_;
    detail::AddBatcher adds_;
};

}  // namespace tripos::queue

// SPDX-License-Identifier: MIT
#pragma once
// A job's relations to others as BullMQ stores them: its parent, what its failure means for it, and
// its deduplication. Pure functions, thread-safe.

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "queue/job.hpp"

namespace tripos::queue::detail {

/// A text among the members; empty when there is none.
std::string text_of(const boost::json::object& object, std::string_view name);

/// Members of the stored option object.
void write_relations(boost::json::object& options, const JobOptions& from);
/// Wrong types read as if they were absent.
void read_relations(const boost::json::object& options, JobOptions& into);

/// Whether the job takes more than a plain add.
bool has_relations(const JobOptions& options);
/// The relations as lua/add_related_jobs.lua takes them; empty: there are none.
std::string relations_argument(const JobOptions& options);
/// The full key of a job by the reference to it.
std::string key_of(const ParentReference& parent);
/// What a child's hash keeps about its parent, JSON: there, not in the options, the rule counts.
std::string parent_field(const ParentReference& parent, OnChildFailure rule);

Result<> check_relations(const JobOptions& options);

}  // namespace tripos::queue::detail

// SPDX-License-Identifier: MIT
#include "queue/detail/relations.hpp"

#include <array>
#include <boost/json/serialize.hpp>

#include "core/text.hpp"

namespace tripos::queue::detail {
namespace json = boost::json;
namespace {

struct FailureName {
    OnChildFailure rule;
    const char* stored;
};

constexpr std::array<FailureName, 4> kFailureNames = {{
    {OnChildFailure::fail_parent, "fpof"},
    {OnChildFailure::continue_parent, "cpof"},
    {OnChildFailure::ignore_dependency, "idof"},
    {OnChildFailure::remove_dependency, "rdof"},
}};

/// Only what is set is written: BullMQ's scripts take even null for true.
void write_rule(json::object& object, OnChildFailure rule) {
    for (const FailureName& name : kFailureNames) {
        if (name.rule == rule) {
            object[name.stored] = true;
        }
    }
}

bool is_true(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

json::object write_deduplication(const Deduplication& deduplication) {
    json::object object;
    object["id"] = deduplication.id;
    if (deduplication.ttl.count() > 0) {
        object["ttl"] = deduplication.ttl.count();
    }
    const auto flag = [&object](const char* name, bool is_set) {
        if (is_set) {
            object[name] = true;
        }
    };
    flag("extend", deduplication.extend);
    flag("replace", deduplication.replace);
    flag("keepLastIfActive", deduplication.keep_last_if_active);
    flag("reschedule", deduplication.reschedule);
    return object;
}

Deduplication read_deduplication(const json::object& object) {
    Deduplication deduplication;
    deduplication.id = text_of(object, "id");
    json::error_code failure;
    if (const json::value* ttl = object.if_contains("ttl"); ttl != nullptr && ttl->is_number()) {
        const auto millis = ttl->to_number<std::int64_t>(failure);
        deduplication.ttl = std::chrono::milliseconds(failure ? 0 : millis);
    }
    deduplication.extend = is_true(object, "extend");
    deduplication.replace = is_true(object, "replace");
    deduplication.keep_last_if_active = is_true(object, "keepLastIfActive");
    deduplication.reschedule = is_true(object, "reschedule");
    return deduplication;
}

}  // namespace

std::string text_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

void write_relations(json::object& options, const JobOptions& from) {
    write_rule(options, from.on_failure);
    if (from.parent) {
        json::object parent;
        parent["id"] = from.parent->id;
        parent["queue"] = from.parent->queue;
        options["parent"] = std::move(parent);
    }
    if (from.deduplication) {
        options["de"] = write_deduplication(*from.deduplication);
    }
}

void read_relations(const json::object& options, JobOptions& into) {
    for (const FailureName& name : kFailureNames) {
        if (is_true(options, name.stored)) {
            into.on_failure = name.rule;
        }
    }
    if (const json::value* parent = options.if_contains("parent"); parent && parent->is_object()) {
        const json::object& object = parent->get_object();
        into.parent = {.id = text_of(object, "id"), .queue = text_of(object, "queue")};
    }
    if (const json::value* rule = options.if_contains("de"); rule && rule->is_object()) {
        into.deduplication = read_deduplication(rule->get_object());
    }
}

bool has_relations(const JobOptions& options) {
    return options.parent || options.deduplication;
}

std::string relations_argument(const JobOptions& options) {
    if (!has_relations(options)) {
        return "";
    }
    json::object object;
    if (options.parent) {
        object["parentKey"] = key_of(*options.parent);
        object["parent"] = parent_field(*options.parent, options.on_failure);
    }
    if (options.deduplication) {
        object["de"] = write_deduplication(*options.deduplication);
    }
    return json::serialize(object);
}

std::string key_of(const ParentReference& parent) {
    return parent.queue + ":" + parent.id;
}

std::string parent_field(const ParentReference& parent, OnChildFailure rule) {
    json::object object;
    object["id"] = parent.id;
    object["queueKey"] = parent.queue;
    write_rule(object, rule);
    return json::serialize(object);
}

Result<> check_relations(const JobOptions& options) {
    if (const auto& parent = options.parent) {
        if (parent->id.empty() || parent->id.find(':') != std::string::npos) {
            return invalid_field("parent.id", "The parent's id must not be empty or contain ':'.");
        }
        if (parent->queue.find(':') == std::string::npos) {
            return invalid_field(
                "parent.queue",
                "The parent's queue must be its qualified name, for example \"bull:mail\".");
        }
    }
    if (const auto& rule = options.deduplication) {
        if (rule->id.empty() || !is_valid_utf8(rule->id)) {
            return invalid_field("deduplication.id", "The deduplication id must not be empty.");
        }
        if (rule->ttl.count() < 0) {
            return invalid_field("deduplication.ttl", "It must not be negative.");
        }
        if (options.parent) {
            return invalid_field(
                "deduplication",
                "A job with a parent cannot be deduplicated: the parent would wait "
                "for a job that was never added.");
        }
    }
    return {};
}

}  // namespace tripos::queue::detail

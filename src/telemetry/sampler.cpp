// SPDX-License-Identifier: MIT
#include "telemetry/sampler.hpp"

namespace tripos::trace {

namespace {
constexpr std::string_view kParentBased = "parentbased_";
}  // namespace

std::optional<Sampler> Sampler::named(std::string_view name, double share) {
    const bool obeys_parent = name.starts_with(kParentBased);
    const auto root = obeys_parent ? name.substr(kParentBased.size()) : name;
    if (root == "always_on") {
        return Sampler(obeys_parent, 1);
    }
    if (root == "always_off") {
        return Sampler(obeys_parent, 0);
    }
    if (root == "traceidratio" && share >= 0 && share <= 1) {
        return Sampler(obeys_parent, share);
    }
    return std::nullopt;
}

/// By the last eight bytes of the id, which are the random ones of every version of its form.
bool Sampler::samples(const std::optional<Context>& parent, const TraceId& trace_id) const {
    if (parent && obeys_parent_) {
        return parent->is_sampled;
    }
    std::uint64_t number = 0;
    for (std::size_t i = 8; i < trace_id.size(); ++i) {
        number = number << 8 | trace_id[i];
    }
    return static_cast<double>(number >> 11) * 0x1p-53 < share_;
}

}  // namespace tripos::trace

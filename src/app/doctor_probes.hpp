// SPDX-License-Identifier: MIT
#pragma once
// What `tripos doctor` asks, from the settings: each probe keeps what it needs.

#include "app/config.hpp"
#include "app/doctor_command.hpp"
#include "doctor/look.hpp"

namespace tripos::app {

/// Those that the arguments ask for.
doctor::Probes doctor_probes(const LoadedConfig& loaded, const DoctorArguments& arguments);

/// What a running server does not meet by itself: its machine, its database and Redis from outside,
/// its relays, what DNS says of its sender, and its address; for operations::OutsideWatch.
std::function<doctor::Evidence(std::stop_token)> look_outside(const Config& config);

}  // namespace tripos::app

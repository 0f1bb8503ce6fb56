// SPDX-License-Identifier: MIT
#pragma once
// The routes /api/admin/accommodations: what single candidates have that others have not.

#include "accounts/guard.hpp"
#include "attempts/accommodation_service.hpp"
#include "http/router.hpp"

namespace tripos::attempts {

/// All outlives the router.
struct AccommodationRoutesParts {
    AccommodationService& accommodations;
    const TimeZone& zone;  ///< of times without an offset
};

void add_accommodation_routes(http::Router& router, const accounts::Guard& guard,
                              const AccommodationRoutesParts& parts);

}  // namespace tripos::attempts

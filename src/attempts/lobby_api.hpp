// SPDX-License-Identifier: MIT
#pragma once
// The lobby of an exam: what candidates may know before they start, and when they should.

#include "attempts/attempt_api.hpp"
#include "attempts/lobby.hpp"

namespace tripos::attempts {

struct LobbyRoutesParts {
    AttemptService& attempts;
    exams::ExamService& exams;
    rosters::CohortService& cohorts;
    const Clock& clock;
    Lobby& lobby;
};

void add_lobby_routes(http::Router& router, const accounts::Guard& guard,
                      const LobbyRoutesParts& parts);

}  // namespace tripos::attempts

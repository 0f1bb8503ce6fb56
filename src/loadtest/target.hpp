// SPDX-License-Identifier: MIT
#pragma once
// Target: the server that is loaded, and the exam on it that was made for that.

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadtest/plan.hpp"

namespace tripos::loadtest {

/// Plain HTTP, by IPv4 address or name.
struct Address {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
};

/// Of http://HOST:PORT; nothing if it is none.
std::optional<Address> parse_address(std::string_view url);
/// Whether it names this machine for itself.
bool is_loopback(std::string_view host);

/// What the server tells of the exam and the candidates it made (src/app/seeding.hpp).
struct Subject {
    std::string exam_id;
    std::string staff_token;
    std::string password;               ///< everybody's; empty: they have none
    std::string metrics_token;          ///< for /metrics; empty: none is needed, or known
    std::vector<std::string> tokens;    ///< one per candidate
    std::vector<std::string> emails;    ///< theirs
    std::vector<std::string> user_ids;  ///< theirs, and that of the staff
    std::vector<std::string> right;     ///< texts of the right options of all questions
    std::int64_t opens_at = 0;          ///< milliseconds since 1970
    std::int64_t ends_at = 0;           ///< the deadline of everybody
    PlanParams plan;                    ///< of the day it was made for
};

/// Of its JSON, which need not have a plan. Throws SystemError when something is missing.
Subject parse_subject(std::string_view json);
/// The member "plan" of it.
boost::json::object to_json(const PlanParams& plan);

/// The paper with its questions and options in a fixed order.
struct Paper {
    struct Question {
        std::string id;
        std::vector<std::string> option_ids;
        int right = 0;  ///< index of the option
    };
    std::vector<Question> questions;
};

/// Of what a candidate gets. Throws SystemError when it is not such a paper.
Paper parse_paper(std::string_view json, const std::vector<std::string>& right);
/// The same of a result with all answers.
Paper parse_result_paper(std::string_view json, const std::vector<std::string>& right);
/// Of the answer of /healthz: what time it is there, in milliseconds since 1970. Throws SystemError
/// when it does not say.
std::int64_t parse_time(std::string_view json);
/// Of the answer to a log-in. Throws SystemError when there is none.
std::string parse_token(std::string_view json);

}  // namespace tripos::loadtest

// SPDX-License-Identifier: MIT
#pragma once
// The description of the API as OpenAPI 3.1, generated from the router's table: every route is in
// it, with what was said where the route was added (operation.hpp). Pure.

#include <string>

#include "http/router.hpp"

namespace tripos::http {

struct ApiInfo {
    std::string title;
    std::string version;
    std::string description;
};

/// The document as JSON text. Built anew at each call: keep it.
std::string openapi_document(const Router& router, const ApiInfo& info);

}  // namespace tripos::http

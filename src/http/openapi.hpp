// SPDX-License-Identifier: MIT
#pragma once
// The description of the API as OpenAPI 3.1, generated from the router's table: every route is in
// it, with what was said where the route was added (operation.hpp). Pure.

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "http/router.hpp"

namespace tripos::http {

struct Tag {
    std::string name;
    std::string text;
};

struct ApiInfo {
    std::string title;
    std::string version;
    std::string description;
    std::vector<Tag> tags;  ///< every one that an Operation names; operations come in this order
    /// By operationId: `{"request": body, "answer": body of the first success}`, both optional.
    boost::json::object examples = {};
};

/// The document as JSON text. Built anew at each call: keep it.
std::string openapi_document(const Router& router, const ApiInfo& info);

}  // namespace tripos::http

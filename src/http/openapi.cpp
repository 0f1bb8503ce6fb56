// SPDX-License-Identifier: MIT
#include "http/openapi.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "core/assert.hpp"
#include "core/text.hpp"
#include "http/detail/status.hpp"

namespace tripos::http {

namespace json = boost::json;

namespace {

constexpr std::string_view kProblemType = "application/problem+json";

std::string_view verb(Method method) {
    switch (method) {
        case Method::get:
            return "get";
        case Method::post:
            return "post";
        case Method::put:
            return "put";
        case Method::patch:
            return "patch";
        case Method::delete_:
            return "delete";
        case Method::head:
        case Method::options:
        case Method::other:
            break;
    }
    TRIPOS_ASSERT(false);  // the router answers these by itself
    return {};
}

/// "/api/exam/:examId" -> "/api/exam/{examId}"
std::string path_of(std::string_view pattern) {
    std::string path;
    for (const auto segment : split(pattern.substr(1), '/')) {
        path += '/';
        path += segment.starts_with(':') ? "{" + std::string(segment.substr(1)) + "}"
                                         : std::string(segment);
    }
    return path;
}

/// "get", "/api/exam-attempt/:examId/attempt" -> "getExamAttemptByExamIdAttempt"
std::string operation_id(std::string_view method, std::string_view pattern) {
    std::string id(method);
    bool starts_word = true;
    if (pattern.starts_with("/api/")) {
        pattern.remove_prefix(4);
    }
    for (const char c : pattern) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && (c < '0' || c > '9')) {
            id += c == ':' ? "By" : "";
            starts_word = true;
            continue;
        }
        id += starts_word && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        starts_word = false;
    }
    return id;
}

/// The page at /admin/audit is not what /api/admin/audit tells.
bool is_page(const Operation& said) {
    return !said.all_answers.empty() && said.all_answers.front().media_type == "text/html";
}

json::object reference(std::string_view to) {
    json::object object;
    object["$ref"] = "#/components/" + std::string(to);
    return object;
}

Schema problem_schema() {
    using namespace schema;
    const auto field = object({{"field", text()}, {"message", text()}}).named("FieldProblem");
    return object({{"success", always(false)},
                   {"message", text().says("For people; names the cure where there is one")},
                   {"code", text().says("For programs: stable, snake_case")},
                   {"type", text()},
                   {"title", text().says("The status in words")},
                   {"status", integer()},
                   {"requestId", text().says("As in the header X-Request-Id and in the log")},
                   {"errors?", list_of(field).says("Every field at fault")}})
        .with("additionalProperties", true)
        .says("Every error body (RFC 9457)")
        .named("Problem");
}

std::string_view name_of(RateLimit::Per per) {
    switch (per) {
        case RateLimit::Per::client:
            return "client";
        case RateLimit::Per::account_at_client:
            return "account and client";
        case RateLimit::Per::account:
            return "account";
        case RateLimit::Per::recipient_at_client:
            return "recipient and client";
        case RateLimit::Per::recipient:
            return "recipient";
    }
    return {};
}

json::object limit_json(const RateLimit& limit) {
    const bool requests = limit.counts == RateLimit::Counts::requests;
    return {{"counter", limit.counter},
            {"per", name_of(limit.per)},
            {"counts", requests ? "requests" : "failures"},
            {"count", limit.count},
            {"windowSeconds", limit.window.count()},
            {"beyondClient", limit.beyond_client}};
}

/// Collects the paths and, beside them, every named schema they mention.
class Document {
  public:
    explicit Document(const ApiInfo& info) : info_(info) {}

    void add(const Route& route) {
        const auto method = verb(route.method);
        const auto& said = *route.operation;
        json::object operation;
        const auto id = operation_id(method, route.pattern) + (is_page(said) ? "Page" : "");
        operation["operationId"] = id;
        operation["tags"] = json::array{said.tag};
        operation["summary"] = said.summary;
        const auto& access = route.handler.access();
        TRIPOS_ASSERT(!access.who.empty());  // the guard says who may, or http::open()
        operation["description"] = description(said, access);
        if (auto parameters = parameters_of(route); !parameters.empty()) {
            operation["parameters"] = std::move(parameters);
        }
        if (said.body) {
            auto shape = use(*said.body);
            forbid_empty_texts(shape);
            auto accepted = content("application/json", std::move(shape));
            add_example(accepted, id, "request");
            operation["requestBody"] = {{"required", said.needs_body},
                                        {"content", std::move(accepted)}};
        }
        operation["responses"] = responses_of(route, id);
        add_limits(operation, said, access);
        operation["security"] = json::array();
        operation["x-access"] = access.who;
        if (!access.roles.empty()) {
            operation["x-roles"] = json::array(access.roles.begin(), access.roles.end());
        }
        if (!access.needs.empty()) {
            operation["security"] = json::array{json::object{{"bearer", json::array()}},
                                                json::object{{"cookie", json::array()}}};
        }
        auto& path = paths_[path_of(route.pattern)];
        if (path.is_null()) {
            path = json::object();
        }
        path.as_object()[method] = std::move(operation);
    }

    json::object finish() {
        return {{"openapi", "3.1.0"},
                {"info",
                 {{"title", info_.title},
                  {"version", info_.version},
                  {"description", info_.description},
                  {"license", {{"name", "MIT"}, {"identifier", "MIT"}}}}},
                {"servers", json::array{json::object{{"url", "/"}}}},
                {"tags", tags()},
                {"paths", std::move(paths_)},
                {"components", components()}};
    }

  private:
    static void add_limits(json::object& operation, const Operation& said, const Access& access) {
        if (!said.limits.empty()) {
            json::array limits;
            for (const auto& limit : said.limits) {
                limits.push_back(limit_json(limit));
            }
            operation["x-rate-limits"] = std::move(limits);
        } else if (const auto& why =
                       said.why_unlimited.empty() ? access.unlimited : said.why_unlimited;
                   !why.empty()) {
            operation["x-unlimited"] = why;
        }
    }

    static std::string description(const Operation& said, const Access& access) {
        auto text = said.description;
        if (!access.needs.empty()) {
            text += text.empty() ? "" : "\n\n";
            text += "Needs " + access.needs + ".";
        }
        return text;
    }

    json::array parameters_of(const Route& route) {
        json::array parameters;
        for (const auto segment : split(std::string_view(route.pattern).substr(1), '/')) {
            if (segment.starts_with(':')) {
                parameters.push_back(json::object{{"name", json::string(segment.substr(1))},
                                                  {"in", "path"},
                                                  {"required", true},
                                                  {"schema", use(schema::text())}});
            }
        }
        for (const auto& parameter : route.operation->query) {
            parameters.push_back(json::object{{"name", parameter.name},
                                              {"in", "query"},
                                              {"required", false},
                                              {"description", parameter.text},
                                              {"schema", use(parameter.schema)}});
        }
        return parameters;
    }

    json::object responses_of(const Route& route, const std::string& id) {
        json::object responses;
        for (const auto& answer : route.operation->all_answers) {
            json::object response;
            response["description"] = answer.text;
            if (!answer.media_type.empty()) {
                auto body = content(answer.media_type, use(answer.body));
                if (responses.empty()) {
                    add_example(body, id, "answer");
                }
                response["content"] = std::move(body);
            }
            responses[std::to_string(answer.status)] = std::move(response);
        }
        for (const auto& [status, refusal] : refusals_of(route)) {
            responses[std::to_string(status)] = refusal_response(refusal);
        }
        responses["500"] = reference("responses/InternalError");
        if (!responses.contains("503")) {
            responses["503"] = reference("responses/Unavailable");
        }
        responses["default"] = reference("responses/RefusedByHttp");
        return responses;
    }

    /// By status: the route's own, the guard's, and those of reading its input.
    static std::map<int, Refusal> refusals_of(const Route& route) {
        const auto& said = *route.operation;
        const auto& access = route.handler.access();
        auto all = access.refusals;
        if (route.method != Method::get) {
            all.insert(all.end(), access.refusals_of_changes.begin(),
                       access.refusals_of_changes.end());
        }
        all.push_back({400, {"bad_request"}});  // malformed before any route sees it
        if (said.body) {
            all.push_back({400, {"malformed_json", "validation_failed"}});
            if (said.needs_body) {
                all.push_back({400, {"body_missing"}});
            }
            all.push_back({413, {"body_too_large"}});
            all.push_back({415, {"unsupported_media_type"}});
        } else if (!said.query.empty()) {
            all.push_back({400, {"validation_failed"}});
        }
        all.insert(all.end(), said.refusals.begin(), said.refusals.end());
        std::map<int, Refusal> merged;
        for (const auto& refusal : all) {
            auto& into = merged[refusal.status];
            into.status = refusal.status;
            for (const auto& code : refusal.codes) {
                const bool known =
                    std::find(into.codes.begin(), into.codes.end(), code) != into.codes.end();
                if (!known) {
                    into.codes.push_back(code);
                }
            }
            into.members.insert(into.members.end(), refusal.members.begin(), refusal.members.end());
        }
        return merged;
    }

    json::object refusal_response(const Refusal& refusal) {
        const std::vector<std::string_view> codes(refusal.codes.begin(), refusal.codes.end());
        Members members = refusal.members;
        members.push_back({"code", schema::one_of(codes)});
        auto shape = Schema(json::object{
            {"allOf", json::array{use(problem_schema()), use(schema::object(members))}}});
        json::object response;
        response["description"] =
            std::string(detail::reason_phrase(refusal.status)) + ": " + joined(refusal.codes);
        if (refusal.status == 429 || refusal.status == 503) {
            response["headers"] = {
                {"Retry-After",
                 {{"description", "Seconds to wait"}, {"schema", {{"type", "integer"}}}}}};
        }
        response["content"] = content(kProblemType, shape.json());
        return response;
    }

    static std::string joined(const std::vector<std::string>& words) {
        std::string text;
        for (const auto& word : words) {
            text += (text.empty() ? "" : ", ") + word;
        }
        return text;
    }

    static json::object content(std::string_view media_type, json::object shape) {
        json::object content;
        content[media_type] = json::object{{"schema", std::move(shape)}};
        return content;
    }

    /// The schema's JSON, with its named parts remembered.
    json::object use(const Schema& shape) {
        named_.adopt(shape);
        return shape.json();
    }

    /// A text that must be given must say something: BodyReader takes no blank one for it.
    static void forbid_empty_texts(json::object& shape) {
        const auto* required = shape.if_contains("required");
        if (required == nullptr) {
            return;
        }
        for (const auto& name : required->as_array()) {
            auto& member = shape["properties"].as_object()[name.as_string()].as_object();
            const auto* type = member.if_contains("type");
            if (type != nullptr && *type == "string" && !member.contains("enum")) {
                member["minLength"] = 1;
            }
        }
    }

    void add_example(json::object& content, const std::string& id, std::string_view part) const {
        const auto* examples = info_.examples.if_contains(id);
        const auto* example =
            examples == nullptr ? nullptr : examples->as_object().if_contains(part);
        if (example != nullptr) {
            content.begin()->value().as_object()["example"] = *example;
        }
    }

    json::array tags() const {
        json::array tags;
        for (const auto& tag : info_.tags) {
            tags.push_back(json::object{{"name", tag.name}, {"description", tag.text}});
        }
        return tags;
    }

    json::object components() {
        json::object responses;
        responses["InternalError"] = refusal_response({500, {"internal_error"}});
        responses["Unavailable"] = refusal_response({503, {"overloaded", "unavailable"}});
        json::object refused;
        refused["description"] =
            "The request was no HTTP/1.1 that is served here: request_timeout, "
            "precondition_failed, "
            "body_too_large, header_too_large, expectation_failed, version_not_supported, "
            "too_many_half_requests";
        refused["content"] = content(kProblemType, use(problem_schema()));
        responses["RefusedByHttp"] = std::move(refused);
        json::object schemas;
        for (const auto& [name, shape] : named_.components()) {
            schemas[name] = shape;
        }
        return {{"schemas", std::move(schemas)},
                {"responses", std::move(responses)},
                {"securitySchemes",
                 {{"bearer", {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}},
                  {"cookie", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "accessToken"}}}}}};
    }

    const ApiInfo& info_;
    json::object paths_;
    Schema named_{json::object()};
};

}  // namespace

std::string openapi_document(const Router& router, const ApiInfo& info) {
    Document document(info);
    std::size_t described = 0;
    const auto routes = router.routes();
    for (const auto& tag : info.tags) {
        for (const auto* route : routes) {
            if (route->operation->tag == tag.name) {
                document.add(*route);
                ++described;
            }
        }
    }
    TRIPOS_ASSERT(described == routes.size());  // a tag that is not listed, or listed twice
    return json::serialize(document.finish());
}

}  // namespace tripos::http

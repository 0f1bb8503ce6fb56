// SPDX-License-Identifier: MIT
#include "http/schema.hpp"

#include <boost/json/array.hpp>

#include "core/assert.hpp"

namespace tripos::http {

namespace json = boost::json;

namespace {

Schema of_type(std::string_view type) {
    json::object keywords;
    keywords["type"] = type;
    return Schema(std::move(keywords));
}

Schema formatted(std::string_view format) {
    return of_type("string").with("format", json::string(format));
}

}  // namespace

Schema::Schema(json::object keywords) : json_(std::move(keywords)) {}

Schema Schema::named(const std::string& name) const {
    json::object reference;
    reference["$ref"] = "#/components/schemas/" + name;
    Schema named(std::move(reference));
    named.components_ = components_;
    named.components_.emplace(name, json_);
    return named;
}

Schema Schema::nullable() const {
    auto copy = *this;
    const auto* type = json_.if_contains("type");
    if (type != nullptr && type->is_string() && !json_.contains("enum")) {
        copy.json_["type"] = json::array{*type, "null"};
        return copy;
    }
    return schema::either({*this, of_type("null")});
}

Schema Schema::says(std::string_view description) const {
    return with("description", json::string(description));
}

Schema Schema::with(std::string_view keyword, json::value value) const {
    auto copy = *this;
    copy.json_[keyword] = std::move(value);
    return copy;
}

void Schema::adopt(const Schema& other) {
    for (const auto& [name, shape] : other.components_) {
        const auto& kept = components_.emplace(name, shape).first->second;
        TRIPOS_ASSERT(kept == shape);  // two shapes under one name
    }
}

namespace schema {

Schema anything() {
    return Schema(json::object());
}

Schema text() {
    return of_type("string");
}

Schema uuid() {
    return formatted("uuid");
}

Schema email() {
    return formatted("email");
}

Schema instant() {
    return formatted("date-time");
}

Schema number() {
    return of_type("number");
}

Schema integer() {
    return of_type("integer");
}

Schema flag() {
    return of_type("boolean");
}

Schema always(bool value) {
    return of_type("boolean").with("const", value);
}

Schema one_of(const std::vector<std::string_view>& words) {
    json::array all;
    for (const auto word : words) {
        all.emplace_back(json::string(word));
    }
    return of_type("string").with("enum", std::move(all));
}

Schema either(const std::vector<Schema>& shapes) {
    json::array all;
    Schema made{json::object()};
    for (const auto& shape : shapes) {
        all.push_back(shape.json());
        made.adopt(shape);
    }
    return made.with("anyOf", std::move(all));
}

Schema list_of(const Schema& items) {
    auto made = of_type("array").with("items", items.json());
    made.adopt(items);
    return made;
}

Members joined(Members members, const Members& more) {
    members.insert(members.end(), more.begin(), more.end());
    return members;
}

Schema object(const Members& members) {
    json::object properties;
    json::array required;
    auto made = of_type("object");
    for (const auto& [name, shape] : members) {
        std::string_view bare = name;
        if (bare.ends_with('?')) {
            bare.remove_suffix(1);
        } else {
            required.emplace_back(json::string(bare));
        }
        properties[bare] = shape.json();
        made.adopt(shape);
    }
    made = made.with("properties", std::move(properties));
    return required.empty() ? made : made.with("required", std::move(required));
}

Schema map_of(const Schema& values) {
    auto made = of_type("object").with("additionalProperties", values.json());
    made.adopt(values);
    return made;
}

Schema pagination() {
    return object({{"totalItems", integer()},
                   {"totalPages", integer()},
                   {"currentPage", integer()},
                   {"limit", integer()}})
        .named("Pagination");
}

}  // namespace schema

}  // namespace tripos::http

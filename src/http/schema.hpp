// SPDX-License-Identifier: MIT
#pragma once
// Schema: the shape of a JSON value, written where the route is and turned into JSON Schema 2020-12
// for the API description (OpenAPI 3.1).
//
//     const auto exam = schema::object({{"id", schema::uuid()},
//                                       {"title", schema::text()},
//                                       {"description", schema::text().nullable()},
//                                       {"note?", schema::text()}})  // `?`: may be absent
//                           .named("Exam");
//
// Immutable values; made at start-up only, so nothing here is fast. A description binds nobody at
// run time: tests hold real answers against it.

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tripos::http {

class Schema;

/// One member of an object. A name that ends in `?` may be absent.
struct Member;
using Members = std::vector<Member>;

class Schema {
  public:
    /// Named parts by name.
    using Components = std::map<std::string, boost::json::object>;

    /// Any keywords of JSON Schema.
    explicit Schema(boost::json::object keywords);

    /// The same shape as a component that others refer to by name. Requires: one name, one shape.
    Schema named(const std::string& name) const;
    Schema nullable() const;  ///< or null
    Schema says(std::string_view description) const;
    Schema with(std::string_view keyword, boost::json::value value) const;

    const boost::json::object& json() const { return json_; }
    const Components& components() const { return components_; }
    /// Takes over the named parts of `other`.
    void adopt(const Schema& other);

  private:
    boost::json::object json_;
    Components components_;
};

struct Member {
    std::string name;
    Schema schema;
};

namespace schema {

Schema anything();
Schema text();
Schema uuid();
Schema email();
Schema instant();  ///< ISO 8601, UTC
Schema number();
Schema integer();
Schema flag();
Schema always(bool value);
Schema one_of(const std::vector<std::string_view>& words);
Schema either(const std::vector<Schema>& shapes);
Schema list_of(const Schema& items);
Schema object(const Members& members);
/// Both, in that order.
Members joined(Members members, const Members& more);
/// An object with names of its own: name -> value.
Schema map_of(const Schema& values);
/// `pagination` of every listing.
Schema pagination();

}  // namespace schema

}  // namespace tripos::http

// SPDX-License-Identifier: MIT
#include "module/entity.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace tripos::entity {

namespace detail {

void encode(SegmentWriter& out, const std::vector<sql::Value>& values) {
    for (const auto& value : values) {
        out.number(static_cast<std::int64_t>(value.index()));
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            out.number(*number);
        } else if (const auto* text = std::get_if<std::string>(&value)) {
            out.text(*text);
        }
    }
}

sql::Row decode(SegmentReader& in, std::size_t values) {
    std::vector<sql::Value> row(values);
    for (auto& value : row) {
        const auto index = static_cast<std::size_t>(in.number());
        if (index == sql::Value(std::int64_t{0}).index()) {
            value = in.number();
        } else if (index == sql::Value(std::string()).index()) {
            value = std::string(in.text());
        }
    }
    return sql::Row(std::move(row));
}

}  // namespace detail

std::string insert_into(const std::string& table, std::vector<std::string> names,
                        const std::vector<std::string>& more) {
    names.insert(names.end(), more.begin(), more.end());
    std::vector<std::string> parameters;
    for (std::size_t i = 1; i <= names.size(); ++i) {
        parameters.push_back('$' + std::to_string(i));
    }
    return "INSERT INTO " + table + " (" + join(names, ", ") + ") VALUES (" +
           join(parameters, ", ") + ")";
}

std::string update_of(const std::string& table, std::vector<std::string> names,
                      const std::vector<std::string>& more) {
    names.insert(names.end(), more.begin(), more.end());
    std::vector<std::string> changes;
    for (std::size_t i = 1; i < names.size(); ++i) {
        changes.push_back(names[i] + " = $" + std::to_string(i + 1));
    }
    return "UPDATE " + table + " SET " + join(changes, ", ") + " WHERE " + names.front() + " = $1";
}

std::string upsert_into(const std::string& table, std::vector<std::string> names,
                        const std::vector<std::string>& key, const std::vector<std::string>& more) {
    auto statement = insert_into(table, names, more);
    names.insert(names.end(), more.begin(), more.end());
    std::vector<std::string> changes;
    for (std::size_t i = 1; i < names.size(); ++i) {
        if (std::find(key.begin(), key.end(), names[i]) == key.end()) {
            changes.push_back(names[i] + " = excluded." + names[i]);
        }
    }
    return statement + " ON CONFLICT (" + join(key, ", ") + ") DO UPDATE SET " +
           join(changes, ", ");
}

}  // namespace tripos::entity

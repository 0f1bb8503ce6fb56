// SPDX-License-Identifier: MIT
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string_view>

#include "http/json_text.hpp"
#include "operations/boards.hpp"

namespace tripos::operations {

namespace {

namespace json = boost::json;

constexpr std::size_t kPanelWidth = 12;  // of 24
constexpr std::size_t kPanelHeight = 8;

json::object data_source() {
    return {{"type", "prometheus"}, {"uid", "${datasource}"}};
}

json::array targets(const BoardPanel& panel) {
    json::array all;
    for (const auto& query : panel.queries) {
        const std::string name(1, static_cast<char>('A' + all.size()));
        all.push_back(json::object{
            {"refId", name}, {"expr", query.expression}, {"legendFormat", query.legend}});
    }
    return all;
}

json::object panel_json(const BoardPanel& panel, std::size_t index) {
    json::object one;
    one["id"] = index + 1;
    one["type"] = "timeseries";
    one["title"] = panel.title;
    one["description"] = panel.says;
    one["datasource"] = data_source();
    one["gridPos"] = {{"x", index % 2 * kPanelWidth},
                      {"y", index / 2 * kPanelHeight},
                      {"w", kPanelWidth},
                      {"h", kPanelHeight}};
    one["fieldConfig"] = {{"defaults", {{"unit", panel.unit}}}, {"overrides", json::array()}};
    one["targets"] = targets(panel);
    return one;
}

bool asks_for_family(const Board& board) {
    for (const auto& panel : board.panels) {
        for (const auto& query : panel.queries) {
            if (std::string_view(query.expression).find("$family") != std::string_view::npos) {
                return true;
            }
        }
    }
    return false;
}

json::array variables(const Board& board) {
    json::array all;
    all.push_back({{"name", "datasource"},
                   {"type", "datasource"},
                   {"query", "prometheus"},
                   {"label", "Data source"}});
    if (asks_for_family(board)) {
        json::object family;
        family["name"] = "family";
        family["type"] = "query";
        family["label"] = "Family";
        family["datasource"] = data_source();
        family["query"] = {{"query", "label_values(tripos_cache_lookups_total, family)"},
                           {"refId", "A"}};
        family["refresh"] = 2;
        family["multi"] = true;
        family["includeAll"] = true;
        family["allValue"] = ".*";
        all.push_back(std::move(family));
    }
    return all;
}

}  // namespace

std::string to_json(const Board& board) {
    json::array panels;
    for (const auto& panel : board.panels) {
        panels.push_back(panel_json(panel, panels.size()));
    }
    json::object all;
    all["title"] = board.title;
    all["uid"] = std::string("tripos-") + board.name;
    all["schemaVersion"] = 39;
    all["version"] = 1;
    all["editable"] = true;
    all["refresh"] = "30s";
    all["time"] = {{"from", "now-6h"}, {"to", "now"}};
    all["tags"] = {"tripos"};
    all["templating"] = {{"list", variables(board)}};
    all["panels"] = std::move(panels);
    return http::json_text(all);
}

}  // namespace tripos::operations

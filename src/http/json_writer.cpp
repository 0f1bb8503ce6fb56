// SPDX-License-Identifier: MIT
#include "http/json_writer.hpp"

#include "http/json_body.hpp"

namespace tripos::http {

namespace {

void append_escaped(std::string& out, std::string_view value) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    std::size_t done = 0;  // of it; what needs no escape is copied at once
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        out.append(value, done, i - done);
        done = i + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += "\\u00";
                out += digits[byte >> 4];
                out += digits[byte & 0xF];
        }
    }
    out.append(value, done).append(1, '"');
}

}  // namespace

void JsonWriter::separate() {
    if (needs_comma_) {
        out_ += ',';
    }
    needs_comma_ = true;
}

JsonWriter& JsonWriter::begin_object() {
    separate();
    out_ += '{';
    needs_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::end_object() {
    out_ += '}';
    needs_comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::begin_array() {
    separate();
    out_ += '[';
    needs_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::end_array() {
    out_ += ']';
    needs_comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::name(std::string_view member) {
    separate();
    append_escaped(out_, member);
    out_ += ':';
    needs_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
    separate();
    append_escaped(out_, value);
    return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
    return raw(std::to_string(value));
}

JsonWriter& JsonWriter::boolean(bool value) {
    return raw(value ? "true" : "false");
}

JsonWriter& JsonWriter::null() {
    return raw("null");
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

JsonWriter& JsonWriter::splice(std::string_view members) {
    if (!members.empty()) {
        raw(members);
    }
    return *this;
}

JsonWriter& JsonWriter::member(std::string_view key, std::string_view value) {
    return name(key).text(value);
}

JsonWriter& JsonWriter::member(std::string_view key, const std::string& value) {
    return name(key).text(value);
}

JsonWriter& JsonWriter::member(std::string_view key, const char* value) {
    return name(key).text(value);
}

JsonWriter& JsonWriter::member(std::string_view key, std::int64_t value) {
    return name(key).integer(value);
}

JsonWriter& JsonWriter::member(std::string_view key, bool value) {
    return name(key).boolean(value);
}

JsonWriter& JsonWriter::member(std::string_view key, Timestamp at) {
    return name(key).text(to_iso8601(at));
}

JsonWriter& JsonWriter::member(std::string_view key, const std::vector<std::string>& texts) {
    return name(key).raw(text_list(texts));
}

JsonWriter& JsonWriter::member_raw(std::string_view key, std::string_view json) {
    return name(key).raw(json);
}

JsonWriter& JsonWriter::member_null(std::string_view key) {
    return name(key).null();
}

std::string json_string(std::string_view value) {
    std::string out;
    append_escaped(out, value);
    return out;
}

std::string text_list(const std::vector<std::string>& texts) {
    JsonWriter json;
    json.begin_array();
    for (const auto& text : texts) {
        json.text(text);
    }
    return json.end_array().take();
}

JsonWriter success_body(std::string_view message) {
    JsonWriter json;
    json.begin_object().member("success", true).member("message", message);
    return json;
}

Response finished(int status, JsonWriter json) {
    return json_response(status, json.end_object().take());
}

void write_pagination(JsonWriter& json, const Page& page, std::int64_t total) {
    json.name("pagination")
        .begin_object()
        .member("totalItems", total)
        .member("totalPages", (total + page.limit - 1) / page.limit)
        .member("currentPage", page.page)
        .member("limit", page.limit)
        .end_object();
}

}  // namespace tripos::http

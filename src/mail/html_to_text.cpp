// SPDX-License-Identifier: MIT
// One pass over the HTML of our own templates and of administrators: no tree, no backtracking,
// never fails.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "core/text.hpp"
#include "mail/message.hpp"

namespace tripos::mail {

namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 5> kUnseen = {"head", "style", "script", "title",
                                                     "template"};
constexpr std::array<std::string_view, 10> kParagraphs = {"p",  "h1", "h2",         "h3",    "h4",
                                                          "ul", "ol", "blockquote", "table", "hr"};
constexpr std::array<std::string_view, 8> kLines = {"div",     "tr",     "li",     "br",
                                                    "section", "header", "footer", "pre"};

void append_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (code >> 18));
        out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

/// The character an entity stands for; `name` is what is between '&' and ';'.
std::optional<std::string> entity(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kNamed = {{
        {"amp", "&"},
        {"lt", "<"},
        {"gt", ">"},
        {"quot", "\""},
        {"apos", "'"},
        {"nbsp", " "},
        {"ndash", "\u2013"},
        {"mdash", "\u2014"},
        {"hellip", "\u2026"},
        {"copy", "\u00A9"},
        {"middot", "\u00B7"},
    }};
    for (const auto& [known, character] : kNamed) {
        if (known == name) {
            return std::string(character);
        }
    }
    if (!name.starts_with('#')) {
        return std::nullopt;
    }
    name.remove_prefix(1);
    const bool hex = name.starts_with('x') || name.starts_with('X');
    name.remove_prefix(hex ? 1 : 0);
    std::uint32_t code = 0;
    const auto [end, problem] =
        std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
    const bool is_character = code >= 0x20 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    if (problem != std::errc() || end != name.data() + name.size() || !is_character) {
        return std::nullopt;
    }
    std::string out;
    append_utf8(out, code);
    return out;
}

std::string decode_entities(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto ampersand = text.find('&');
        out += text.substr(0, ampersand);
        if (ampersand == std::string_view::npos) {
            break;
        }
        text.remove_prefix(ampersand);
        const auto end = text.substr(0, 12).find(';');
        const auto character =
            end == std::string_view::npos ? std::nullopt : entity(text.substr(1, end - 1));
        out += character ? *character : "&";
        text.remove_prefix(character ? end + 1 : 1);
    }
    return out;
}

/// Value of an attribute inside a tag's text, decoded; empty when absent.
std::string attribute(std::string_view tag, std::string_view wanted) {
    std::size_t at = 0;
    while (at < tag.size()) {
        const auto name_end = tag.find_first_of("= \t\r\n", at);
        const auto name = tag.substr(at, name_end - at);
        if (name_end == std::string_view::npos || tag[name_end] != '=') {
            at = name_end == std::string_view::npos ? tag.size() : name_end + 1;
            continue;
        }
        const auto start = name_end + 1;
        const char quote = start < tag.size() ? tag[start] : '\0';
        const bool quoted = quote == '"' || quote == '\'';
        const auto first = quoted ? start + 1 : start;
        const auto last = std::min(
            quoted ? tag.find(quote, first) : tag.find_first_of(" \t\r\n", first), tag.size());
        if (to_lower(name) == wanted) {
            return std::string(
                trim(decode_entities(tag.substr(std::min(first, tag.size()), last - first))));
        }
        at = last + 1;
    }
    return {};
}

/// Collects words, collapsing white space, and keeps at most one blank line.
class TextWriter {
  public:
    void words(std::string_view text) {
        for (const char c : text) {
            if (is_space(c)) {
                space_ = true;
            } else {
                flush_gap();
                out_ += c;
            }
        }
    }
    void space() { space_ = true; }
    void line() { gap_ = std::max(gap_, 1); }
    void paragraph() { gap_ = 2; }
    std::size_t position() const { return out_.size(); }
    std::string_view since(std::size_t position) const {
        return std::string_view(out_).substr(position);
    }
    std::string take() { return std::move(out_) + "\n"; }

  private:
    void flush_gap() {
        if (!out_.empty()) {
            out_ += gap_ > 0 ? std::string(static_cast<std::size_t>(gap_), '\n')
                             : std::string(space_ ? " " : "");
        }
        gap_ = 0;
        space_ = false;
    }

    std::string out_;
    int gap_ = 0;
    bool space_ = false;
};

class Converter {
  public:
    explicit Converter(std::string_view html) : rest_(html) {}

    std::string convert() {
        while (!rest_.empty()) {
            const auto bracket = rest_.find('<');
            writer_.words(decode_entities(rest_.substr(0, bracket)));
            if (bracket == std::string_view::npos) {
                break;
            }
            rest_.remove_prefix(bracket);
            if (rest_.starts_with("<!--")) {
                skip_past("-->");
            } else {
                tag();
            }
        }
        return writer_.take();
    }

  private:
    void skip_past(std::string_view end) {
        const auto at = rest_.find(end);
        rest_ = at == std::string_view::npos ? std::string_view() : rest_.substr(at + end.size());
    }

    void skip_element(const std::string& name) {
        const std::string end = "</" + name;
        const auto same = [](char a, char b) {
            return a == b || (a >= 'A' && a <= 'Z' && a + ('a' - 'A') == b);
        };
        const auto at = std::search(rest_.begin(), rest_.end(), end.begin(), end.end(), same);
        rest_.remove_prefix(static_cast<std::size_t>(at - rest_.begin()));
        skip_past(">");
    }

    void tag() {
        const auto end = rest_.find('>');
        std::string_view inside = rest_.substr(1, end == std::string_view::npos ? end : end - 1);
        rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
        const bool closes = inside.starts_with('/');
        inside.remove_prefix(closes ? 1 : 0);
        const auto name_end = std::min(inside.find_first_of(" \t\r\n/"), inside.size());
        const std::string name = to_lower(inside.substr(0, name_end));
        if (!closes && is_one_of(name, kUnseen)) {
            skip_element(name);
        } else if (name == "a") {
            closes ? end_link() : start_link(attribute(inside.substr(name_end), "href"));
        } else if (is_one_of(name, kParagraphs)) {
            writer_.paragraph();
        } else if (is_one_of(name, kLines)) {
            writer_.line();
            if (name == "li" && !closes) {
                writer_.words("- ");
            }
        } else if (name == "td" || name == "th") {
            writer_.space();
        } else if (name == "img" && !closes) {
            writer_.words(attribute(inside.substr(name_end), "alt"));
        }
    }

    void start_link(std::string target) {
        target_ = std::move(target);
        link_start_ = writer_.position();
    }

    void end_link() {
        if (!target_.empty() && trim(writer_.since(link_start_)) != target_) {
            writer_.words(" (" + target_ + ")");
        }
        target_.clear();
    }

    std::string_view rest_;
    TextWriter writer_;
    std::string target_;
    std::size_t link_start_ = 0;
};

}  // namespace

std::string html_to_text(std::string_view html) {
    return Converter(html).convert();
}

}  // namespace tripos::mail

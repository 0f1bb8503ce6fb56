// SPDX-License-Identifier: MIT
// One pass over the HTML of our own templates and of administrators, as libxml2 reads it: no tree,
// and whatever is written has a text.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/text.hpp"
#include "mail/detail/html_parser.hpp"
#include "mail/message.hpp"

namespace tripos::mail {

namespace {

using detail::view_of;

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
constexpr std::string_view kNoBreakSpace = "\u00A0";
/// What &#128; to &#159; mean (HTML Living Standard, 13.2.5.80): not the control characters of
/// those numbers.
constexpr std::array<std::string_view, 32> kWindows1252 = {
    "€", "",  "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", "", "Ž", "",
    "",  "‘", "’", "“", "”", "•", "–", "—", "˜", "™", "š", "›", "œ", "", "ž", "Ÿ"};

/// Collects words, collapsing white space, and keeps at most one blank line.
class TextWriter {
  public:
    void words(std::string_view text) {
        while (!text.empty()) {
            const auto control = control_of(text);
            const bool is_wide = text.starts_with(kNoBreakSpace);
            if (is_wide || is_space(text.front())) {
                space_ = true;
            } else {
                flush_gap();
                out_ += control ? kWindows1252[*control] : text.substr(0, 1);
            }
            text.remove_prefix(control || is_wide ? 2 : 1);
        }
    }
    /// Each line break is one, and several in a row are a blank line.
    void lines(std::string_view text) {
        for (;;) {
            const auto end = text.find('\n');
            words(text.substr(0, end));
            if (end == std::string_view::npos) {
                return;
            }
            gap_ = std::min(gap_ + 1, 2);
            text.remove_prefix(end + 1);
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
    /// Of U+0080 to U+009F, which takes two bytes, how much it is more than the first.
    static std::optional<std::size_t> control_of(std::string_view text) {
        const auto is_one =
            text.size() > 1 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0;
        return is_one ? std::optional<std::size_t>(static_cast<unsigned char>(text[1]) - 0x80U)
                      : std::nullopt;
    }

    static bool is_space(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }

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

/// Told what the reader finds.
class Converter {
  public:
    void start(std::string_view name, const xmlChar** attributes) {
        hidden_ += is_one_of(name, kUnseen) ? 1 : 0;
        if (hidden_ > 0) {
            return;
        }
        if (name == "a") {
            target_ = trim(attribute(attributes, "href"));
            link_start_ = writer_.position();
        } else if (name == "img") {
            writer_.words(attribute(attributes, "alt"));
        }
        block(name);
        preformatted_ += name == "pre" ? 1 : 0;
        if (name == "li") {
            writer_.words("- ");
        }
    }

    void end(std::string_view name) {
        if (hidden_ > 0) {
            hidden_ -= is_one_of(name, kUnseen) ? 1 : 0;
            return;
        }
        if (name == "a") {
            end_link();
        }
        preformatted_ -= name == "pre" ? 1 : 0;
        block(name);
    }

    void text(std::string_view text) {
        if (hidden_ == 0) {
            preformatted_ > 0 ? writer_.lines(text) : writer_.words(text);
        }
    }

    std::string take() { return writer_.take(); }

  private:
    static std::string_view attribute(const xmlChar** attributes, std::string_view wanted) {
        for (; attributes != nullptr && attributes[0] != nullptr; attributes += 2) {
            if (view_of(attributes[0]) == wanted) {
                return view_of(attributes[1]);
            }
        }
        return {};
    }

    void block(std::string_view name) {
        if (is_one_of(name, kParagraphs)) {
            writer_.paragraph();
        } else if (is_one_of(name, kLines)) {
            writer_.line();
        } else if (name == "td" || name == "th") {
            writer_.space();
        }
    }

    void end_link() {
        if (!target_.empty() && trim(writer_.since(link_start_)) != target_) {
            writer_.words(" (" + target_ + ")");
        }
        target_.clear();
    }

    TextWriter writer_;
    std::string target_;
    std::size_t link_start_ = 0;
    int hidden_ = 0;
    int preformatted_ = 0;
};

Converter& converter(void* context) {
    return *static_cast<Converter*>(static_cast<htmlParserCtxt*>(context)->_private);
}

htmlSAXHandler handler() {
    htmlSAXHandler told{};
    told.startElement = [](void* context, const xmlChar* name, const xmlChar** attributes) {
        converter(context).start(view_of(name), attributes);
    };
    told.endElement = [](void* context, const xmlChar* name) {
        converter(context).end(view_of(name));
    };
    told.characters = [](void* context, const xmlChar* text, int size) {
        const std::string_view found(reinterpret_cast<const char*>(text),
                                     static_cast<std::size_t>(size));
        converter(context).text(found);
    };
    told.ignorableWhitespace = told.characters;
    told.cdataBlock = told.characters;
    return told;
}

}  // namespace

std::string html_to_text(std::string_view html) {
    Converter converter;
    const auto parser = detail::make_html_parser();
    *parser->sax = handler();
    parser->_private = &converter;
    // Within a body text stands for itself; outside of one the reader would invent paragraphs.
    const std::string document = "<body>" + std::string(html);
    htmlCtxtReadMemory(parser.get(), document.data(), static_cast<int>(document.size()), nullptr,
                       "UTF-8", detail::kHtmlOptions | HTML_PARSE_NOIMPLIED);
    return converter.take();
}

}  // namespace tripos::mail

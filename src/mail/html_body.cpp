// SPDX-License-Identifier: MIT
#include "mail/html_body.hpp"

#include <libxml/HTMLtree.h>

#include <memory>
#include <vector>

#include "mail/detail/html_parser.hpp"

namespace tripos::mail {

namespace {

using Document = std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)>;
using Nodes = std::vector<xmlNode*>;

Document read(std::string_view html) {
    const auto parser = detail::make_html_parser();
    // Else what is nested deeper than 256 elements would be lost, and all that follows it.
    parser->options |= XML_PARSE_HUGE;
    return {htmlCtxtReadMemory(parser.get(), html.data(), static_cast<int>(html.size()), nullptr,
                               "UTF-8", detail::kHtmlOptions),
            &xmlFreeDoc};
}

bool is(const xmlNode* node, std::string_view name) {
    return node->type == XML_ELEMENT_NODE && detail::view_of(node->name) == name;
}

/// On top of a stack, the first uppermost.
void push_children(Nodes& stack, const xmlNode* parent) {
    for (auto* child = parent->last; child != nullptr; child = child->prev) {
        stack.push_back(child);
    }
}

/// In the order of the document. Of several documents in one, those of all.
Nodes nodes_to_keep(const xmlDoc* document) {
    Nodes kept;
    Nodes stack;
    push_children(stack, reinterpret_cast<const xmlNode*>(document));
    while (!stack.empty()) {
        auto* node = stack.back();
        stack.pop_back();
        if (is(node, "html") || is(node, "head") || is(node, "body")) {
            push_children(stack, node);
        } else if (!is(node, "title") && !is(node, "meta") && node->type != XML_DTD_NODE) {
            kept.push_back(node);
        }
    }
    return kept;
}

}  // namespace

std::string html_body(std::string_view html) {
    const auto document = read(html);
    if (document == nullptr) {
        return {};
    }
    const std::unique_ptr<xmlBuffer, decltype(&xmlBufferFree)> buffer(xmlBufferCreate(),
                                                                      &xmlBufferFree);
    auto* output = xmlOutputBufferCreateBuffer(buffer.get(), nullptr);
    for (auto* node : nodes_to_keep(document.get())) {
        htmlNodeDumpFormatOutput(output, document.get(), node, "UTF-8", 0);
    }
    xmlOutputBufferClose(output);
    return std::string(detail::view_of(xmlBufferContent(buffer.get())));
}

}  // namespace tripos::mail

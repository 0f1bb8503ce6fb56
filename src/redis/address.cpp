// SPDX-License-Identifier: MIT
#include "redis/address.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "core/text.hpp"

namespace tripos::redis {

namespace {

constexpr std::size_t kMostNodes = 32;
constexpr std::string_view kSentinel = "+sentinel";
constexpr std::string_view kCluster = "+cluster";

// The messages never repeat the address: it may hold a password.
Error bad_address(const std::string& message) {
    return invalid_field("url", message);
}

/// The pieces of an address with several hosts, as they stand there.
struct Pieces {
    bool is_tls = false;
    std::string_view user_info;  ///< with its @
    std::string_view hosts;
    std::string_view path;   ///< without the first slash
    std::string_view query;  ///< without the question mark
};

std::pair<std::string_view, std::string_view> cut(std::string_view text, std::size_t at) {
    return at == std::string_view::npos ? std::pair(text, std::string_view())
                                        : std::pair(text.substr(0, at), text.substr(at + 1));
}

Pieces take_apart(bool is_tls, std::string_view text) {
    Pieces pieces{.is_tls = is_tls};
    const auto [before, query] = cut(text, text.find('?'));
    const auto [authority, path] = cut(before, before.find('/'));
    const auto at = authority.rfind('@');
    const auto host_begin = at == std::string_view::npos ? 0 : at + 1;
    pieces.user_info = authority.substr(0, host_begin);
    pieces.hosts = authority.substr(host_begin);
    pieces.path = path;
    pieces.query = query;
    return pieces;
}

/// What is said about the Sentinels, apart from what is said about TLS.
struct SentinelPart {
    std::string user;
    std::string password;
    bool has_tls = true;
    std::string rest;  ///< of the query
};

Result<SentinelPart> sentinel_part(std::string_view query) {
    SentinelPart part;
    for (const auto piece : split(query, '&')) {
        if (!piece.starts_with("sentinel_")) {
            part.rest += (part.rest.empty() || piece.empty() ? "" : "&") + std::string(piece);
            continue;
        }
        const auto url = "redis://h?" + std::string(piece);
        const auto parsed = boost::urls::parse_uri(url);
        if (!parsed || parsed->params().empty()) {
            return bad_address("A parameter of the Redis address cannot be read.");
        }
        const auto param = *parsed->params().begin();
        const std::string value = param.value;
        if (param.key == "sentinel_user") {
            part.user = value;
        } else if (param.key == "sentinel_password") {
            part.password = value;
        } else if (param.key == "sentinel_tls" && (value == "on" || value == "off")) {
            part.has_tls = value == "on";
        } else {
            return bad_address(
                "Of Sentinels, a Redis address knows sentinel_user, sentinel_password and "
                "sentinel_tls=on|off.");
        }
    }
    return part;
}

/// One node, as an address of its own.
Result<Endpoint> node_of(const Pieces& pieces, std::string_view host, std::string_view database,
                         std::string_view query) {
    auto url = std::string(pieces.is_tls ? "rediss://" : "redis://");
    url.append(pieces.user_info).append(host);
    if (!database.empty()) {
        url.append("/").append(database);
    }
    if (!query.empty()) {
        url.append("?").append(query);
    }
    return parse_url(url);
}

Result<std::vector<Endpoint>> nodes_of(const Pieces& pieces, std::string_view database,
                                       std::string_view query, std::string_view port) {
    std::vector<Endpoint> nodes;
    for (const auto host : split(pieces.hosts, ',')) {
        const bool is_v6 = host.ends_with(']');
        const bool has_port = !is_v6 && host.rfind(':') != std::string_view::npos;
        auto node = node_of(pieces, std::string(host) + (has_port ? "" : std::string(port)),
                            database, query);
        if (!node) {
            return node.error();
        }
        nodes.push_back(std::move(*node));
    }
    if (nodes.size() > kMostNodes) {
        return bad_address("A Redis address lists at most 32 hosts; the others are found by them.");
    }
    return nodes;
}

bool is_master_name(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return is_alphanumeric(c) || c == '.' || c == '-' || c == '_';
    });
}

Result<Address> parse_sentinels(const Pieces& pieces) {
    const auto part = sentinel_part(pieces.query);
    if (!part) {
        return part.error();
    }
    const auto [name, database] = cut(pieces.path, pieces.path.find('/'));
    auto nodes = nodes_of(pieces, database, part->rest, ":26379");
    if (!nodes) {
        return nodes.error();
    }
    const auto url = "redis://h/" + std::string(name);
    const auto parsed = boost::urls::parse_uri(url);
    Address address{.kind = Address::Kind::sentinel, .server = nodes->front(), .nodes = *nodes};
    address.master = parsed ? std::string(parsed->path()).substr(1) : std::string();
    if (!is_master_name(address.master)) {
        return bad_address(
            "An address of Sentinels names what they watch, in letters, digits, dots, dashes and "
            "underscores, as in redis+sentinel://host1,host2/mymaster/0.");
    }
    for (auto& node : address.nodes) {
        node.user = part->user;
        node.password = Secret(part->password);
        node.database = 0;
        if (!part->has_tls) {
            node.kind = Endpoint::Kind::tcp;
        }
    }
    return address;
}

Result<Address> parse_cluster(const Pieces& pieces) {
    if (!pieces.path.empty()) {
        return bad_address(
            "A Redis Cluster has no databases: its address ends with its hosts, as in "
            "redis+cluster://host1,host2.");
    }
    auto nodes = nodes_of(pieces, "", pieces.query, "");
    if (!nodes) {
        return nodes.error();
    }
    return Address{.kind = Address::Kind::cluster, .server = nodes->front(), .nodes = *nodes};
}

}  // namespace

std::string Address::display() const {
    if (kind == Kind::fixed) {
        return server.display();
    }
    std::vector<std::string> hosts;
    for (const auto& node : nodes) {
        const auto shown = node.display();
        hosts.push_back(shown.substr(shown.find("://") + 3));
    }
    const std::string scheme = server.kind == Endpoint::Kind::tls ? "rediss" : "redis";
    const bool is_sentinel = kind == Kind::sentinel;
    return scheme + std::string(is_sentinel ? kSentinel : kCluster) + "://" + join(hosts, ",") +
           (is_sentinel ? "/" + master : "");
}

Result<Address> parse_address(std::string_view text) {
    const auto colon = text.find("://");
    const auto scheme = to_lower(text.substr(0, colon == std::string_view::npos ? 0 : colon));
    const bool is_sentinel = scheme.ends_with(kSentinel);
    if (!is_sentinel && !scheme.ends_with(kCluster)) {
        auto endpoint = parse_url(text);
        if (!endpoint) {
            return endpoint.error();
        }
        return Address{.kind = Address::Kind::fixed, .server = std::move(*endpoint)};
    }
    const auto base = scheme.substr(0, scheme.find('+'));
    if (base != "redis" && base != "rediss") {
        return bad_address(
            "A Redis address of several servers begins with redis+sentinel://, rediss+sentinel://, "
            "redis+cluster:// or rediss+cluster://.");
    }
    const auto pieces = take_apart(base == "rediss", text.substr(colon + 3));
    return is_sentinel ? parse_sentinels(pieces) : parse_cluster(pieces);
}

}  // namespace tripos::redis

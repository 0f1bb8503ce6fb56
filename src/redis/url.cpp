// SPDX-License-Identifier: MIT
#include "redis/url.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "core/text.hpp"

namespace tripos::redis {

namespace {

constexpr int kMaxDatabase = 1'000'000;

// The messages never repeat the address: it may hold a password.
Error bad_url(const std::string& message) {
    return invalid_field("url", message);
}

Result<int> parse_database(std::string_view text) {
    const auto number = parse_int(text);
    if (!number || *number < 0 || *number > kMaxDatabase) {
        return bad_url(
            "The database of a Redis address is a number from 0, as in redis://host:6379/0.");
    }
    return static_cast<int>(*number);
}

/// Everything after `?`: only db, only for sockets.
Result<int> database_of_query(const boost::urls::url_view& url) {
    int database = 0;
    for (const auto& param : url.params()) {
        if (param.key != "db") {
            return bad_url(
                "A Redis address knows no parameter but db, as in unix:///run/redis.sock?db=1.");
        }
        const auto parsed = parse_database(param.value);
        if (!parsed) {
            return parsed.error();
        }
        database = *parsed;
    }
    return database;
}

Result<Endpoint> parse_socket(const boost::urls::url_view& url, Endpoint endpoint) {
    endpoint.kind = Endpoint::Kind::unix_socket;
    endpoint.host = url.path();
    endpoint.port = 0;
    if (!url.encoded_host().empty() || endpoint.host.size() < 2 || endpoint.host.front() != '/' ||
        has_control_characters(endpoint.host)) {
        return bad_url(
            "A socket address is unix:// and an absolute path, as in unix:///run/redis.sock.");
    }
    const auto database = database_of_query(url);
    if (!database) {
        return database.error();
    }
    endpoint.database = *database;
    return endpoint;
}

Result<TlsOptions> parse_tls(const boost::urls::url_view& url) {
    TlsOptions tls;
    for (const auto& param : url.params()) {
        const std::string key = param.key;
        const std::string value = param.value;
        if (value.empty()) {
            return bad_url("The parameter " + key + " of the Redis address has no value.");
        }
        if (key == "cacert") {
            tls.ca_file = value;
        } else if (key == "cert") {
            tls.certificate_file = value;
        } else if (key == "key") {
            tls.key_file = value;
        } else if (key == "sni") {
            tls.server_name = value;
        } else if (key == "verify" && (value == "on" || value == "off")) {
            tls.verify = value == "on";
        } else {
            return bad_url(
                "A rediss:// address knows the parameters cacert, cert, key, sni and "
                "verify=on|off.");
        }
    }
    if (tls.certificate_file.empty() != tls.key_file.empty()) {
        return bad_url("The Redis address needs both cert and key, or neither.");
    }
    return tls;
}

Result<Endpoint> parse_network(const boost::urls::url_view& url, Endpoint endpoint) {
    endpoint.host = url.host_address();
    // An escape may hide what reads as another address when it is shown.
    const bool is_name = std::ranges::all_of(endpoint.host, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("-._:").find(c) != std::string_view::npos;
    });
    if (endpoint.host.empty() || !is_name) {
        return bad_url("The Redis address names no host, as in redis://localhost:6379/0.");
    }
    if (url.has_port()) {
        const auto port = parse_int(std::string_view(url.port().data(), url.port().size()));
        if (!port || *port < 1 || *port > 65535) {
            return bad_url("The port of a Redis address is a number from 1 to 65535.");
        }
        endpoint.port = static_cast<std::uint16_t>(*port);
    }
    if (endpoint.kind == Endpoint::Kind::tls) {
        auto tls = parse_tls(url);
        if (!tls) {
            return tls.error();
        }
        endpoint.tls = std::move(*tls);
    } else if (url.has_query()) {
        return bad_url("A redis:// address ends with its database, as in redis://host:6379/0.");
    }
    if (url.has_fragment()) {
        return bad_url("A Redis address has no # in it: write it as %23.");
    }
    const std::string path = url.path();
    if (path.size() > 1) {
        const auto database = parse_database(std::string_view(path).substr(1));
        if (!database) {
            return database.error();
        }
        endpoint.database = *database;
    }
    return endpoint;
}

}  // namespace

std::string Endpoint::display() const {
    if (kind == Kind::unix_socket) {
        return "unix://" + host;
    }
    const bool is_v6 = host.find(':') != std::string::npos;
    const std::string name = is_v6 ? "[" + host + "]" : host;
    return (kind == Kind::tls ? "rediss://" : "redis://") + name + ":" + std::to_string(port);
}

Result<Endpoint> parse_url(std::string_view text) {
    const auto parsed = boost::urls::parse_uri(boost::core::string_view(text.data(), text.size()));
    if (!parsed) {
        return bad_url(
            "This is not a Redis address; one looks like redis://user:password@host:6379/0.");
    }
    const auto& url = *parsed;
    Endpoint endpoint;
    endpoint.user = url.user();
    endpoint.password = Secret(url.password());
    const std::string scheme = to_lower(std::string_view(url.scheme().data(), url.scheme().size()));
    if (scheme == "unix") {
        return parse_socket(url, std::move(endpoint));
    }
    if (scheme != "redis" && scheme != "rediss") {
        return bad_url("A Redis address begins with redis://, rediss:// or unix://.");
    }
    endpoint.kind = scheme == "rediss" ? Endpoint::Kind::tls : Endpoint::Kind::tcp;
    return parse_network(url, std::move(endpoint));
}

}  // namespace tripos::redis

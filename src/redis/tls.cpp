// SPDX-License-Identifier: MIT
#include "redis/tls.hpp"

#include <boost/asio/ip/address.hpp>

#include "async/task.hpp"
#include "redis/detail/tls_context.hpp"

namespace tripos::redis {

namespace {

using boost::system::error_code;

/// The context, or in `problem` the file that cannot be used.
asio::ssl::context build(const TlsOptions& options, std::string& problem) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    const auto note = [&problem](const char* what, const std::string& file,
                                 const error_code& failure) {
        if (failure && problem.empty()) {
            problem = std::string(what) + " " + file + " cannot be used: " + failure.message();
        }
    };
    error_code failure;
    if (options.ca_file.empty()) {
        context.set_default_verify_paths(failure);
        note("the system's store of", "authorities", failure);
    } else {
        context.load_verify_file(options.ca_file, failure);
        note("cacert", options.ca_file, failure);
    }
    if (!options.certificate_file.empty()) {
        context.use_certificate_chain_file(options.certificate_file, failure);
        note("cert", options.certificate_file, failure);
        context.use_private_key_file(options.key_file, asio::ssl::context::pem, failure);
        note("key", options.key_file, failure);
    }
    return context;
}

}  // namespace

Result<> check_tls_files(const TlsOptions& options) {
    std::string problem;
    build(options, problem);
    if (!problem.empty()) {
        return invalid_field("url", problem);
    }
    return {};
}

asio::ssl::context make_tls_context(const TlsOptions& options) {
    std::string problem;
    auto context = build(options, problem);
    if (!problem.empty()) {
        throw SystemError("redis", problem);
    }
    return context;
}

void expect_server(SSL* connection, const TlsOptions& options, const std::string& host) {
    const auto& name = options.server_name.empty() ? host : options.server_name;
    error_code not_an_address;
    asio::ip::make_address(name, not_an_address);
    if (not_an_address) {
        // SNI carries names alone (RFC 6066). The macro of OpenSSL for it casts in the old style.
        std::string copy = name;
        SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, copy.data());
        SSL_set1_host(connection, name.c_str());
    } else {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), name.c_str());
    }
    SSL_set_verify(connection, options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
}

std::string explain_handshake(SSL* connection, const error_code& failure) {
    const long verdict = SSL_get_verify_result(connection);
    if (SSL_get_verify_mode(connection) == SSL_VERIFY_NONE || verdict == X509_V_OK) {
        return "TLS: " + failure.message();
    }
    return std::string("the server's certificate is not accepted: ") +
           X509_verify_cert_error_string(verdict);
}

}  // namespace tripos::redis

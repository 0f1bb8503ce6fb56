// SPDX-License-Identifier: MIT
#include "mail/dkim.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>

#include "core/error.hpp"
#include "core/text.hpp"

namespace tripos::mail {

namespace {

constexpr int kLeastRsaBits = 2048;
constexpr std::size_t kSignatureLine = 72;

/// In this order in `h=`. Each is named once more than it occurs.
constexpr std::array<std::string_view, 12> kSigned = {
    "from",     "to",      "subject",          "date",
    "reply-to", "list-id", "list-unsubscribe", "list-unsubscribe-post",
    "cc",       "sender",  "message-id",       "content-type"};

using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using ContextPointer = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using Digest = std::array<std::uint8_t, 32>;

void require(bool fine) {
    if (!fine) {
        throw SystemError("dkim", "OpenSSL refused to sign");
    }
}

Digest sha256(std::string_view text) {
    Digest digest{};
    unsigned int size = 0;
    require(EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
    return digest;
}

/// A key that needs a passphrase is refused instead of asked for on the terminal.
int no_passphrase(char*, int, int, void*) {
    return 0;
}

KeyPointer read_key(const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> input(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
    return {PEM_read_bio_PrivateKey(input.get(), nullptr, &no_passphrase, nullptr), &EVP_PKEY_free};
}

bool is_selector(std::string_view selector) {
    const auto labels = split(selector, '.');
    return selector.size() <= 200 &&
           std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
               return !label.empty() && std::all_of(label.begin(), label.end(), [](char c) {
                   return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
               });
           });
}

struct Field {
    std::string name;       ///< lower case
    std::string_view text;  ///< as it stands, its CRLF included
};

/// The header fields of a message, and its body.
struct Parts {
    std::vector<Field> fields;
    std::string_view body;
};

Parts parts_of(std::string_view message) {
    Parts parts;
    while (!message.empty() && !message.starts_with("\r\n")) {
        std::size_t end = message.find("\r\n");
        while (end != std::string_view::npos && end + 2 < message.size() &&
               (message[end + 2] == ' ' || message[end + 2] == '\t')) {
            end = message.find("\r\n", end + 2);
        }
        const auto size = std::min(end == std::string_view::npos ? end : end + 2, message.size());
        const auto text = message.substr(0, size);
        parts.fields.push_back(
            {.name = to_lower(trim(text.substr(0, text.find(':')))), .text = text});
        message.remove_prefix(size);
    }
    parts.body = message.empty() ? message : message.substr(2);
    return parts;
}

/// What is signed of the headers, and the list that says so.
struct SignedHeaders {
    std::string names;  ///< value of h=, folded
    std::string data;   ///< canonical fields, the last of a name first
};

SignedHeaders choose_headers(const std::vector<Field>& fields) {
    SignedHeaders chosen;
    std::size_t column = 0;
    const auto mention = [&](std::string_view name) {
        column += name.size() + 1;
        const bool fold = column > kSignatureLine;
        chosen.names += chosen.names.empty() ? "" : fold ? ":\r\n\t" : ":";
        column = fold ? name.size() + 1 : column;
        chosen.names += name;
    };
    for (const auto wanted : kSigned) {
        for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
            if (field->name == wanted) {
                mention(wanted);
                chosen.data += detail::relaxed_header(field->text);
            }
        }
        mention(wanted);  // one that is not there: none can be added
    }
    return chosen;
}

std::string folded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += kSignatureLine) {
        out.append("\r\n\t").append(text.substr(at, kSignatureLine));
    }
    return out;
}

}  // namespace

struct DkimSigner::Key {
    std::string selector;
    KeyPointer key;
    bool is_rsa;

    /// Of an Ed25519 key: RFC 8463 signs the digest, not the text.
    std::string signature_of(const std::string& data) const {
        const ContextPointer context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
        const auto digest = sha256(data);
        require(EVP_DigestSignInit(context.get(), nullptr, is_rsa ? EVP_sha256() : nullptr, nullptr,
                                   key.get()) == 1);
        const auto* bytes =
            is_rsa ? reinterpret_cast<const std::uint8_t*>(data.data()) : digest.data();
        const std::size_t count = is_rsa ? data.size() : digest.size();
        std::size_t size = 0;
        require(EVP_DigestSign(context.get(), nullptr, &size, bytes, count) == 1);
        std::vector<std::uint8_t> signature(size);
        require(EVP_DigestSign(context.get(), signature.data(), &size, bytes, count) == 1);
        signature.resize(size);
        return base64_encode(signature);
    }

    std::string public_part() const {
        std::vector<std::uint8_t> bytes;
        if (is_rsa) {
            std::uint8_t* der = nullptr;
            const int size = i2d_PUBKEY(key.get(), &der);
            require(size > 0);
            bytes.assign(der, der + size);
            OPENSSL_free(der);
        } else {
            std::size_t size = 32;
            bytes.resize(size);
            require(EVP_PKEY_get_raw_public_key(key.get(), bytes.data(), &size) == 1);
        }
        return base64_encode(bytes);
    }
};

namespace detail {

std::string relaxed_header(std::string_view field) {
    const auto colon = field.find(':');
    std::string out = to_lower(trim(field.substr(0, colon))) + ":";
    bool pending = false;
    for (const char c : trim(field.substr(colon + 1))) {
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            pending = true;
            continue;
        }
        if (std::exchange(pending, false)) {
            out += ' ';
        }
        out += c;
    }
    return out + "\r\n";
}

std::string relaxed_body(std::string_view body) {
    std::string out;
    out.reserve(body.size() + 2);
    std::size_t end_of_text = 0;  // behind the last line that is not empty
    while (!body.empty()) {
        const auto end = std::min(body.find("\r\n"), body.size());
        bool pending = false;
        const auto line_start = out.size();
        for (const char c : body.substr(0, end)) {
            if (c == ' ' || c == '\t') {
                pending = true;
                continue;
            }
            if (std::exchange(pending, false)) {
                out += ' ';
            }
            out += c;
        }
        const bool is_empty = out.size() == line_start;
        out += "\r\n";
        end_of_text = is_empty ? end_of_text : out.size();
        body.remove_prefix(std::min(end + 2, body.size()));
    }
    out.resize(end_of_text);
    return out;
}

}  // namespace detail

DkimSigner::DkimSigner(std::string domain) : domain_(std::move(domain)) {}

DkimSigner::~DkimSigner() = default;

Result<std::unique_ptr<DkimSigner>> DkimSigner::create(std::string domain,
                                                       const std::vector<DkimKey>& keys) {
    std::unique_ptr<DkimSigner> signer(new DkimSigner(std::move(domain)));
    for (const auto& configured : keys) {
        const auto refuse = [&](const std::string& why) { return invalid_field("DKIM_KEYS", why); };
        if (!is_selector(configured.selector)) {
            return refuse("a selector is letters, digits, '-', '_' and dots, like \"mail2026\"");
        }
        auto key = read_key(configured.pem.reveal());
        const int type = key ? EVP_PKEY_get_base_id(key.get()) : EVP_PKEY_NONE;
        if (type != EVP_PKEY_RSA && type != EVP_PKEY_ED25519) {
            return refuse("the key of \"" + configured.selector +
                          "\" is no unencrypted RSA or Ed25519 private key in PEM form");
        }
        if (type == EVP_PKEY_RSA && EVP_PKEY_get_bits(key.get()) < kLeastRsaBits) {
            return refuse("the RSA key of \"" + configured.selector +
                          "\" is shorter than 2048 bits: receivers ignore it");
        }
        signer->keys_.push_back({.selector = configured.selector,
                                 .key = std::move(key),
                                 .is_rsa = type == EVP_PKEY_RSA});
    }
    return signer;
}

std::string DkimSigner::sign(std::string message, Timestamp now) const {
    const auto parts = parts_of(message);
    const auto headers = choose_headers(parts.fields);
    const auto body_hash = base64_encode(sha256(detail::relaxed_body(parts.body)));
    const auto seconds = std::to_string(to_millis(now) / 1000);
    std::string signatures;
    for (const auto& key : keys_) {
        std::string field = "DKIM-Signature: v=1; a=";
        field += key.is_rsa ? "rsa-sha256" : "ed25519-sha256";
        field.append("; c=relaxed/relaxed; t=").append(seconds).append(";\r\n\td=").append(domain_);
        field.append(";\r\n\ts=").append(key.selector).append(";\r\n\th=").append(headers.names);
        field.append(";\r\n\tbh=").append(body_hash).append(";\r\n\tb=");
        auto data = headers.data + detail::relaxed_header(field);
        data.resize(data.size() - 2);  // the signature's own field counts without its line end
        signatures += field + folded(key.signature_of(data)) + "\r\n";
    }
    return signatures + message;
}

std::vector<DkimRecord> DkimSigner::records() const {
    std::vector<DkimRecord> records;
    for (const auto& key : keys_) {
        records.push_back({.name = key.selector + "._domainkey." + domain_,
                           .value = std::string("v=DKIM1; k=") + (key.is_rsa ? "rsa" : "ed25519") +
                                    "; p=" + key.public_part()});
    }
    return records;
}

}  // namespace tripos::mail

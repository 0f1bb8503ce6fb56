// SPDX-License-Identifier: MIT
#include "mail/dev_inbox.hpp"

#include "core/id.hpp"
#include "core/text.hpp"
#include "mail/dkim.hpp"
#include "sql/like.hpp"

namespace tripos::mail {

namespace {

constexpr int kKept = 1000;

/// What the recipient column is compared with: a whole address as it is, anything else as a part.
std::string recipient_pattern(const std::string& wanted) {
    const auto address = parse_address(wanted);
    return address ? sql::like_literal(address->canonical)
                   : "%" + sql::like_literal(to_lower(trim(wanted))) + "%";
}

/// Columns: id, sender, recipient, subject, html, body_text, source, received_at.
DevMail dev_mail_of(const sql::Row& row) {
    return {.id = row.text(0),
            .from = row.text(1),
            .to = row.text(2),
            .subject = row.text(3),
            .html = row.text(4),
            .text = row.text(5),
            .source = row.text(6),
            .received_at = row.time(7)};
}

DevMailPage read_page(sql::Session& session, const DevMailQuery& query) {
    const auto to = recipient_pattern(query.to);
    const auto search = "%" + sql::like_literal(to_lower(query.search)) + "%";
    DevMailPage page;
    page.total =
        session
            .query_one(
                "SELECT COUNT(*) FROM dev_mails WHERE recipient_key LIKE $1 ESCAPE '\\' AND "
                "LOWER(subject || ' ' || sender || ' ' || recipient || ' ' || body_text) "
                "LIKE $2 ESCAPE '\\'",
                to, search)
            ->integer(0);
    const auto rows = session.query(
        "SELECT id, sender, recipient, subject, html, body_text, source, received_at FROM "
        "dev_mails WHERE recipient_key LIKE $1 ESCAPE '\\' AND "
        "LOWER(subject || ' ' || sender || ' ' || recipient || ' ' || body_text) LIKE $2 ESCAPE "
        "'\\' ORDER BY received_at DESC, id DESC LIMIT $3 OFFSET $4",
        to, search, query.limit, query.offset);
    for (const auto& row : rows) {
        page.mails.push_back(dev_mail_of(row));
    }
    return page;
}

std::string sender_of(const Message& message) {
    return message.from_name.empty() ? message.from.text
                                     : message.from_name + " <" + message.from.text + ">";
}

void store(sql::Session& session, const std::string& id, const Message& message,
           const std::string& source, Timestamp now) {
    session.execute(
        "INSERT INTO dev_mails (id, sender, recipient, recipient_key, subject, html, body_text, "
        "source, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id, sender_of(message), message.to.text, message.to.canonical, message.subject,
        message.html, message.text.empty() ? html_to_text(message.html) : message.text, source,
        now);
    session.execute(
        "DELETE FROM dev_mails WHERE (received_at, id) < (SELECT received_at, id FROM dev_mails "
        "ORDER BY received_at DESC, id DESC LIMIT 1 OFFSET $1)",
        kKept - 1);
}

}  // namespace

DevInbox::DevInbox(sql::Database& database, const Clock& clock, Random& random,
                   DevInboxOptions options)
    : database_(database),
      clock_(clock),
      random_(random),
      options_(std::move(options)),
      failures_(options_.failures) {}

std::vector<sql::Migration> DevInbox::migrations() {
    return {{.module = "mail", .number = 1, .statements = R"(
        CREATE TABLE dev_mails (
            id TEXT PRIMARY KEY,
            sender TEXT NOT NULL,
            recipient TEXT NOT NULL,
            recipient_key TEXT NOT NULL,
            subject TEXT NOT NULL,
            html TEXT NOT NULL,
            body_text TEXT NOT NULL,
            received_at BIGINT NOT NULL
        );
        CREATE INDEX dev_mails_newest ON dev_mails (received_at, id)
    )"},
            {.module = "mail",
             .number = 2,
             .statements = "ALTER TABLE dev_mails ADD COLUMN source TEXT NOT NULL DEFAULT ''"}};
}

std::string DevInbox::describe() const {
    return options_.next == nullptr ? "dev inbox"
                                    : options_.next->describe() + ", with copies in the dev inbox";
}

void DevInbox::set_connections(std::size_t connections, std::size_t bulk_connections) {
    if (options_.next != nullptr) {
        options_.next->set_connections(connections, bulk_connections);
    }
}

void DevInbox::stop_taking() {
    if (options_.next != nullptr) {
        options_.next->stop_taking();
    }
}

Task<Delivery> DevInbox::send(Message message, SendParams params) {
    if (options_.next != nullptr) {
        co_return co_await pass_on(std::move(message), std::move(params));
    }
    Delivery delivery{.kind = Delivery::Kind::withheld};
    const auto struck = failures_.strike(random_);
    const bool before_the_dot = struck && struck->kind != Delivery::Kind::in_doubt;
    if (before_the_dot) {
        delivery = *struck;
    } else if (!params.before_dot || params.before_dot()) {
        delivery = co_await keep(std::move(message));
        // Dropped after the dot: the mail is there, and the sender does not know.
        delivery = struck ? *struck : delivery;
    }
    if (params.concluded) {
        params.concluded(delivery);
    }
    co_return delivery;
}

Task<Delivery> DevInbox::pass_on(Message message, SendParams params) {
    auto copy = message;
    const auto delivery = co_await options_.next->send(std::move(message), std::move(params));
    if (delivery.kind == Delivery::Kind::delivered) {
        co_await keep(std::move(copy));
    }
    co_return delivery;
}

Task<Probe> DevInbox::probe(Message message) {
    if (options_.next != nullptr) {
        co_return co_await options_.next->probe(std::move(message));
    }
    Probe probe;
    probe.delivery = co_await keep(std::move(message));
    probe.dialogue.push_back("* " + probe.delivery.reply);
    co_return probe;
}

Task<Delivery> DevInbox::keep(Message message) {
    // What SMTP would refuse must not look fine in development. A NUL is dropped there, and no
    // database takes it.
    std::erase(message.html, '\0');
    std::erase(message.text, '\0');
    auto mime = to_mime(message);
    if (!mime) {
        co_return Delivery{.kind = Delivery::Kind::fail_message, .reply = mime.error().message};
    }
    auto source = options_.signer == nullptr
                      ? std::move(*mime)
                      : options_.signer->sign(std::move(*mime), message.date);
    const Timestamp now = clock_.now();
    auto work = [mail = std::move(message), source = std::move(source), id = new_id(now, random_),
                 now](sql::Session& session) { store(session, id, mail, source, now); };
    co_await database_.write(std::move(work));
    co_return Delivery{
        .kind = Delivery::Kind::delivered, .code = 250, .reply = "kept in the dev inbox"};
}

Task<DevMailPage> DevInbox::list(DevMailQuery query) {
    auto work = [&query](sql::Session& session) { return read_page(session, query); };
    co_return co_await database_.read(std::move(work));
}

Task<std::optional<DevMail>> DevInbox::find(std::string id) {
    auto work = [&id](sql::Session& session) -> std::optional<DevMail> {
        const auto row = session.query_one(
            "SELECT id, sender, recipient, subject, html, body_text, source, received_at FROM "
            "dev_mails WHERE id = $1",
            id);
        return row ? std::optional(dev_mail_of(*row)) : std::nullopt;
    };
    co_return co_await database_.read(std::move(work));
}

Task<std::int64_t> DevInbox::remove(std::string id) {
    auto work = [&id](sql::Session& session) {
        return session.execute("DELETE FROM dev_mails WHERE id = $1", id);
    };
    co_return co_await database_.write(std::move(work));
}

Task<std::int64_t> DevInbox::clear() {
    auto work = [](sql::Session& session) { return session.execute("DELETE FROM dev_mails"); };
    co_return co_await database_.write(std::move(work));
}

}  // namespace tripos::mail

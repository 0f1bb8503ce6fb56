// SPDX-License-Identifier: MIT
#include "accounts/schema.hpp"

namespace tripos::accounts {

namespace {

constexpr std::string_view kTables = R"(
CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    email_verified INTEGER NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0,
    extra_minutes INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX users_by_creation ON users (created_at, id);
CREATE TABLE profiles (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    enrollment_number TEXT NOT NULL UNIQUE,
    course TEXT,
    department TEXT,
    year TEXT,
    semester TEXT,
    updated_at BIGINT NOT NULL
);
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE TABLE verification_tokens (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX verification_tokens_by_user ON verification_tokens (user_id, created_at);
CREATE TABLE password_codes (
    user_id TEXT PRIMARY KEY,
    code_hash TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries INTEGER NOT NULL
)
)";

constexpr std::string_view kEmailChanges = R"(
CREATE TABLE email_changes (
    confirm_hash TEXT PRIMARY KEY,
    revert_hash TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id),
    old_email TEXT NOT NULL,
    old_canonical TEXT NOT NULL,
    new_email TEXT NOT NULL,
    new_canonical TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    confirm_until BIGINT NOT NULL,
    revert_until BIGINT NOT NULL,
    confirmed_at BIGINT
);
CREATE INDEX email_changes_by_user ON email_changes (user_id, created_at);
CREATE INDEX email_changes_by_old_address ON email_changes (old_canonical)
)";

// For the chore that deletes what is over.
constexpr std::string_view kEnds = R"(
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE INDEX verification_tokens_by_end ON verification_tokens (expires_at);
CREATE INDEX password_codes_by_end ON password_codes (expires_at);
CREATE INDEX email_changes_by_end ON email_changes (revert_until)
)";

constexpr std::string_view kDeparted = R"(
CREATE TABLE departed_accounts (
    digest TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (digest, user_id)
)
)";

// Sessions from before the cookie could be bound to its host by name are carried by the plain one.
constexpr std::string_view kHostBound = R"(
ALTER TABLE sessions ADD COLUMN host_bound INTEGER NOT NULL DEFAULT 0
)";

// Of older sessions nobody knows where they are; they count as used when they began.
constexpr std::string_view kDevices = R"(
ALTER TABLE sessions ADD COLUMN ip TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN last_used_at BIGINT NOT NULL DEFAULT 0;
UPDATE sessions SET last_used_at = created_at
)";

}  // namespace

std::vector<sql::Migration> migrations() {
    return {sql::Migration{.module = "accounts", .number = 1, .statements = kTables},
            sql::Migration{.module = "accounts", .number = 2, .statements = kEmailChanges},
            sql::Migration{.module = "accounts", .number = 3, .statements = kEnds},
            sql::Migration{.module = "accounts", .number = 4, .statements = kDeparted},
            sql::Migration{.module = "accounts", .number = 5, .statements = kHostBound},
            sql::Migration{.module = "accounts", .number = 6, .statements = kDevices}};
}

}  // namespace tripos::accounts

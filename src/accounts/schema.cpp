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

// A sign-up is no account before its address is confirmed, so those that wait move: what has a link
// and nothing that staff gave it. All others that are unverified stay; a reset proves their
// address.
constexpr std::string_view kSignups = R"(
CREATE TABLE signups (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL,
    full_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    ip TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX signups_by_address ON signups (email_canonical, sent_at);
CREATE INDEX signups_by_end ON signups (expires_at);
INSERT INTO signups (token_hash, user_id, email, email_canonical, full_name, password_hash, ip,
    asked_at, sent_at, expires_at, used_at)
    SELECT t.token_hash, u.id, u.email, u.email_canonical, u.full_name, u.password_hash, '',
    u.created_at, t.created_at, t.expires_at, t.used_at
    FROM verification_tokens t JOIN users u ON u.id = t.user_id
    WHERE u.email_verified = 0 AND u.deleted_at IS NULL AND u.role = 'USER' AND u.disabled = 0
    AND u.extra_minutes = 0;
INSERT INTO signups (token_hash, user_id, email, email_canonical, full_name, password_hash, ip,
    asked_at, sent_at, expires_at, used_at)
    SELECT t.token_hash, u.id, u.email, u.email_canonical, '', '', '',
    u.created_at, t.created_at, t.expires_at, t.created_at
    FROM verification_tokens t JOIN users u ON u.id = t.user_id
    WHERE u.email_verified = 1 AND u.deleted_at IS NULL;
DROP TABLE verification_tokens;
DELETE FROM sessions WHERE user_id IN (SELECT user_id FROM signups WHERE password_hash <> '');
DELETE FROM email_changes WHERE user_id IN (SELECT user_id FROM signups WHERE password_hash <> '');
DELETE FROM password_codes WHERE user_id IN (SELECT user_id FROM signups WHERE password_hash <> '');
DELETE FROM profiles WHERE user_id IN (SELECT user_id FROM signups WHERE password_hash <> '');
DELETE FROM users WHERE id IN (SELECT user_id FROM signups WHERE password_hash <> '')
)";

// Beside ADMIN, which `role` holds: names, with a blank between them.
constexpr std::string_view kStaffRoles = R"(
ALTER TABLE users ADD COLUMN staff_roles TEXT NOT NULL DEFAULT ''
)";

// Names as a search compares them (core/unicode.hpp); null until the start after the migration.
constexpr std::string_view kFoldedNames = R"(
ALTER TABLE users ADD COLUMN folded_name TEXT;
CREATE INDEX users_unfolded ON users (id) WHERE folded_name IS NULL
)";

constexpr std::string_view kBoard = R"(
ALTER TABLE users ADD COLUMN on_leaderboard INTEGER NOT NULL DEFAULT 1
)";

// The keys are made anew by the next start (migration 13).
constexpr std::string_view kEnrolments = R"(
CREATE TABLE enrolments (
    number_key TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    user_id TEXT UNIQUE,
    vouched_at BIGINT NOT NULL,
    invited_until BIGINT
);
ALTER TABLE profiles ADD COLUMN enrollment_key TEXT;
UPDATE profiles SET enrollment_key = lower(replace(enrollment_number, ' ', '')) WHERE user_id IN
    (SELECT MIN(user_id) FROM profiles GROUP BY lower(replace(enrollment_number, ' ', '')));
CREATE UNIQUE INDEX profiles_by_enrollment ON profiles (enrollment_key)
)";

// A code for each browser that asked for one, and a link beside it. Codes that were on their way
// are dropped: they would have lived for a quarter of an hour.
constexpr std::string_view kCodesByAsker = R"(
DROP TABLE password_codes;
CREATE TABLE password_codes (
    user_id TEXT NOT NULL,
    asker TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    link_hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    askers_tries INTEGER NOT NULL,
    others_tries INTEGER NOT NULL,
    PRIMARY KEY (user_id, asker)
);
CREATE INDEX password_codes_by_end ON password_codes (expires_at);
CREATE TABLE wrong_codes (
    day BIGINT PRIMARY KEY,
    tries BIGINT NOT NULL
)
)";

// What was proven for an account before it got another password or address, or was disabled, is
// over.
constexpr std::string_view kGenerations = R"(
ALTER TABLE users ADD COLUMN generation BIGINT NOT NULL DEFAULT 0
)";

// SQL cannot compute the keys of numbers that are not ASCII: all are made at the next start.
constexpr std::string_view kEnrolmentKeys = R"(
UPDATE profiles SET enrollment_key = NULL;
CREATE INDEX profiles_unkeyed ON profiles (user_id) WHERE enrollment_key IS NULL
)";

}  // namespace

std::vector<sql::Migration> migrations() {
    return {sql::Migration{.module = "accounts", .number = 1, .statements = kTables},
            sql::Migration{.module = "accounts", .number = 2, .statements = kEmailChanges},
            sql::Migration{.module = "accounts", .number = 3, .statements = kEnds},
            sql::Migration{.module = "accounts", .number = 4, .statements = kDeparted},
            sql::Migration{.module = "accounts", .number = 5, .statements = kHostBound},
            sql::Migration{.module = "accounts", .number = 6, .statements = kDevices},
            sql::Migration{.module = "accounts", .number = 7, .statements = kSignups},
            sql::Migration{.module = "accounts", .number = 8, .statements = kStaffRoles},
            sql::Migration{.module = "accounts", .number = 9, .statements = kFoldedNames},
            sql::Migration{.module = "accounts", .number = 10, .statements = kBoard},
            sql::Migration{.module = "accounts", .number = 11, .statements = kEnrolments},
            sql::Migration{.module = "accounts", .number = 12, .statements = kCodesByAsker},
            sql::Migration{.module = "accounts", .number = 13, .statements = kGenerations},
            sql::Migration{.module = "accounts", .number = 14, .statements = kEnrolmentKeys}};
}

}  // namespace tripos::accounts

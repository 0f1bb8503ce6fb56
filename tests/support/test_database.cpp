// SPDX-License-Identifier: MIT
#include "support/test_database.hpp"

#include <libpq-fe.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>

#include "support/postgres_process.hpp"

namespace tripos::test {

namespace {

std::string make_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tripos-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("cannot make a temporary folder");
    }
    return pattern;
}

/// On one connection for all tests, since a log-in is most of what they wait for; it is made anew
/// when a test has stopped the server.
void run_on_server(const std::string& statement) {
    static const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(
        PQconnectdb(PostgresServer::instance().url("postgres").c_str()), &PQfinish);
    const auto is_done = [&] {
        const std::unique_ptr<PGresult, decltype(&PQclear)> result(
            PQexec(connection.get(), statement.c_str()), &PQclear);
        return PQresultStatus(result.get()) == PGRES_COMMAND_OK;
    };
    if (is_done()) {
        return;
    }
    PQreset(connection.get());
    if (!is_done()) {
        throw std::runtime_error(statement + ": " + PQerrorMessage(connection.get()));
    }
}

constexpr const char* kProgram = "1.2.3";

/// SQLite's databases that are copied; they go away with the program.
const std::string& templates_folder() {
    struct Folder {
        ~Folder() { std::filesystem::remove_all(path); }
        const std::string path = make_folder();
    };
    static const Folder folder;
    return folder.path;
}

/// A database that has these steps and nobody is connected to: its file, or its name.
const std::string& migrated(sql::Engine engine, const std::vector<sql::Migration>& migrations) {
    static std::map<std::pair<sql::Engine, std::string>, std::string> made;
    std::string steps;
    for (const auto& step : migrations) {
        steps += std::string(step.module) + ' ' + std::to_string(step.number) + ' ' +
                 std::string(step.statements) + '\0';
    }
    auto& like = made[{engine, steps}];
    if (like.empty()) {
        static int count = 0;  // one that failed is not used again
        auto fresh = "migrated_" + std::to_string(++count);
        std::string url;
        if (engine == sql::Engine::sqlite) {
            fresh = templates_folder() + "/" + fresh;
            url = "sqlite:" + fresh;
        } else {
            run_on_server("CREATE DATABASE " + fresh);
            url = PostgresServer::instance().url(fresh);
        }
        const auto database = sql::Database::open({.url = url});
        run(sql::migrate(*database, migrations, kProgram));
        like = fresh;
    }
    return like;
}

}  // namespace

TestDatabase::TestDatabase(sql::Engine engine, sql::DatabaseOptions options)
    : engine_(engine), folder_(make_folder()), options_(std::move(options)) {
    if (engine == sql::Engine::sqlite) {
        options_.url = "sqlite:" + folder_ + "/tripos.db";
    } else {
        static std::atomic<int> count = 0;
        name_ = "test_" + std::to_string(++count);
        options_.url = PostgresServer::instance().url(name_);
    }
}

TestDatabase::~TestDatabase() {
    database_.reset();
    if (engine_ == sql::Engine::postgres) {
        run_on_server("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    }
    std::filesystem::remove_all(folder_);
}

void TestDatabase::create(const std::string& like) {
    if (engine_ == sql::Engine::postgres) {
        run_on_server("CREATE DATABASE " + name_ + " TEMPLATE " +
                      (like.empty() ? "template1" : like) + " STRATEGY FILE_COPY");
    } else if (!like.empty()) {
        std::filesystem::copy_file(like, folder_ + "/tripos.db");
    }
    database_ = sql::Database::open(options_);
}

sql::Database& TestDatabase::database() {
    if (!database_) {
        create("");
    }
    return *database_;
}

void TestDatabase::reopen() {
    database_.reset();
    database_ = sql::Database::open(options_);
}

void TestDatabase::migrate(std::vector<sql::Migration> migrations) {
    if (!database_) {
        create(migrated(engine_, migrations));
    } else {
        run(sql::migrate(database(), std::move(migrations), kProgram));
    }
}

PostgresServer& PostgresServer::instance() {
    static PostgresProcess server;
    return server;
}

TestDatabase& OnBothEngines::test_database() {
    if (!test_database_) {
        test_database_ = std::make_unique<TestDatabase>(GetParam());
    }
    return *test_database_;
}

std::string engine_name(const testing::TestParamInfo<sql::Engine>& info) {
    return info.param == sql::Engine::sqlite ? "Sqlite" : "Postgres";
}

}  // namespace tripos::test

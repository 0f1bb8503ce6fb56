// SPDX-License-Identifier: MIT
#include "support/test_database.hpp"

#include <libpq-fe.h>

#include <atomic>
#include <filesystem>
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

void run_on_server(const std::string& statement) {
    PGconn* connection = PQconnectdb(PostgresServer::instance().url("postgres").c_str());
    PGresult* result = PQexec(connection, statement.c_str());
    const bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    const std::string problem = PQerrorMessage(connection);
    PQclear(result);
    PQfinish(connection);
    if (!done) {
        throw std::runtime_error(statement + ": " + problem);
    }
}

}  // namespace

TestDatabase::TestDatabase(sql::Engine engine, sql::DatabaseOptions options)
    : engine_(engine), folder_(make_folder()), options_(std::move(options)) {
    if (engine == sql::Engine::sqlite) {
        options_.url = "sqlite:" + folder_ + "/tripos.db";
    } else {
        static std::atomic<int> count = 0;
        name_ = "test_" + std::to_string(++count);
        run_on_server("CREATE DATABASE " + name_);
        options_.url = PostgresServer::instance().url(name_);
    }
    database_ = sql::Database::open(options_);
}

TestDatabase::~TestDatabase() {
    database_.reset();
    if (engine_ == sql::Engine::postgres) {
        run_on_server("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    }
    std::filesystem::remove_all(folder_);
}

void TestDatabase::reopen() {
    database_.reset();
    database_ = sql::Database::open(options_);
}

void TestDatabase::migrate(std::vector<sql::Migration> migrations) {
    run(sql::migrate(*database_, std::move(migrations), "1.2.3"));
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

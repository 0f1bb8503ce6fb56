// SPDX-License-Identifier: MIT
#include "app/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "app/process_privacy.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "telemetry/log.hpp"

namespace tripos::app {

namespace {

/// Whether the open file still has that name: a restore may have put another folder in its place.
bool is_named(int file, const std::string& path) {
    struct stat own {};
    struct stat named {};
    return fstat(file, &own) == 0 && stat(path.c_str(), &named) == 0 &&
           own.st_dev == named.st_dev && own.st_ino == named.st_ino;
}

/// Tries for the lock until `deadline`. Blocking is fine: nothing else runs yet.
bool lock_until(int file, std::chrono::steady_clock::time_point deadline) {
    while (flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() >= deadline) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

/// The file, locked; -1 with errno: EWOULDBLOCK when another has it for longer than `limit`.
int open_locked(const std::string& path, std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    for (;;) {
        const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0) {
            return -1;
        }
        const bool is_locked = lock_until(file, deadline);
        const int problem = errno;
        if (is_locked && is_named(file, path)) {
            return file;
        }
        close(file);
        if (!is_locked) {
            errno = problem;
            return -1;
        }
    }
}

std::string holder_of(const std::string& path) {
    std::ifstream file(path);
    std::string pid;
    file >> pid;
    return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace

DataFolder::DataFolder(std::string path)
    : path_(std::filesystem::absolute(path).lexically_normal().string()) {
    std::error_code problem;
    std::filesystem::create_directories(path_, problem);
    const auto lock_path = path_ + "/lock";
    lock_ = open_locked(lock_path, std::chrono::seconds(3));
    if (lock_ < 0 && errno == EWOULDBLOCK) {
        throw SystemError("data folder", path_ + " is in use by " + holder_of(lock_path) +
                                             "; stop it, or set DATA_DIR to another folder");
    }
    if (lock_ < 0) {
        throw SystemError("data folder", path_ + " cannot be written (" + std::strerror(errno) +
                                             "); set DATA_DIR to a folder that can");
    }
    // The database in it holds password hashes and answers.
    close_to_others(path_, "set DATA_DIR to a folder of Tripos' own");
    const auto pid = std::to_string(getpid()) + "\n";
    if (ftruncate(lock_, 0) != 0 || pwrite(lock_, pid.data(), pid.size(), 0) < 0) {
        throw SystemError("data folder", lock_path + " cannot be written: " + std::strerror(errno));
    }
}

bool DataFolder::is_taken(const std::string& path) {
    const int file = open((path + "/lock").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    const bool taken = flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(file);
    return taken;
}

DataFolder::~DataFolder() {
    if (lock_ >= 0) {
        close(lock_);
    }
}

Secret DataFolder::secret(const std::string& name, Random& random) const {
    const auto file_path = path_ + "/" + name;
    if (std::ifstream file(file_path); file) {
        std::string text;
        file >> text;
        if (text.size() >= 64) {
            return Secret(text);
        }
    }
    const auto text = random.hex(32);
    const int file = open(file_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool written =
        file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        fsync(file) == 0;
    if (file >= 0) {
        close(file);
    }
    if (!written) {
        throw SystemError("data folder", file_path + " cannot be written: " + std::strerror(errno));
    }
    return Secret(text);
}

}  // namespace tripos::app

// SPDX-License-Identifier: MIT
#pragma once
// Board: what the processes of one history share, in a file that each maps. It is the source of
// truth the cache stands in front of (versions that only grow), and the judge's memory: which
// version was confirmed as invalidated. It outlives any process that is killed.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace tripos::test {

struct Board {
    static constexpr std::size_t kKeys = 12;
    static constexpr std::size_t kAgents = 3;

    struct Register {
        std::atomic<std::uint64_t> committed{1};  ///< what the loaders read
        /// Of the newest commit whose invalidation or guard Redis confirmed: nobody may see an
        /// older one.
        std::atomic<std::uint64_t> confirmed{1};
    };
    struct Tally {
        std::atomic<std::uint64_t> reads{0};
        std::atomic<std::uint64_t> process_hits{0};
        std::atomic<std::uint64_t> redis_hits{0};
        std::atomic<std::uint64_t> stale_hits{0};
        std::atomic<std::uint64_t> refused_fills{0};
        std::atomic<std::uint64_t> writes{0};
        std::atomic<std::uint64_t> abandoned{0};    ///< guarded writes that nobody finished
        std::atomic<std::uint64_t> unconfirmed{0};  ///< writes whose invalidation had to wait
    };

    std::array<Register, kKeys> keys;
    std::array<Tally, kAgents> tallies;
    std::atomic<std::uint32_t> flushes{0};  ///< guards are lost by FLUSHALL; counted before it
    /// Redis was killed, frozen or started anew: counted before and after. Without one an answered
    /// write is a confirmed one; connections that drop are no outage.
    std::atomic<std::uint32_t> outages{0};
    std::atomic<bool> is_calm{false};  ///< no writer dies any more: its guards keep values out
    std::atomic<bool> is_over{false};
    std::atomic<std::uint32_t> violations{0};
    std::array<char, 400> first_violation{};

    /// Keeps the first text.
    void accuse(const std::string& text) {
        if (violations.fetch_add(1) == 0) {
            text.copy(first_violation.data(), first_violation.size() - 1);
        }
    }
};

/// A mapping of the board in that file. Unmapped at the end.
class MappedBoard {
  public:
    enum class Mode { create, open };

    MappedBoard(const std::string& path, Mode mode) {
        const bool is_new = mode == Mode::create;
        const int fd = open(path.c_str(), is_new ? O_RDWR | O_CREAT | O_EXCL : O_RDWR, 0600);
        if (fd < 0 || (is_new && ftruncate(fd, sizeof(Board)) != 0)) {
            throw std::runtime_error("no board at " + path);
        }
        void* memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
        if (memory == MAP_FAILED) {
            throw std::runtime_error("the board cannot be mapped");
        }
        board_ = is_new ? new (memory) Board : static_cast<Board*>(memory);
    }
    ~MappedBoard() { munmap(board_, sizeof(Board)); }
    MappedBoard(const MappedBoard&) = delete;
    MappedBoard& operator=(const MappedBoard&) = delete;

    Board* operator->() { return board_; }
    Board& operator*() { return *board_; }

  private:
    Board* board_;
};

}  // namespace tripos::test

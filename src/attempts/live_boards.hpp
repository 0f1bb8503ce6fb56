// SPDX-License-Identifier: MIT
#pragma once
// LiveBoards: the boards that somebody watches. Of each exam there is one snapshot a second for all
// watchers of this process: whoever comes first when it has aged makes the next, the others wait
// for that one. What nobody has asked for in a minute is forgotten, as is what goes beyond the
// bounds; its watchers get the whole again.
//
// Of an attempt only what may have changed is read again: of those who were seen since, and of some
// of the others in turn, so that a board is right without Redis as well, some seconds later.

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "accounts/principal.hpp"
#include "async/completion.hpp"
#include "attempts/board.hpp"
#include "attempts/presence.hpp"
#include "attempts/timeline.hpp"
#include "core/result.hpp"
#include "module/parts.hpp"

namespace tripos::attempts {

/// Thread-safe.
class LiveBoards {
  public:
    static constexpr std::size_t kMostBoards = 32;
    static constexpr std::size_t kMostEntries = 50'000;  ///< of all boards but the newest

    LiveBoards(const Parts& parts, Presence& presence) : parts_(parts), presence_(presence) {}

    /// At most a second old. not_found for whom does not invigilate the exam.
    Task<Result<std::shared_ptr<const Board>>> look(std::string exam_id,
                                                    accounts::Principal caller);
    /// not_found, as above.
    Task<Result<Timeline>> timeline(std::string attempt_id, accounts::Principal caller);

  private:
    /// Guarded by mutex_.
    struct Slot {
        std::shared_ptr<const Board> board;
        Timestamp asked_at{};
        bool is_made = false;  ///< somebody makes the next
        std::vector<Completion<bool>> waiting;
    };
    /// Whoever makes the next; however that ends, those who wait look again.
    class Turn;

    void forget_others(const std::string& exam_id, Timestamp now);
    /// The next board is made by the caller now. False: another does, or did meanwhile.
    bool begin(Slot& slot, const std::shared_ptr<const Board>& known);
    void end(Slot& slot);
    Task<std::shared_ptr<const Board>> make(std::string exam_id,
                                            std::shared_ptr<const Board> previous);

    const Parts parts_;
    Presence& presence_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<Slot>> slots_;
};

}  // namespace tripos::attempts

// SPDX-License-Identifier: MIT
#include "attempts/live_boards.hpp"

#include <algorithm>
#include <map>

#include "accounts/candidate.hpp"
#include "accounts/enrolments.hpp"
#include "attempts/answer_store.hpp"
#include "attempts/attempt_store.hpp"
#include "exams/exam_staff.hpp"
#include "exams/exam_store.hpp"
#include "rosters/cohort_store.hpp"

namespace tripos::attempts {

namespace {

using std::chrono::seconds;

constexpr seconds kFresh{1};
constexpr seconds kKept{60};
constexpr seconds kExpectedFor{15};
constexpr std::size_t kInTurn = 200;  // so many who were not seen are read again each time
/// A save is seen by the board so much later, at most: Redis is told each second.
constexpr seconds kSeenLag{3};
constexpr std::int64_t kPage = 1000;

/// Accounts of the cohorts that the exam is for; none when it is for everybody.
std::vector<std::string> expected_at(sql::Session& session, const std::string& exam_id) {
    std::vector<std::string> ids;
    const auto access = rosters::cohort_store::find_access(session, exam_id);
    for (const auto& cohort : access ? access->cohort_ids : std::vector<std::string>()) {
        std::string after;
        for (;;) {
            const auto keys = rosters::cohort_store::members(session, cohort, after, kPage);
            if (keys.empty()) {
                break;
            }
            after = keys.back();
            for (auto& person : accounts::find_enrolled(session, keys)) {
                if (person.user_id) {
                    ids.push_back(std::move(*person.user_id));
                }
            }
        }
    }
    return ids;
}

/// Its attempt is the one that counts; without one, not started.
struct Sitter {
    BoardEntry entry;
    std::optional<Attempt> attempt;
};
using Sitters = std::map<std::string, Sitter>;

void name_people(sql::Session& session, Sitters& sitters) {
    std::vector<std::string> unnamed;
    for (const auto& [id, sitter] : sitters) {
        if (sitter.entry.row.user_id.empty()) {
            unnamed.push_back(id);
        }
    }
    const auto people = accounts::find_candidates(session, unnamed);
    for (const auto& id : unnamed) {
        auto& row = sitters[id].entry.row;
        row.user_id = id;
        if (const auto found = people.find(id); found != people.end()) {
            row.full_name = found->second.full_name;
            row.enrollment_number = found->second.enrollment_number;
        }
    }
}

/// Takes over what was known and adds what is known without looking at answers. Those to look at.
std::vector<Sitter*> bring_up_to_date(Sitters& sitters, const std::optional<Seen>& seen,
                                      Timestamp now) {
    std::vector<Sitter*> due;
    std::vector<Sitter*> others;
    for (auto& [id, sitter] : sitters) {
        auto& entry = sitter.entry;
        auto& row = entry.row;
        const auto before = row;
        if (!sitter.attempt) {
            row.attempt_id.reset();
            row.deadline_at.reset();
            row.last_save_at.reset();
            row.answered = row.device_changes = 0;
            row.state = BoardState::not_started;
            continue;
        }
        const auto& attempt = *sitter.attempt;
        const auto last = seen ? seen->find(id) : Seen::const_iterator();
        if (seen && last != seen->end()) {
            entry.seen_at = std::max(entry.seen_at, last->second);
        }
        entry.seen_at = std::max(entry.seen_at, attempt.started_at);
        row.attempt_id = attempt.id;
        row.deadline_at = attempt.deadline_at;
        row.state = state_of(attempt, seen ? std::optional(entry.seen_at) : std::nullopt, now);
        const bool is_other = before.attempt_id != row.attempt_id || before.state != row.state;
        if (is_other || entry.seen_at + kSeenLag >= entry.looked_at) {
            due.push_back(&sitter);
        } else if (attempt.status == AttemptStatus::in_progress) {
            others.push_back(&sitter);
        }
    }
    const auto count = std::min(kInTurn, others.size());
    std::nth_element(
        others.begin(), others.begin() + static_cast<std::ptrdiff_t>(count), others.end(),
        [](const Sitter* a, const Sitter* b) { return a->entry.looked_at < b->entry.looked_at; });
    due.insert(due.end(), others.begin(), others.begin() + static_cast<std::ptrdiff_t>(count));
    return due;
}

Board make_in(sql::Session& session, const std::string& exam_id, const Board* previous,
              const std::optional<Seen>& seen, Timestamp now) {
    Board next;
    next.as_of = now;
    const bool is_known = previous != nullptr && now - previous->expected_at < kExpectedFor;
    next.expected = is_known ? previous->expected : expected_at(session, exam_id);
    next.expected_at = is_known ? previous->expected_at : now;
    Sitters sitters;
    for (const auto& id : next.expected) {
        sitters[id];
    }
    // Whose attempt is void may start again.
    for (auto& attempt : attempt_store::all_of_exam(session, exam_id)) {
        auto& sitter = sitters[attempt.user_id];
        if (attempt.status != AttemptStatus::voided) {
            sitter.attempt = std::move(attempt);
        }
    }
    if (previous != nullptr) {
        for (const auto& entry : previous->entries) {
            if (const auto found = sitters.find(entry.row.user_id); found != sitters.end()) {
                found->second.entry = entry;
            }
        }
    }
    name_people(session, sitters);
    for (auto* sitter : bring_up_to_date(sitters, seen, now)) {
        const auto progress = progress_of(answer_store::history(session, sitter->attempt->id));
        auto& row = sitter->entry.row;
        row.answered = progress.answered;
        row.last_save_at = progress.last_save_at;
        row.device_changes = progress.device_changes;
        sitter->entry.looked_at = now;
    }
    for (auto& [id, sitter] : sitters) {
        next.entries.push_back(std::move(sitter.entry));
    }
    return next;
}

}  // namespace

class LiveBoards::Turn {
  public:
    Turn(LiveBoards& boards, std::shared_ptr<Slot> slot)
        : boards_(boards), slot_(std::move(slot)) {}
    ~Turn() { boards_.end(*slot_); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    LiveBoards& boards_;
    const std::shared_ptr<Slot> slot_;
};

Task<Result<std::shared_ptr<const Board>>> LiveBoards::look(std::string exam_id,
                                                            accounts::Principal caller) {
    auto may = [&](sql::Session& session) {
        return exams::exam_staff::may_invigilate(session, caller, exam_id) &&
               exams::exam_store::find(session, exam_id).has_value();
    };
    const bool may_look = co_await parts_.database.read(std::move(may));
    if (!may_look) {
        co_return exams::no_exam();
    }
    for (;;) {
        const auto now = parts_.clock.now();
        std::shared_ptr<Slot> slot;
        std::shared_ptr<const Board> board;
        {
            const std::lock_guard lock(mutex_);
            auto& own = slots_[exam_id];
            own = own ? own : std::make_shared<Slot>();
            own->asked_at = now;
            slot = own;
            board = own->board;
            forget_others(exam_id, now);
        }
        if (board && now - board->as_of < kFresh) {
            co_return board;
        }
        if (begin(*slot, board)) {
            const Turn turn(*this, slot);
            auto next = co_await make(exam_id, board);
            const std::lock_guard lock(mutex_);
            slot->board = next;
            co_return next;
        }
        auto wait = [this, slot](Completion<bool> completion) {
            const std::lock_guard lock(mutex_);
            if (slot->is_made) {
                slot->waiting.push_back(std::move(completion));
            } else {
                completion.complete(true);
            }
        };
        co_await suspend<bool>(std::move(wait));
    }
}

Task<Result<Timeline>> LiveBoards::timeline(std::string attempt_id, accounts::Principal caller) {
    auto work = [&, now = parts_.clock.now()](sql::Session& session) {
        return read_timeline(session, attempt_id, caller, now);
    };
    auto found = co_await parts_.database.read(std::move(work));
    if (!found) {
        co_return no_attempt();
    }
    co_return std::move(*found);
}

bool LiveBoards::begin(Slot& slot, const std::shared_ptr<const Board>& known) {
    const std::lock_guard lock(mutex_);
    return slot.board == known && !std::exchange(slot.is_made, true);
}

void LiveBoards::end(Slot& slot) {
    std::vector<Completion<bool>> waiting;
    {
        const std::lock_guard lock(mutex_);
        slot.is_made = false;
        waiting.swap(slot.waiting);
    }
    for (const auto& one : waiting) {
        one.complete(true);
    }
}

void LiveBoards::forget_others(const std::string& exam_id, Timestamp now) {
    std::erase_if(slots_, [&](const auto& one) { return now - one.second->asked_at > kKept; });
    for (;;) {
        std::size_t entries = 0;
        auto oldest = slots_.end();
        for (auto one = slots_.begin(); one != slots_.end(); ++one) {
            if (one->first == exam_id) {
                continue;
            }
            entries += one->second->board ? one->second->board->entries.size() : 0;
            if (oldest == slots_.end() || one->second->asked_at < oldest->second->asked_at) {
                oldest = one;
            }
        }
        if (slots_.size() <= kMostBoards && entries <= kMostEntries) {
            return;
        }
        slots_.erase(oldest);
    }
}

Task<std::shared_ptr<const Board>> LiveBoards::make(std::string exam_id,
                                                    std::shared_ptr<const Board> previous) {
    const auto seen = co_await presence_.of(exam_id);
    const auto now = parts_.clock.now();
    auto work = [&](sql::Session& session) {
        return make_in(session, exam_id, previous.get(), seen, now);
    };
    auto next = co_await parts_.database.read(std::move(work), sql::Turn::bulk);
    number_changes(next, previous.get(), parts_.random.hex(8));
    co_return std::make_shared<const Board>(std::move(next));
}

}  // namespace tripos::attempts

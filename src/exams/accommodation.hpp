// SPDX-License-Identifier: MIT
#pragma once
// Accommodation: what one candidate has that others have not - more time, or a window of their own
// - at one exam or at all. Values and pure functions.

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "exams/exam.hpp"

namespace tripos::exams {

/// A multiplier is kept in thousandths.
inline constexpr std::int64_t kOnce = 1000;

struct Accommodation {
    std::string id;
    std::string user_id;
    std::string exam_id;  ///< empty: at every exam
    std::optional<std::int64_t> minutes;
    std::optional<std::int64_t> multiplier;  ///< of the duration, in thousandths
    std::optional<Timestamp> start_at;       ///< of a window of one's own, at one exam
    std::optional<Timestamp> end_at;
    std::string reason;      ///< may be about somebody's health: staff see it, and whom it is about
    std::string created_by;  ///< an account
    Timestamp updated_at{};
};

/// Every member. What is in thousandths is shown as a plain number.
inline constexpr auto kAccommodationMembers = entity::Table(
    entity::Member{"id", &Accommodation::id, "id", http::schema::uuid},
    entity::Member{"user_id", &Accommodation::user_id, "userId", http::schema::uuid},
    entity::Member{"exam_id", &Accommodation::exam_id, "examId", http::schema::uuid,
                   entity::Empty::null},
    entity::Member{"minutes", &Accommodation::minutes, "minutes"},
    questions::maybe_marks_member("multiplier", &Accommodation::multiplier, "multiplier"),
    entity::Member{"start_at", &Accommodation::start_at, "startTime"},
    entity::Member{"end_at", &Accommodation::end_at, "endTime"},
    entity::Member{"reason", &Accommodation::reason, "reason"},
    entity::Member{"created_by", &Accommodation::created_by, "author", http::schema::uuid},
    entity::Member{"updated_at", &Accommodation::updated_at, "updatedAt"});

/// When one may sit an exam.
struct Window {
    Timestamp start_at{};
    Timestamp end_at{};
};

/// A candidate's own window at an exam.
struct OwnWindow {
    std::string exam_id;
    std::string user_id;
    Timestamp start_at{};
    Timestamp end_at{};
};

inline constexpr auto kWindowMembers = entity::Table(
    entity::Member{"exam_id", &OwnWindow::exam_id}, entity::Member{"user_id", &OwnWindow::user_id},
    entity::Member{"start_at", &OwnWindow::start_at}, entity::Member{"end_at", &OwnWindow::end_at});

/// What decoded lists of them hold on the heap.
inline std::size_t decoded_bytes(const std::vector<OwnWindow>& windows) {
    return entity::heap_bytes(windows, kWindowMembers);
}

/// What a candidate has at one exam, all told.
struct Allowance {
    std::chrono::minutes minutes{0};
    std::int64_t multiplier = kOnce;
    std::optional<Window> own_window;

    /// minutes + duration x (multiplier - 1).
    std::chrono::milliseconds extra_time(std::chrono::minutes duration) const {
        return minutes + std::chrono::milliseconds(duration) * (multiplier - kOnce) / kOnce;
    }
};

/// Of the accommodations of one candidate that concern one exam, that exam's own first: the first
/// that speaks of time decides on it; if none does, it is `account_minutes`.
Allowance allowance_of(const std::vector<Accommodation>& accommodations,
                       std::chrono::minutes account_minutes);

/// Every rule it breaks; empty: it is fit.
std::vector<FieldError> problems_of(const Accommodation& accommodation);

/// The exam as that candidate sees it: a window of their own replaces the exam's.
Exam within(Exam exam, const std::optional<Window>& own_window);

/// All exams as a candidate with those windows sees them.
struct SeenExams {
    std::deque<Exam> own;                 ///< those whose window is another
    std::vector<const Exam*> by_start{};  ///< all, the earliest first; borrowed
};
/// Borrows the exams.
SeenExams seen_by(const std::vector<Exam>& exams, const std::vector<OwnWindow>& windows);

/// A candidate's windows as one cached value, and back; nothing when the bytes are of another
/// format.
std::string encode_windows(const std::vector<OwnWindow>& windows);
std::optional<std::vector<OwnWindow>> decode_windows(std::string_view bytes);

}  // namespace tripos::exams

// SPDX-License-Identifier: MIT
#pragma once
// AttemptModel: what an exam and the attempts at it are to be, after any acts of candidates and
// staff - reckoned from docs/exams.md with nothing but maps and sums, and told in the words of the
// API: a status, and the code of a refusal.

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"

namespace tripos::test {

class AttemptModel {
  public:
    using Millis = std::chrono::milliseconds;
    static constexpr Millis kGrace{5000};

    struct Expected {
        int status = 200;
        std::string code;  ///< of a refusal
        bool operator==(const Expected&) const = default;
    };

    struct Answer {
        std::string value;  ///< empty: none
        std::int64_t revision = 0;
        std::string client;
        Timestamp arrived_at{};
    };

    struct Save {
        std::string question;
        std::string value;
        std::optional<std::int64_t> revision;
        std::string client;
        Timestamp arrived_at{};
    };

    enum class State { running, submitted, ended };

    struct Attempt {
        int number = 0;
        State state = State::running;
        Timestamp started_at{};
        Timestamp deadline_at{};
        std::string reason;
        Timestamp ended_at{};
        std::map<std::string, Answer> answers;
        std::map<std::string, Answer> late;
    };

    /// What staff grant one candidate, at this exam or at every one.
    struct Grant {
        std::optional<Millis> more;
        std::int64_t percent = 100;                             ///< of the duration
        std::optional<std::pair<Timestamp, Timestamp>> window;  ///< in place of the exam's
    };

    AttemptModel(Timestamp end_at, Millis duration) : end_at_(end_at), duration_(duration) {}

    const Attempt* find(const std::string& user) const {
        const auto found = attempts_.find(user);
        return found == attempts_.end() ? nullptr : &found->second;
    }
    std::int64_t revision(const std::string& user, const std::string& question) const {
        const auto* attempt = find(user);
        return attempt == nullptr || !attempt->answers.contains(question)
                   ? 0
                   : attempt->answers.at(question).revision;
    }
    std::int64_t running() const {
        return std::count_if(attempts_.begin(), attempts_.end(),
                             [](const auto& one) { return one.second.state == State::running; });
    }

    Expected start(const std::string& user, Timestamp now) {
        const auto own = window_of(user);
        if (is_closed_ || (own ? now < own->first || own->second <= now : end_at_ <= now)) {
            return {400, "exam_not_active"};
        }
        if (find(user) != nullptr) {
            return {400, "already_attempted"};
        }
        Attempt attempt;
        attempt.number = ++last_number_;
        attempt.started_at = now;
        attempt.deadline_at = agreed(attempt, user);
        attempt.reason = reason_of(attempt, user);
        attempts_[user] = attempt;
        return {201, ""};
    }

    Expected save(const std::string& user, const Save& save, Timestamp now) {
        auto* attempt = current(user);
        if (attempt == nullptr) {
            return {403, "no_active_attempt"};
        }
        if (attempt->state != State::running || attempt->deadline_at <= save.arrived_at) {
            keep_late(*attempt, save);
            return refuse(*attempt, now, 403);
        }
        auto& stored = attempt->answers[save.question];
        const bool is_same = stored.revision > 0 && stored.value == save.value;
        const bool is_own = stored.client == save.client;
        if (save.revision && *save.revision != stored.revision) {
            const bool is_repeat = is_same && is_own && !save.client.empty();
            return is_repeat ? Expected{} : Expected{409, "answer_changed"};
        }
        const bool is_stale = !save.revision && stored.arrived_at > save.arrived_at;
        if (!is_stale && !(is_same && is_own)) {
            stored = {save.value, stored.revision + 1, save.client, save.arrived_at};
        }
        return {};
    }

    Expected submit(const std::string& user, Timestamp now) {
        auto* attempt = current(user);
        if (attempt == nullptr) {
            return {400, "no_active_attempt"};
        }
        if (attempt->state != State::running || attempt->deadline_at <= now) {
            return refuse(*attempt, now, 400);
        }
        end(*attempt, State::submitted, now);
        return {};
    }

    Expected extend_all(Millis more, Timestamp now) {
        if (is_closed_) {
            return {400, "exam_not_published"};
        }
        if (end_at_ <= now) {
            return {400, "exam_not_active"};
        }
        given_.push_back({"", 0, more, "extension"});
        end_at_ += more;
        for (auto& [user, attempt] : attempts_) {
            extend(attempt, more, now);
        }
        return {};
    }

    Expected extend_one(const std::string& user, Millis more, Timestamp now) {
        auto* attempt = current(user);
        const bool is_writing =
            attempt != nullptr && attempt->state == State::running && now < attempt->deadline_at;
        if (is_closed_ && !is_writing) {
            return {400, "exam_not_published"};
        }
        const auto own = window_of(user);
        if (attempt == nullptr && (own ? own->second : end_at_) <= now) {
            return {400, "exam_not_active"};
        }
        if (attempt != nullptr && !is_writing) {
            return {409, "attempt_ended"};
        }
        given_.push_back({user, 0, more, "extension"});
        if (attempt != nullptr) {
            extend(*attempt, more, now);
        }
        return {};
    }

    void grant(const std::string& user, bool at_every_exam, const Grant& grant, Timestamp now) {
        grants_[{user, at_every_exam}] = grant;
        auto* attempt = current(user);
        if (attempt != nullptr && attempt->state == State::running && now < attempt->deadline_at &&
            attempt->deadline_at < agreed(*attempt, user)) {
            attempt->deadline_at = agreed(*attempt, user);
            attempt->reason = reason_of(*attempt, user);
        }
    }

    void take_back(const std::string& user, bool at_every_exam) {
        grants_.erase({user, at_every_exam});
    }

    /// Requires: there is an attempt.
    Expected reopen(const std::string& user, Millis more, Timestamp now) {
        auto& attempt = *current(user);
        if (attempt.state == State::running) {
            return {409, "attempt_not_ended"};
        }
        const auto missing = now + more - agreed(attempt, user);
        given_.push_back({user, attempt.number, std::max(missing, Millis(0)), "reopened"});
        attempt.state = State::running;
        attempt.deadline_at = std::max(agreed(attempt, user), attempt.deadline_at);
        attempt.reason = "reopened";
        return {};
    }

    /// Requires: there is an attempt.
    Expected make_void(const std::string& user) {
        attempts_.erase(user);
        return {};
    }

    /// Requires: there is an attempt.
    Expected accept_late(const std::string& user) {
        auto& attempt = *current(user);
        if (attempt.state == State::running) {
            return {409, "attempt_not_ended"};
        }
        bool is_any = false;
        for (auto one = attempt.late.begin(); one != attempt.late.end();) {
            auto& stored = attempt.answers[one->first];
            if (one->second.arrived_at < stored.arrived_at) {
                ++one;  // since it was opened again
                continue;
            }
            one->second.revision = stored.revision + 1;
            stored = one->second;
            one = attempt.late.erase(one);
            is_any = true;
        }
        return is_any ? Expected{} : Expected{409, "nothing_late"};
    }

    Expected close(Timestamp now) {
        if (is_closed_) {
            return {400, "exam_not_published"};
        }
        is_closed_ = true;
        end_at_ = std::min(end_at_, now);
        for (auto& [user, attempt] : attempts_) {
            if (attempt.state == State::running && now < attempt.deadline_at) {
                attempt.deadline_at = now;
                attempt.reason = "closed";
            }
            if (attempt.state == State::running) {
                end(attempt, State::ended, attempt.deadline_at);
            }
        }
        return {};
    }

    /// What the loop of deadlines does.
    void finish_due(Timestamp now) {
        for (auto& [user, attempt] : attempts_) {
            end_if_due(attempt, now);
        }
    }

    /// In thousandths of a mark.
    std::int64_t score(const std::string& user) const {
        static const std::map<std::string, std::int64_t> worth{
            {"right", 2000}, {"wrong", -500}, {"9.8", 1000}};
        std::int64_t sum = 0;
        for (const auto& [question, answer] : find(user)->answers) {
            sum += worth.contains(answer.value) ? worth.at(answer.value) : 0;
        }
        return sum;
    }

  private:
    struct Given {
        std::string user;  ///< empty: everybody
        int attempt = 0;   ///< 0: any
        Millis more{};
        std::string as;
    };

    Attempt* current(const std::string& user) {
        const auto found = attempts_.find(user);
        return found == attempts_.end() ? nullptr : &found->second;
    }

    bool is_for(const Given& given, const Attempt& attempt, const std::string& user) const {
        return (given.user.empty() || given.user == user) &&
               (given.attempt == 0 || given.attempt == attempt.number);
    }

    Timestamp planned_end() const {
        auto planned = end_at_;
        for (const auto& given : given_) {
            planned -= given.user.empty() ? given.more : Millis(0);
        }
        return planned;
    }

    const Grant* granted(const std::string& user, bool at_every_exam) const {
        const auto found = grants_.find({user, at_every_exam});
        return found == grants_.end() ? nullptr : &found->second;
    }

    std::optional<std::pair<Timestamp, Timestamp>> window_of(const std::string& user) const {
        const auto* own = granted(user, false);
        return own == nullptr ? std::nullopt : own->window;
    }

    /// The exam's own grant decides when it speaks of time.
    Millis extra_of(const std::string& user) const {
        for (const auto at_every_exam : {false, true}) {
            const auto* grant = granted(user, at_every_exam);
            if (grant != nullptr && grant->more) {
                return *grant->more + duration_ * (grant->percent - 100) / 100;
            }
        }
        return Millis(0);
    }

    Timestamp end_for(const std::string& user) const {
        const auto own = window_of(user);
        return own ? own->second : planned_end();
    }

    /// By the rules of the exam, and all that was granted and given.
    Timestamp agreed(const Attempt& attempt, const std::string& user) const {
        auto at = std::min<Timestamp>(end_for(user), attempt.started_at + duration_);
        at += extra_of(user);
        for (const auto& given : given_) {
            at += is_for(given, attempt, user) ? given.more : Millis(0);
        }
        return at;
    }

    std::string reason_of(const Attempt& attempt, const std::string& user) const {
        std::string reason = window_of(user) ? "own_window" : "exam_end";
        if (attempt.started_at + duration_ <= end_for(user)) {
            reason = "duration";
        }
        for (const auto& given : given_) {
            reason = is_for(given, attempt, user) ? given.as : reason;
        }
        return reason;
    }

    static void extend(Attempt& attempt, Millis more, Timestamp now) {
        if (attempt.state == State::running && now < attempt.deadline_at) {
            attempt.deadline_at += more;
            attempt.reason = "extension";
        }
    }

    static void end(Attempt& attempt, State how, Timestamp at) {
        attempt.state = how;
        attempt.ended_at = at;
    }

    static void end_if_due(Attempt& attempt, Timestamp now) {
        if (attempt.state == State::running && attempt.deadline_at + kGrace <= now) {
            end(attempt, State::ended, attempt.deadline_at);
        }
    }

    Expected refuse(Attempt& attempt, Timestamp now, int status) {
        if (attempt.state == State::submitted) {
            return {status, "already_submitted"};
        }
        end_if_due(attempt, now);
        return {status, "time_over"};
    }

    static void keep_late(Attempt& attempt, const Save& save) {
        const auto end = attempt.state == State::running ? attempt.deadline_at : attempt.ended_at;
        auto& late = attempt.late[save.question];
        if (save.arrived_at - end <= std::chrono::hours(24) && late.arrived_at <= save.arrived_at) {
            late = {save.value, 0, save.client, save.arrived_at};
        }
        if (late.arrived_at == Timestamp()) {
            attempt.late.erase(save.question);
        }
    }

    Timestamp end_at_;
    Millis duration_;
    bool is_closed_ = false;
    int last_number_ = 0;
    std::vector<Given> given_;
    std::map<std::pair<std::string, bool>, Grant> grants_;
    std::map<std::string, Attempt> attempts_;
};

}  // namespace tripos::test

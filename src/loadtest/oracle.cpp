// SPDX-License-Identifier: MIT
#include "loadtest/oracle.hpp"

#include <algorithm>

namespace tripos::loadtest {

namespace {

/// What may be stored for one question of one candidate.
struct Allowed {
    std::vector<int> choices{kNoChoice};
    std::vector<int> late;  ///< sent after the deadline
};

void follow(Allowed& allowed, const JournalLine& line) {
    if (line.is_late) {
        allowed.late.push_back(line.choice);
    } else if (line.fate == Fate::acknowledged) {
        allowed.choices.assign(1, line.choice);
    } else if (line.fate == Fate::unknown) {
        allowed.choices.push_back(line.choice);
    }
}

bool has(const std::vector<int>& choices, int choice) {
    return std::find(choices.begin(), choices.end(), choice) != choices.end();
}

class Judge {
  public:
    explicit Judge(const OracleInput& input) : input_(input), was_promised_(input.let_in) {
        was_promised_.resize(input.shown.size());
    }

    std::vector<Violation> all() {
        judge_answers();
        for (std::size_t candidate = 0; candidate < input_.shown.size(); ++candidate) {
            judge_candidate(candidate, input_.shown[candidate]);
        }
        judge_mails();
        return std::move(found_);
    }

  private:
    void judge_answers() {
        const auto questions = input_.right.size();
        std::vector<Allowed> allowed(input_.shown.size() * questions);
        for (const auto& line : input_.journal) {
            was_promised_[line.candidate] =
                was_promised_[line.candidate] || line.fate == Fate::acknowledged;
            follow(allowed[line.candidate * questions + line.question], line);
            if (line.is_late && line.fate == Fate::acknowledged) {
                add("nothing counts after the deadline",
                    name(line.candidate) + ", question " + std::to_string(line.question) +
                        ": an answer sent after the deadline was acknowledged");
            }
        }
        for (std::size_t i = 0; i < allowed.size(); ++i) {
            const auto candidate = i / questions;
            const auto& choices = input_.shown[candidate].choices;
            const auto question = i % questions;
            const int stored = question < choices.size() ? choices[question] : kNoChoice;
            if (!has(allowed[i].choices, stored)) {
                judge_stored(candidate, question, stored, allowed[i]);
            }
        }
    }

    void judge_stored(std::size_t candidate, std::size_t question, int stored,
                      const Allowed& allowed) {
        const auto where = name(candidate) + ", question " + std::to_string(question) + ": ";
        if (has(allowed.late, stored)) {
            add("nothing counts after the deadline",
                where + "option " + std::to_string(stored) + " was sent after the deadline");
        } else {
            add("no acknowledged answer is lost",
                where + "stored is option " + std::to_string(stored) + ", acknowledged was " +
                    std::to_string(allowed.choices.front()));
        }
    }

    void judge_candidate(std::size_t candidate, const ShownCandidate& shown) {
        if (shown.attempts == 0 && !was_promised_[candidate]) {
            return;  // never got in: their requests count as wrong, no promise was made to them
        }
        if (shown.attempts != 1 || shown.finished != 1) {
            add("one attempt and one finish each",
                name(candidate) + " has " + std::to_string(shown.attempts) + " attempts, " +
                    std::to_string(shown.finished) + " of them finished");
            return;
        }
        std::int64_t score = 0;
        for (std::size_t i = 0; i < input_.right.size() && i < shown.choices.size(); ++i) {
            score += shown.choices[i] == input_.right[i] ? input_.marks : 0;
        }
        for (const auto told : {shown.score, shown.own_score}) {
            if (told != score) {
                add("scores follow from the answers",
                    name(candidate) + " was given " + std::to_string(told) +
                        " thousandths, and answered for " + std::to_string(score));
                return;
            }
        }
    }

    void judge_mails() {
        int copies = 0;
        for (const auto& [cause, due] : input_.causes) {
            const auto found = input_.mails.find(cause);
            copies += found == input_.mails.end() ? 0 : std::max(found->second - due, 0);
        }
        for (const auto& [cause, due] : input_.causes) {
            const auto found = input_.mails.find(cause);
            const int arrived = found == input_.mails.end() ? 0 : found->second;
            if (arrived < due) {
                add("no mail is lost", cause + ": " + std::to_string(arrived) + " of " +
                                           std::to_string(due) + " arrived");
            } else if (arrived > due && copies > input_.copies_allowed) {
                add("one mail per cause", cause + ": " + std::to_string(arrived) +
                                              " arrived, due were " + std::to_string(due));
            }
        }
        for (const auto& [cause, arrived] : input_.mails) {
            if (!input_.causes.contains(cause)) {
                add("one mail per cause", cause + ": " + std::to_string(arrived) + " for no cause");
            }
        }
    }

    static std::string name(std::size_t candidate) {
        return "candidate " + std::to_string(candidate);
    }

    void add(std::string promise, std::string what) {
        found_.push_back({.promise = std::move(promise), .what = std::move(what)});
    }

    const OracleInput& input_;
    std::vector<bool> was_promised_;  ///< an attempt, or an answer in it, per candidate
    std::vector<Violation> found_;
};

}  // namespace

std::vector<Violation> judge(const OracleInput& input) {
    return Judge(input).all();
}

}  // namespace tripos::loadtest

// SPDX-License-Identifier: MIT
#include "accounts/password_hasher.hpp"

#include <sodium.h>

#include <array>

#include "core/error.hpp"

namespace tripos::accounts {

namespace {

/// Well-formed, of the given cost, with a constant salt and an all-zero result.
std::string decoy_of(const PasswordCost& cost) {
    return "$argon2id$v=19$m=" + std::to_string(cost.memory / 1024) +
           ",t=" + std::to_string(cost.passes) + ",p=1$AAECAwQFBgcICQoLDA0ODw$" +
           std::string(43, 'A');
}

ThreadPoolOptions pool_options(std::size_t threads) {
    return {.name = "passwords", .threads = threads, .niceness = 19};
}

}  // namespace

PasswordHasher::PasswordHasher(PasswordCost cost, HashingQueueOptions queue, Metrics& metrics)
    : cost_(cost),
      decoy_(decoy_of(cost)),
      hashed_(metrics.counter("tripos_passwords_hashed_total", "Passwords hashed")),
      waiting_(metrics.gauge("tripos_passwords_waiting", "Requests that wait for a hash")),
      queue_(queue),
      pool_(pool_options(queue.slots)) {
    if (sodium_init() < 0) {
        throw SystemError("passwords", "libsodium cannot be initialised");
    }
}

Task<std::string> PasswordHasher::hash(Secret password) {
    auto work = [this, secret = std::move(password)] { return hash_now(secret); };
    hashed_.add();
    co_return co_await pool_.run(std::move(work));
}

Task<Result<std::string>> PasswordHasher::hash(Secret password, const limits::Claim& claim) {
    const auto own_turn = co_await turn(Lane::other, claim);
    if (!own_turn) {
        co_return own_turn.error();
    }
    co_return co_await hash(std::move(password));
}

Task<Result<bool>> PasswordHasher::verify(std::string stored, Secret password,
                                          const limits::Claim& claim) {
    auto work = [this, known = std::move(stored), secret = std::move(password)] {
        return Verdict{.is_right = match_now(known, secret) != Match::none};
    };
    const auto verdict = co_await judge(Lane::other, std::move(work), claim);
    if (!verdict) {
        co_return verdict.error();
    }
    co_return verdict->is_right;
}

Task<Result<PasswordHasher::Verdict>> PasswordHasher::verify_and_renew(std::string stored,
                                                                       Secret password,
                                                                       const limits::Claim& claim) {
    auto work = [this, known = std::move(stored), secret = std::move(password)] {
        const auto match = match_now(known, secret);
        Verdict verdict{.is_right = match != Match::none};
        const bool is_old =
            match == Match::as_typed ||
            crypto_pwhash_str_needs_rehash(known.c_str(), cost_.passes, cost_.memory) != 0;
        if (verdict.is_right && is_old) {
            verdict.renewed = hash_now(secret);
        }
        return verdict;
    };
    co_return co_await judge(Lane::log_in, std::move(work), claim);
}

Task<Result<std::optional<std::string>>> PasswordHasher::problem_of(Secret password,
                                                                    PasswordRules rules,
                                                                    const limits::Claim& claim) {
    auto work = [rules, secret = std::move(password)] {
        return accounts::problem_of(secret, rules);
    };
    const auto own_turn = co_await turn(Lane::other, claim);
    if (!own_turn) {
        co_return own_turn.error();
    }
    co_return co_await pool_.run(std::move(work));
}

Task<Result<PasswordHasher::Verdict>> PasswordHasher::judge(Lane lane,
                                                            std::function<Verdict()> work,
                                                            const limits::Claim& claim) {
    const auto own_turn = co_await turn(lane, claim);
    if (!own_turn) {
        co_return own_turn.error();
    }
    const auto allowed = co_await claim.look();
    if (!allowed) {
        co_return allowed.error();
    }
    hashed_.add();
    auto verdict = co_await pool_.run(std::move(work));
    if (!verdict.is_right) {
        co_await claim.failed();
    }
    co_return verdict;
}

Task<Result<HashingQueue::Turn>> PasswordHasher::turn(Lane lane, const limits::Claim& claim) {
    HashingQueue::Guest guest{.lane = lane, .account = claim.account(), .client = claim.client()};
    auto got = co_await queue_.wait(std::move(guest));
    waiting_.set(static_cast<double>(queue_.waiting()));
    co_return got;
}

std::string PasswordHasher::hash_now(const Secret& password) const {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    const auto compared = comparable_form(password);
    const auto& text = compared.reveal();
    if (crypto_pwhash_str(out.data(), text.data(), text.size(), cost_.passes, cost_.memory) != 0) {
        throw Overloaded("passwords", "not enough memory for a hash", std::chrono::seconds(5));
    }
    return out.data();
}

PasswordHasher::Match PasswordHasher::match_now(const std::string& stored,
                                                const Secret& password) const {
    const auto fits = [&against = stored.empty() ? decoy_ : stored](const Secret& secret) {
        const auto& text = secret.reveal();
        return crypto_pwhash_str_verify(against.c_str(), text.data(), text.size()) == 0;
    };
    const auto compared = comparable_form(password);
    if (fits(compared)) {
        return Match::as_hashed_now;
    }
    // Passwords were hashed as they were typed once.
    const bool differs = compared.reveal() != password.reveal();
    return differs && fits(password) ? Match::as_typed : Match::none;
}

}  // namespace tripos::accounts

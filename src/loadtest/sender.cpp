// SPDX-License-Identifier: MIT
#include "loadtest/sender.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <queue>
#include <random>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "loadtest/own_time.hpp"
#include "loadtest/requests.hpp"
#include "loadtest/seat.hpp"
#include "loadtest/told_entries.hpp"

namespace tripos::loadtest {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kPatience = 20 * kSecond;  // until a request counts as not answered
constexpr std::int64_t kRetryAfter = kSecond / 4;
constexpr std::int64_t kSilence = 30 * kSecond;  // behind the plan, until all is given up
constexpr int kEvents = 256;

}  // namespace

class Sender::Loop {
  public:
    Loop(const Dial& dial, const Subject& subject, SenderOptions options, BodyReader read)
        : let_in(subject.tokens.size()),
          dial_(dial),
          subject_(subject),
          options_(options),
          read_(std::move(read)),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)),
          seats_(subject.tokens.size() + 1) {
        for (std::size_t i = 0; i < subject.tokens.size() && !options.logs_in; ++i) {
            seats_[i].token = subject.tokens[i];
        }
    }

    void run(const std::vector<Step>& plan, std::int64_t begin);

    std::optional<Paper> paper;
    Tally tally;
    std::vector<JournalLine> journal;
    ToldEntries entries;
    std::vector<std::pair<std::uint32_t, std::int64_t>> mails_asked;
    std::vector<bool> let_in;

    SecondTally take_pulse() {
        const std::lock_guard lock(pulse_mutex_);
        return std::exchange(pulse_, {});
    }

  private:
    using Due = std::pair<std::int64_t, std::uint32_t>;  // when, whose seat

    void take_due_steps(std::int64_t now);
    void look_at_times(std::int64_t now);
    void advance(std::uint32_t number);
    void send(std::uint32_t number);
    void travel(std::uint32_t number);
    void arrive(std::uint32_t number);
    void depart(std::uint32_t number);
    void note_answers(Seat& seat, std::uint32_t number, const Step& step);
    void write(std::uint32_t number);
    void read(std::uint32_t number);
    void fail(std::uint32_t number);
    void give_up();
    void answered(std::uint32_t number);
    void take_answer(std::uint32_t number);
    void end(std::uint32_t number, int status);
    void settle_journal(const Seat& seat, const Step& step, int status);
    void tell_entries(const Seat& seat, const Step& step);
    void watch(std::uint32_t number, bool for_room);
    bool wants_body(const Step& step) const;
    const Step& step_of(const Seat& seat) const { return (*plan_)[seat.waiting.front()]; }
    SecondTally& second_of(std::int64_t at);
    template <class Change>
    void pulse(Change change) {
        const std::lock_guard lock(pulse_mutex_);
        change(pulse_);
    }
    int pause(std::int64_t now) const;

    const Dial& dial_;
    const Subject& subject_;
    const SenderOptions options_;
    const BodyReader read_;
    const SystemClock clock_;
    const Descriptor epoll_;
    std::vector<Seat> seats_;
    using Line = std::priority_queue<Due, std::vector<Due>, std::greater<>>;
    Line retries_;
    Line travels_;  // of requests and answers, where there is a network between
    std::minstd_rand random_;
    std::mutex pulse_mutex_;
    SecondTally pulse_;
    const std::vector<Step>* plan_ = nullptr;
    std::size_t next_ = 0;
    std::size_t open_ = 0;        // steps that were taken and have not ended
    std::int64_t zero_ = 0;       // of the plan, on the steady clock
    std::int64_t looked_at_ = 0;  // when patience was looked at
    std::int64_t heard_at_ = 0;   // the last answer
};

void Sender::Loop::run(const std::vector<Step>& plan, std::int64_t begin) {
    plan_ = &plan;
    next_ = 0;
    zero_ = steady_micros() + (begin - to_millis(clock_.now())) * 1000;
    const auto cpu = cpu_of_thread();
    const auto from = steady_micros();
    std::array<epoll_event, kEvents> events{};
    while (next_ < plan.size() || open_ > 0) {
        const auto now = steady_micros();
        take_due_steps(now);
        look_at_times(now);
        const int count = ::epoll_wait(epoll_.get(), events.data(), kEvents, pause(now));
        for (int i = 0; i < count; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            const auto number = event.data.u32;
            if (!seats_[number].socket) {
                continue;  // closed by an event before this one
            }
            if ((event.events & EPOLLOUT) != 0) {
                write(number);
            }
            if ((event.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0 && seats_[number].socket) {
                read(number);
            }
        }
    }
    tally.cpu_seconds += cpu_of_thread() - cpu;
    tally.wall_seconds += static_cast<double>(steady_micros() - from) / 1e6;
}

int Sender::Loop::pause(std::int64_t now) const {
    auto next = now + kSecond;
    if (next_ < plan_->size()) {
        next = std::min(next, zero_ + (*plan_)[next_].at);
    }
    for (const auto* line : {&retries_, &travels_}) {
        next = line->empty() ? next : std::min(next, line->top().first);
    }
    return static_cast<int>(std::max<std::int64_t>(0, (next - now + 999) / 1000));
}

SecondTally& Sender::Loop::second_of(std::int64_t at) {
    const auto second = static_cast<std::size_t>(std::max<std::int64_t>(at, 0) / kSecond);
    if (tally.seconds.size() <= second) {
        tally.seconds.resize(second + 1);
    }
    return tally.seconds[second];
}

void Sender::Loop::take_due_steps(std::int64_t now) {
    while (next_ < plan_->size() && zero_ + (*plan_)[next_].at <= now) {
        const auto& step = (*plan_)[next_];
        // Read anew: what was sent for the steps before this one took its time.
        tally.lag.add(steady_micros() - zero_ - step.at);
        ++second_of(step.at).planned;
        pulse([](auto& pulse) { ++pulse.planned; });
        seats_[step.candidate].waiting.push_back(static_cast<std::uint32_t>(next_));
        ++next_;
        ++open_;
        advance(step.candidate);
    }
}

void Sender::Loop::look_at_times(std::int64_t now) {
    while (!retries_.empty() && retries_.top().first <= now) {
        const auto number = retries_.top().second;
        retries_.pop();
        advance(number);
    }
    while (!travels_.empty() && travels_.top().first <= now) {
        const auto [due, number] = travels_.top();
        travels_.pop();
        if (seats_[number].on_its_way == due) {
            arrive(number);
        }
    }
    if (now - looked_at_ < kSecond) {
        return;
    }
    looked_at_ = now;
    for (std::uint32_t number = 0; number < seats_.size(); ++number) {
        if (seats_[number].is_busy && now - seats_[number].sent_at > kPatience) {
            fail(number);
        }
    }
    const bool is_behind_plan = next_ == plan_->size() && zero_ + plan_->back().at <= now;
    if (is_behind_plan && now - std::max(heard_at_, zero_ + plan_->back().at) > kSilence) {
        give_up();
    }
}

/// Nobody answers any more.
void Sender::Loop::give_up() {
    for (std::uint32_t number = 0; number < seats_.size(); ++number) {
        while (!seats_[number].waiting.empty()) {
            seats_[number].socket.reset();
            end(number, 0);
        }
    }
}

/// Sends what this seat has to send now.
void Sender::Loop::advance(std::uint32_t number) {
    auto& seat = seats_[number];
    if (!seat.is_busy && !seat.waiting.empty() && seat.retry_at <= steady_micros()) {
        send(number);
    }
}

bool Sender::Loop::wants_body(const Step& step) const {
    return step.ask == Ask::metrics || step.ask == Ask::log_in ||
           (step.ask == Ask::paper && !paper) ||
           (step.ask == Ask::analysis && options_.reads_analyses);
}

void Sender::Loop::note_answers(Seat& seat, std::uint32_t number, const Step& step) {
    const auto now = to_millis(clock_.now());
    if (seat.tries == 1) {
        seat.journal_at = static_cast<std::int64_t>(journal.size());
        for (std::uint32_t i = 0; i < answers_of(step); ++i) {
            const auto answer = answer_of(step, i);
            journal.push_back({.candidate = number,
                               .question = answer.question,
                               .choice = answer.choice,
                               .is_late = now >= subject_.ends_at,
                               .sent_at = now});
        }
    }
    for (std::uint32_t i = 0; i < answers_of(step); ++i) {
        ++journal[static_cast<std::size_t>(seat.journal_at) + i].tries;
    }
    tell_entries(seat, step);
}

void Sender::Loop::send(std::uint32_t number) {
    auto& seat = seats_[number];
    const auto& step = step_of(seat);
    seat.is_busy = true;
    ++seat.tries;
    seat.sent_at = steady_micros();
    if (seat.tries == 1) {
        ++second_of(seat.sent_at - zero_).sent;
        pulse([](auto& pulse) { ++pulse.sent; });
    } else {
        ++tally.of(step.ask).retried;
    }
    if (answers_of(step) > 0 && !paper) {
        end(number, 0);  // nobody was given a paper
        return;
    }
    note_answers(seat, number, step);
    seat.out = request_of(step, subject_, seat.token, paper);
    seat.written = 0;
    seat.answer.expect(wants_body(step));
    options_.network.is_direct() ? depart(number) : travel(number);
}

/// The request, or its answer, goes through the network.
void Sender::Loop::travel(std::uint32_t number) {
    auto& seat = seats_[number];
    seat.on_its_way = steady_micros() + options_.network.one_way(random_);
    travels_.emplace(seat.on_its_way, number);
}

void Sender::Loop::arrive(std::uint32_t number) {
    auto& seat = seats_[number];
    seat.on_its_way = 0;
    seat.answer.is_complete() ? take_answer(number) : depart(number);
}

void Sender::Loop::depart(std::uint32_t number) {
    auto& seat = seats_[number];
    if (!seat.socket) {
        seat.socket = dial_.start();
        seat.is_watched_for_room = false;
        if (!seat.socket) {
            fail(number);
            return;
        }
        epoll_event event{.events = EPOLLIN, .data = {.u32 = number}};
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, seat.socket.get(), &event);
    }
    write(number);
}

void Sender::Loop::watch(std::uint32_t number, bool for_room) {
    auto& seat = seats_[number];
    if (seat.is_watched_for_room != for_room) {
        seat.is_watched_for_room = for_room;
        const std::uint32_t room = for_room ? static_cast<std::uint32_t>(EPOLLOUT) : 0;
        epoll_event event{.events = EPOLLIN | room, .data = {.u32 = number}};
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, seat.socket.get(), &event);
    }
}

void Sender::Loop::write(std::uint32_t number) {
    auto& seat = seats_[number];
    while (seat.written < seat.out.size()) {
        const auto count = ::send(seat.socket.get(), seat.out.data() + seat.written,
                                  seat.out.size() - seat.written, MSG_NOSIGNAL);
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOTCONN)) {
            watch(number, true);
            return;
        }
        if (count <= 0) {
            fail(number);
            return;
        }
        seat.written += static_cast<std::size_t>(count);
    }
    watch(number, false);
}

void Sender::Loop::read(std::uint32_t number) {
    auto& seat = seats_[number];
    std::array<char, 65536> chunk;  // not initialised: it is filled
    const auto count = ::recv(seat.socket.get(), chunk.data(), chunk.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        return;
    }
    if (seat.is_busy && seat.answer.is_complete()) {
        seat.socket.reset();  // closed behind an answer that is on its way
        return;
    }
    const bool is_read =
        count > 0 && seat.is_busy &&
        seat.answer.take(std::string_view(chunk.data(), static_cast<std::size_t>(count)));
    if (!is_read) {
        fail(number);
    } else if (seat.answer.is_complete()) {
        answered(number);
    }
}

/// The connection broke, or nothing came: the request is sent again, on another one.
void Sender::Loop::fail(std::uint32_t number) {
    auto& seat = seats_[number];
    seat.socket.reset();
    seat.on_its_way = 0;
    if (!seat.is_busy) {
        return;  // the server closed what was idle
    }
    if (seat.tries >= options_.tries) {
        end(number, 0);
        return;
    }
    seat.is_busy = false;
    // Not all at the same moment; and none comes back sooner for having failed more often.
    seat.retry_at = steady_micros() + kRetryAfter * seat.tries + number % 97 * 1000;
    retries_.emplace(seat.retry_at, number);
}

void Sender::Loop::answered(std::uint32_t number) {
    options_.network.is_direct() ? take_answer(number) : travel(number);
}

void Sender::Loop::take_answer(std::uint32_t number) {
    auto& seat = seats_[number];
    heard_at_ = steady_micros();
    const auto status = seat.answer.status();
    if (status >= 500 && seat.tries < options_.tries) {
        fail(number);
        return;
    }
    const auto& step = step_of(seat);
    if (is_taken(status) && step.ask == Ask::paper && !paper) {
        paper = parse_paper(seat.answer.body(), subject_.right);
    } else if (is_taken(status) && step.ask == Ask::log_in) {
        seat.token = parse_token(seat.answer.body());
    } else if (is_taken(status) && wants_body(step)) {
        read_(step, seat.answer.body());
    }
    end(number, status);
}

/// Status 0: it was given up.
void Sender::Loop::end(std::uint32_t number, int status) {
    auto& seat = seats_[number];
    const auto& step = step_of(seat);
    const auto now = steady_micros();
    auto& asks = tally.of(step.ask);
    auto& second = second_of(step.at);
    const int wrong = is_right_end(step.ask, status, seat.tries) ? 0 : 1;
    ++asks.done;
    asks.wrong += wrong;
    second.wrong += wrong;
    pulse([&](auto& pulse) {
        pulse.wrong += wrong;
        pulse.response.add(now - zero_ - step.at);
    });
    asks.response.add(now - zero_ - step.at);
    asks.service.add(now - seat.sent_at);
    if (step.ask != Ask::metrics) {
        second.response.add(now - zero_ - step.at);
    }
    settle_journal(seat, step, status);
    if (step.ask == Ask::forgotten && is_taken(status)) {
        mails_asked.emplace_back(number, to_millis(clock_.now()));
    }
    if ((step.ask == Ask::start || step.ask == Ask::submit) && is_taken(status)) {
        let_in[number] = true;
    }
    seat.waiting.pop_front();
    seat.is_busy = false;
    seat.tries = 0;
    seat.retry_at = 0;
    seat.on_its_way = 0;
    seat.journal_at = -1;
    --open_;
    if (!seat.waiting.empty()) {
        retries_.emplace(now, number);  // not by recursion: a thousand may be given up in a row
    }
}

void Sender::Loop::settle_journal(const Seat& seat, const Step& step, int status) {
    if (seat.journal_at < 0) {
        return;
    }
    // A refusal says nothing of the tries before it, which may have been taken.
    const auto fate = is_taken(status)                                   ? Fate::acknowledged
                      : status >= 400 && status < 500 && seat.tries == 1 ? Fate::refused
                                                                         : Fate::unknown;
    for (std::uint32_t i = 0; i < answers_of(step); ++i) {
        auto& line = journal[static_cast<std::size_t>(seat.journal_at) + i];
        line.fate = fate;
        line.told_at = status == 0 ? 0 : to_millis(clock_.now());
    }
    tell_entries(seat, step);
}

void Sender::Loop::tell_entries(const Seat& seat, const Step& step) {
    if (options_.tells_entries) {
        entries.add(journal, static_cast<std::size_t>(seat.journal_at), answers_of(step));
    }
}

Sender::Sender(const Dial& dial, const Subject& subject, SenderOptions options, BodyReader read)
    : loop_(std::make_unique<Loop>(dial, subject, options, std::move(read))) {}

Sender::~Sender() = default;

void Sender::know(Paper paper) {
    loop_->paper = std::move(paper);
}

void Sender::run(const std::vector<Step>& plan, std::int64_t begin) {
    loop_->run(plan, begin);
}

const Tally& Sender::tally() const {
    return loop_->tally;
}

const std::optional<Paper>& Sender::paper() const {
    return loop_->paper;
}

std::vector<JournalLine> Sender::take_journal() {
    return std::move(loop_->journal);
}

const std::vector<std::pair<std::uint32_t, std::int64_t>>& Sender::mails_asked() const {
    return loop_->mails_asked;
}

const std::vector<bool>& Sender::let_in() const {
    return loop_->let_in;
}

SecondTally Sender::take_pulse() {
    return loop_->take_pulse();
}

std::vector<JournalEntry> Sender::take_entries() {
    return loop_->entries.take();
}

}  // namespace tripos::loadtest

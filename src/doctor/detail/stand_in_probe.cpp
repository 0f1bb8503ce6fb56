// SPDX-License-Identifier: MIT
#include "doctor/detail/stand_in_probe.hpp"

#include "core/text.hpp"
#include "doctor/detail/own_client.hpp"

namespace tripos::doctor {

namespace {

using redis::Arguments;
using redis::Reply;
using std::chrono::milliseconds;

/// The value behind a name in a list of both; nothing: it is not there.
std::optional<std::int64_t> number_in(const Reply& list, std::string_view name) {
    for (std::size_t i = 0; i + 1 < list.elements.size(); i += 2) {
        if (list.elements[i].text == name) {
            return parse_int(list.elements[i + 1].text);
        }
    }
    return std::nullopt;
}

/// The first Sentinel that answers speaks for all.
void ask_sentinels(asio::io_context& context, const redis::Address& address, StandInLook& look) {
    for (const auto& node : address.nodes) {
        const auto way = run_blocking(context, redis::reach(context, OwnClient::options(node)));
        if (way.step != redis::Step::done) {
            continue;
        }
        std::vector<Arguments> questions;
        questions.push_back({"SENTINEL", "CKQUORUM", address.master});
        questions.push_back({"SENTINEL", "MASTER", address.master});
        OwnClient sentinel(context, node);
        const auto replies = run_blocking(context, sentinel.get().pipeline(std::move(questions)));
        look.unmasterable = replies[0].is_error() ? replies[0].text : "";
        look.down_after =
            milliseconds(number_in(replies[1], "down-after-milliseconds").value_or(0));
        return;
    }
}

void ask_lag(asio::io_context& context, redis::Client& master, StandInLook& look) {
    std::vector<Arguments> questions;
    questions.push_back({"CONFIG", "GET", "min-replicas-to-write"});
    questions.push_back({"CONFIG", "GET", "min-replicas-max-lag"});
    const auto replies = run_blocking(context, master.pipeline(std::move(questions)));
    look.least_replicas = number_in(replies[0], "min-replicas-to-write");
    look.most_lag = milliseconds(1'000 * number_in(replies[1], "min-replicas-max-lag").value_or(0));
}

/// Only the owner's own line of CLUSTER NODES tells: `[slot->-node]`, `[slot-<-node]`.
void ask_slot(asio::io_context& context, redis::Client& master, const std::string& slot_key,
              StandInLook& look) {
    std::vector<Arguments> questions;
    questions.push_back({"CLUSTER", "KEYSLOT", slot_key});
    questions.push_back({"CLUSTER", "NODES"});
    const auto replies = run_blocking(context, master.pipeline(std::move(questions)));
    const auto mark = "[" + std::to_string(replies[0].integer) + "-";
    for (const auto line : split(replies[1].text, '\n')) {
        if (line.find("myself") == std::string_view::npos) {
            continue;
        }
        for (const auto word : split(line, ' ')) {
            if (word.starts_with(mark)) {
                look.moving = word;
            }
        }
    }
}

}  // namespace

std::optional<StandInLook> look_at_stand_ins(asio::io_context& context, redis::Client& master,
                                             const redis::Address& address,
                                             const std::string& slot_key) {
    StandInLook look{.is_cluster = address.kind == redis::Address::Kind::cluster};
    switch (address.kind) {
        case redis::Address::Kind::fixed:
            return std::nullopt;
        case redis::Address::Kind::sentinel:
            ask_sentinels(context, address, look);
            ask_lag(context, master, look);
            return look;
        case redis::Address::Kind::cluster:
            ask_slot(context, master, slot_key, look);
            return look;
    }
    return std::nullopt;
}

}  // namespace tripos::doctor

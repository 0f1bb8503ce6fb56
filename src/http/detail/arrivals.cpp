// SPDX-License-Identifier: MIT
#include "http/detail/arrivals.hpp"

namespace tripos::http::detail {

namespace {

/// Whoever has one address of a /64 has all of them.
std::string client_of(const boost::asio::ip::address& address) {
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        return {bytes.begin(), bytes.end()};
    }
    const auto bytes = address.to_v6().to_bytes();
    return {bytes.begin(), bytes.begin() + 8};
}

}  // namespace

Arrivals::Share::Share(Arrivals& all, const boost::asio::ip::address& address, bool exempt)
    : all_(all), address_(address), exempt_(exempt) {}

Arrivals::Share::~Share() {
    complete();
    body(0);
}

bool Arrivals::Share::half() {
    if (exempt_ || is_half_) {
        return true;
    }
    const std::lock_guard lock(all_.mutex_);
    auto& count = all_.halves_[client_of(address_)];
    if (count >= all_.limits_.per_address) {
        return false;
    }
    ++count;
    is_half_ = true;
    return true;
}

void Arrivals::Share::complete() {
    if (!std::exchange(is_half_, false)) {
        return;
    }
    const std::lock_guard lock(all_.mutex_);
    const auto found = all_.halves_.find(client_of(address_));
    if (--found->second == 0) {
        all_.halves_.erase(found);
    }
}

bool Arrivals::Share::body(std::size_t bytes) {
    const auto before = std::exchange(bytes_, bytes);
    if (bytes <= before) {
        all_.bytes_ -= before - bytes;
        return true;
    }
    return (all_.bytes_ += bytes - before) <= all_.limits_.body_bytes;
}

}  // namespace tripos::http::detail

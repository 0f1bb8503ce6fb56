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
    auto& taken = all_.taken_[client_of(address_)];
    is_half_ = taken.halves < all_.limits_.per_address;
    taken.halves += is_half_ ? 1 : 0;
    give_back_if_none(taken);
    return is_half_;
}

void Arrivals::Share::complete() {
    if (!std::exchange(is_half_, false)) {
        return;
    }
    const std::lock_guard lock(all_.mutex_);
    auto& taken = all_.taken_[client_of(address_)];
    --taken.halves;
    give_back_if_none(taken);
}

bool Arrivals::Share::body(std::size_t bytes) {
    if (bytes == bytes_) {
        return true;
    }
    const std::lock_guard lock(all_.mutex_);
    const auto before = std::exchange(bytes_, bytes);
    all_.bytes_ += bytes - before;  // modulo 2^64, as is right for less, too
    bool fits = all_.bytes_ <= all_.limits_.body_bytes;
    if (!exempt_) {
        auto& taken = all_.taken_[client_of(address_)];
        taken.bytes += bytes - before;
        fits = fits && taken.bytes <= all_.limits_.body_bytes / 4;
        give_back_if_none(taken);
    }
    return fits || bytes < before;
}

void Arrivals::Share::give_back_if_none(Taken& taken) {
    if (taken.halves == 0 && taken.bytes == 0) {
        all_.taken_.erase(client_of(address_));
    }
}

}  // namespace tripos::http::detail

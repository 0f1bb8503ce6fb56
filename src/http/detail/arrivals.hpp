// SPDX-License-Identifier: MIT
#pragma once
// Arrivals: what is on its way to the server over all its connections, so that neither one client's
// half-sent requests nor everybody's bodies together take what others need. Only requests that do
// not come in one piece are counted; the common one costs nothing here.

#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace tripos::http::detail {

struct ArrivalLimits {
    std::size_t body_bytes = 0;   ///< of all bodies in memory; one client may have a quarter
    std::size_t per_address = 0;  ///< half-received requests of one client; IPv6 counts by /64
};

/// Thread-safe.
class Arrivals {
  public:
    explicit Arrivals(ArrivalLimits limits) : limits_(limits) {}

    struct Taken {
        std::size_t halves = 0;
        std::size_t bytes = 0;
    };

    /// One connection's share; gives back what it took when it ends. Not thread-safe. Arrivals
    /// outlives it.
    class Share {
      public:
        /// Requests of trusted proxies are `exempt` from the count by address: they speak for many.
        Share(Arrivals& all, const boost::asio::ip::address& address, bool exempt);
        ~Share();
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

        /// A request has arrived in part; false: this client has too many of these. Until
        /// complete().
        bool half();
        void complete();
        /// The body has so many bytes now; false: all bodies together have too many, or this
        /// client's.
        bool body(std::size_t bytes);

      private:
        void give_back_if_none(Taken& taken);

        Arrivals& all_;
        const boost::asio::ip::address& address_;
        const bool exempt_;
        bool is_half_ = false;
        std::size_t bytes_ = 0;
    };

  private:
    const ArrivalLimits limits_;
    std::mutex mutex_;
    std::size_t bytes_ = 0;                         ///< of everybody
    std::unordered_map<std::string, Taken> taken_;  ///< by address; only who has taken something
};

}  // namespace tripos::http::detail

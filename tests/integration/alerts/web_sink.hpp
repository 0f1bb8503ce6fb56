// SPDX-License-Identifier: MIT
#pragma once
// WebSink: takes HTTP requests on loopback and keeps them. Thread-safe.

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tripos::alerts::test {

class WebSink {
  public:
    struct Request {
        std::string target;                          ///< "POST /hook"
        std::map<std::string, std::string> headers;  ///< names in lower case
        std::string body;

        std::string header(const std::string& name) const;
    };

    WebSink();
    ~WebSink();
    WebSink(const WebSink&) = delete;
    WebSink& operator=(const WebSink&) = delete;

    std::string url(const std::string& path) const;
    std::vector<Request> requests() const;
    void answer_with(int status) { status_ = status; }
    /// From now on requests get no answer.
    void hang() { status_ = 0; }

  private:
    void serve();
    void answer(int connection);

    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> status_{200};
    mutable std::mutex mutex_;
    std::vector<Request> requests_;
    std::vector<int> held_;
    std::thread thread_;
};

}  // namespace tripos::alerts::test

// SPDX-License-Identifier: MIT
#pragma once
// ControlSession: who answers the commands of one run of the program: the server that runs on the
// data folder, or, when none does, an Application of this process that lives as long as the
// session.

#include <boost/json/object.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/config.hpp"
#include "app/control_client.hpp"

namespace tripos::app {

class Application;

/// What a command does where there is no site: it makes one only if it was asked to.
enum class NewSite { refused, may_be_made };

struct SessionAnswer {
    int status = 0;
    boost::json::object members;
};

/// Thread-safe. `config` outlives it.
class ControlSession {
  public:
    explicit ControlSession(const Config& config, NewSite new_site = NewSite::refused);
    ~ControlSession();
    ControlSession(const ControlSession&) = delete;
    ControlSession& operator=(const ControlSession&) = delete;

    /// Blocking; waits for a server that is starting, or stopping. Throws SystemError when the
    /// exchange breaks or the server that answered before is gone, StartFailure when this process
    /// cannot do it.
    SessionAnswer ask(const std::string& path, const boost::json::object& body);
    /// succeeded() of ask().
    std::optional<boost::json::object> succeed(const std::string& path,
                                               const boost::json::object& body);

  private:
    std::optional<ControlAnswer> ask_server(const std::string& path, const std::string& text);
    Application& own();

    const Config& config_;
    const NewSite new_site_;
    std::mutex mutex_;
    bool server_answered_ = false;
    std::unique_ptr<Application> own_;
};

/// An answer that is an error is printed on standard error, and nothing is returned.
std::optional<boost::json::object> succeeded(SessionAnswer answer);

/// Prints an answer of succeed(), as the JSON it is or as `text` has it. The exit code.
int print_answer(const std::optional<boost::json::object>& answer, bool as_json,
                 const std::function<std::string()>& text);

}  // namespace tripos::app

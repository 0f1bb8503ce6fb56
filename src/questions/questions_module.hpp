// SPDX-License-Identifier: MIT
#pragma once
// QuestionsModule: the question bank, put together.

#include "module/module.hpp"
#include "questions/question_api.hpp"

namespace tripos::questions {

struct QuestionsOptions {
    std::chrono::seconds ttl{7200};  ///< of a cached question
};

class QuestionsModule final : public Module {
  public:
    QuestionsModule(const Parts& parts, const accounts::Guard& guard,
                    const QuestionsOptions& options);

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router) override;

    QuestionService& questions() { return questions_; }

  private:
    const accounts::Guard& guard_;
    QuestionService questions_;
};

}  // namespace tripos::questions

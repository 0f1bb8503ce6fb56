// SPDX-License-Identifier: MIT
#include "questions/questions_module.hpp"

namespace tripos::questions {

QuestionsModule::QuestionsModule(const Parts& parts, const accounts::Guard& guard,
                                 const QuestionsOptions& options)
    : guard_(guard), questions_(parts, options.ttl) {}

std::vector<sql::Migration> QuestionsModule::migrations() {
    return question_store::migrations();
}

void QuestionsModule::add_routes(http::Router& router) {
    add_question_routes(router, guard_, questions_);
}

}  // namespace tripos::questions

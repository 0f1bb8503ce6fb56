// SPDX-License-Identifier: MIT
#include "results/result_mail.hpp"

#include "mail/templates.hpp"

namespace tripos::results {

notices::OutgoingMail mail_to(const accounts::Addressee& candidate, const exams::Exam& exam,
                              const std::string& site, News news) {
    const mail::ResultModel model{
        .full_name = candidate.full_name, .exam_title = exam.title, .link = site};
    auto rendered = news == News::published ? mail::render_results_published(model)
                                            : mail::render_result_corrected(model);
    return {.kind = news == News::published ? "results_published" : "result_corrected",
            .to = candidate.address.text,
            .subject = std::move(rendered.subject),
            .html = std::move(rendered.html),
            .priority = notices::Priority::normal(),
            .user_id = candidate.id};
}

}  // namespace tripos::results

// SPDX-License-Identifier: MIT
#include "attempts/paper.hpp"

#include <algorithm>

#include "module/segments.hpp"

namespace tripos::attempts {

namespace {

constexpr char kPaperFormat = 'U';

/// The question's object, open at the value of its last member.
std::string question_json(const PaperQuestion& entry) {
    http::JsonWriter json;
    entity::write(json.begin_object(), entry.question, kPaperMembers);
    entity::write_all(json.name("options"), entry.options, questions::kShownMembers);
    return json.name("studentAnswer").take();
}

PaperSummary summary_of(const exams::Exam& exam, const std::vector<PaperQuestion>& questions) {
    PaperSummary summary{
        .has_formulas = questions::has_formula(questions::Format::markdown, exam.instructions)};
    for (const auto& entry : questions) {
        const auto has_formula = [&](const std::string& text) {
            return questions::has_formula(entry.question.format, text);
        };
        ++summary.question_count;
        summary.total_marks += entry.question.marks;
        summary.has_formulas |= has_formula(entry.question.statement) ||
                                std::any_of(entry.options.begin(), entry.options.end(),
                                            [&](const auto& one) { return has_formula(one.text); });
    }
    return summary;
}

/// One for each question of the paper, in its order.
std::vector<std::string_view> answers_in_order(const Paper& paper,
                                               const std::vector<SavedAnswer>& answers) {
    std::vector<std::string_view> ordered(paper.questions().size(), "null");
    for (const auto& answer : answers) {
        if (const auto* question = paper.find(answer.question_id)) {
            ordered[static_cast<std::size_t>(question - paper.questions().data())] = answer.json;
        }
    }
    return ordered;
}

}  // namespace

std::string encode_paper(const exams::Exam& exam, const std::vector<PaperQuestion>& questions) {
    SegmentWriter out(kPaperFormat);
    const auto summary = summary_of(exam, questions);
    out.number(summary.question_count).number(summary.total_marks);
    out.number(summary.has_formulas ? 1 : 0);
    auto head = http::success_body("Attempt fetched");
    entity::write(head.name("exam").begin_object(), exam, kPaperExamMembers);
    entity::write(head, summary, kSummaryMembers);
    out.text(head.name("questions").begin_array().take());
    out.number(static_cast<std::int64_t>(questions.size()));
    std::string_view before;
    for (const auto& entry : questions) {
        out.text(entry.question.question_id).number(static_cast<std::int64_t>(entry.question.type));
        out.number(static_cast<std::int64_t>(entry.options.size()));
        for (const auto& option : entry.options) {
            out.text(option.id);
        }
        out.text(std::string(before) + question_json(entry));
        before = "},";
    }
    return out.take();
}

std::size_t decoded_bytes(const Paper& paper) {
    constexpr std::size_t kNode = 64;  // of the table of places, about
    std::size_t bytes = paper.packed_size_ + paper.pieces_.capacity() * sizeof(http::GzipPiece) +
                        paper.questions_.capacity() * sizeof(Paper::Question) +
                        paper.places_.size() * kNode;
    for (const auto& question : paper.questions_) {
        bytes += question.option_ids.capacity() * sizeof(std::string_view);
    }
    return bytes;
}

std::optional<Paper> Paper::read(std::shared_ptr<const std::string> bytes) {
    Paper paper;
    SegmentReader in(*bytes, kPaperFormat);
    paper.bytes_ = std::move(bytes);
    paper.summary_.question_count = in.number();
    paper.summary_.total_marks = in.number();
    paper.summary_.has_formulas = in.number() != 0;
    paper.head_ = in.text();
    paper.questions_.resize(in.count());
    for (auto& question : paper.questions_) {
        question.id = in.text();
        question.type = static_cast<questions::QuestionType>(in.number());
        question.option_ids.resize(in.count());
        for (auto& id : question.option_ids) {
            id = in.text();
        }
        question.json = in.text();
        paper.places_.emplace(question.id, paper.places_.size());
    }
    if (!in.ok()) {
        return std::nullopt;
    }
    paper.pack();
    return paper;
}

void Paper::pack() {
    std::vector<std::string_view> texts{head_};
    for (const auto& question : questions_) {
        texts.push_back(question.json);
    }
    pieces_ = http::compress_pieces(texts);
    for (const auto& piece : pieces_) {
        packed_size_ += piece.deflated.size();
    }
}

const Paper::Question* Paper::find(std::string_view question_id) const {
    const auto found = places_.find(question_id);
    return found == places_.end() ? nullptr : &questions_[found->second];
}

namespace {

/// What frames one answer in a stored block.
constexpr std::size_t kBlockBytes = 5;
constexpr std::size_t kTailBytes = 256;

class PlainPage {
  public:
    PlainPage(const Paper& paper, std::size_t answer_bytes) {
        out_.reserve(paper.size() + answer_bytes + kTailBytes);
    }
    void add(std::string_view ready_made, const http::GzipPiece&) { out_ += ready_made; }
    void add(std::string_view text) { out_ += text; }
    std::string finish() { return std::move(out_); }

  private:
    std::string out_;
};

class PackedPage {
  public:
    PackedPage(const Paper& paper, std::size_t answer_bytes)
        : body_(paper.packed_size() + answer_bytes + paper.questions().size() * kBlockBytes +
                kTailBytes) {}
    void add(std::string_view, const http::GzipPiece& piece) { body_.add(piece); }
    void add(std::string_view text) { body_.add(text); }
    std::string finish() { return body_.finish(); }

  private:
    http::GzipBody body_;
};

template <class Page>
std::string write_page(Page page, const Paper& paper, const std::vector<SavedAnswer>& answers,
                       std::string_view tail) {
    const auto& questions = paper.questions();
    const auto ordered = answers_in_order(paper, answers);
    page.add(paper.head(), paper.pieces().front());
    for (std::size_t i = 0; i < questions.size(); ++i) {
        page.add(questions[i].json, paper.pieces()[i + 1]);
        page.add(ordered[i]);
    }
    page.add(tail);
    return page.finish();
}

}  // namespace

std::string attempt_page(const Paper& paper, const std::vector<SavedAnswer>& answers,
                         std::string_view members, PageCoding coding) {
    std::string tail(paper.questions().empty() ? "]}," : "}]},");
    tail.append(members).append("}");
    std::size_t answer_bytes = 0;
    for (const auto& answer : answers) {
        answer_bytes += answer.json.size();
    }
    return coding == PageCoding::gzip
               ? write_page(PackedPage(paper, answer_bytes), paper, answers, tail)
               : write_page(PlainPage(paper, answer_bytes), paper, answers, tail);
}

}  // namespace tripos::attempts

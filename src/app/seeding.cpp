// SPDX-License-Identifier: MIT
#include "app/seeding.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "app/demo_data.hpp"
#include "core/assert.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

constexpr int kDemoCandidates = 30;
constexpr int kSimulated = 12;  // the last of them
constexpr const char* kLoadDomain = "@load.example";

constexpr std::array<const char*, kDemoCandidates> kNames = {
    "Asha Rao",    "Bela Sen",    "Chirag Mehta",  "Devika Nair", "Eshan Gupta",  "Farah Khan",
    "Gautam Iyer", "Hema Das",    "Ishan Roy",     "Jaya Pillai", "Kabir Sinha",  "Leela Bose",
    "Manav Joshi", "Nisha Verma", "Omkar Patil",   "Pooja Shah",  "Qasim Ali",    "Ritu Ghosh",
    "Samir Dutta", "Tara Menon",  "Uday Kulkarni", "Vani Reddy",  "Wasim Akhtar", "Xavier Dsouza",
    "Yamini Basu", "Zoya Mirza",  "Arun Thomas",   "Bindu Kumar", "Chetan Yadav", "Diya Chopra"};

mail::Address address_of(const std::string& text) {
    auto address = mail::parse_address(text);
    TRIPOS_ASSERT(address.has_value());
    return std::move(*address);
}

/// candidate01@..., in the order of kNames.
std::string numbered_email(int number) {
    return std::string("candidate") + (number < 10 ? "0" : "") + std::to_string(number) +
           "@tripos.example";
}

/// A complete profile, different from candidate to candidate.
accounts::Profile demo_profile(int number) {
    constexpr std::array departments = {"CST", "EE", "ME", "IT", "CE"};
    constexpr std::array years = {"ONE", "TWO", "THREE", "FOUR"};
    constexpr std::array semesters = {"S2", "S4", "S6", "S8"};
    const auto index = static_cast<std::size_t>(number);
    return {.enrollment_number = "2026DEMO" + std::to_string(100 + number),
            .course = "BTECH",
            .department = departments[index % departments.size()],
            .year = years[index % years.size()],
            .semester = semesters[index % semesters.size()]};
}

/// A password a person can type: 20 characters, 80 bits.
std::string fresh_password(Random& random) {
    auto text = random.hex(10);
    for (const std::size_t dash : {5U, 11U, 17U}) {
        text.insert(dash, 1, '-');
    }
    return text;
}

/// Right or wrong as it happens.
json::object any_answer(const LoadQuestion& question, Random& random) {
    json::object answer;
    answer["questionId"] = question.id;
    answer["clientId"] = "simulated";
    if (question.option_ids.empty()) {
        answer["numericalAnswer"] = random.below(10);
    } else {
        const auto count = static_cast<std::uint32_t>(question.option_ids.size());
        answer["selectedOptionIds"] =
            json::array{json::string(question.option_ids[random.below(count)])};
    }
    return answer;
}

json::object single_choice(std::int64_t number) {
    const auto title = "Question " + std::to_string(number + 1);
    json::array options;
    for (int option = 0; option < 4; ++option) {
        options.push_back({{"text", "Answer " + std::to_string(option + 1) + " of " + title +
                                        ": some text of a usual length"},
                           {"isCorrect", option == number % 4}});
    }
    return {
        {"statement", title + ": which of the four statements below follows from the definition "
                              "given in the lecture, if no "
                              "further assumption is made about the order of the elements?"},
        {"questionType", "SINGLE_CORRECT"},
        {"domain", "load"},
        {"options", std::move(options)}};
}

http::Request posting(std::string path, const std::string& token, const json::object& body,
                      Timestamp now) {
    http::Request request{
        .method = http::Method::post,
        .path = std::move(path),
        .headers = {{"authorization", "Bearer " + token}, {"content-type", "application/json"}},
        .body = json::serialize(body)};
    request.peer = "127.0.0.1";  // as whoever asks from this machine
    request.arrived_at = now;
    return request;
}

}  // namespace

Seeding::Seeding(sql::Database& database, Services& services, const http::Router& router,
                 const Clock& clock, Random& random)
    : database_(database), services_(services), router_(router), clock_(clock), random_(random) {}

Task<std::optional<DemoLogins>> Seeding::demo(Cohort cohort) {
    const auto users = co_await services_.accounts().users().list("", http::Page());
    if (users.total > 0) {
        co_return std::nullopt;
    }
    const auto people = kDemoCandidates - (cohort == Cohort::writes ? kSimulated : 0);
    DemoLogins logins{.admin_email = "admin@tripos.example",
                      .admin_password = fresh_password(random_),
                      .candidate_email_first = numbered_email(1),
                      .candidate_email_last = numbered_email(people),
                      .candidate_password = fresh_password(random_)};
    auto& hasher = services_.accounts().hasher();
    const auto admin_hash = co_await hasher.hash(Secret(logins.admin_password));
    const auto candidate_hash = co_await hasher.hash(Secret(logins.candidate_password));
    accounts::NewUser admin{.full_name = "Demo Admin",
                            .email = address_of(logins.admin_email),
                            .password_hash = admin_hash,
                            .roles = {accounts::Role::admin}};
    co_await add_user(std::move(admin));
    std::vector<std::string> candidates;
    for (int number = 1; number <= kDemoCandidates; ++number) {
        accounts::NewUser candidate{.full_name = kNames[static_cast<std::size_t>(number - 1)],
                                    .email = address_of(numbered_email(number)),
                                    .password_hash = candidate_hash,
                                    .profile = demo_profile(number)};
        if (number > people) {
            candidate.full_name += " (simulated)";
        }
        candidates.push_back(co_await add_user(std::move(candidate)));
    }
    logins.simulated.assign(candidates.begin() + people, candidates.end());
    const auto exams = co_await seed_demo(database_, clock_, random_, std::move(candidates));
    logins.live_id = exams.live_id;
    co_return logins;
}

Task<> Seeding::sit(std::string user_id, std::string exam_id) {
    co_await pause(0, 20);
    const auto token = co_await log_in(std::move(user_id), accounts::Roles());
    const auto attempt = "/api/exam-attempt/" + exam_id;
    const auto has_started = co_await try_post(attempt + "/start", token, json::object());
    if (!has_started) {
        co_return;
    }
    const auto questions = co_await paper(exam_id, token);
    for (const auto& question : questions) {
        co_await pause(4, 30);
        auto answer = any_answer(question, random_);
        const auto is_saved = co_await try_post(attempt + "/save", token, std::move(answer));
        if (!is_saved) {
            co_return;
        }
    }
    co_await pause(60, 600);
    co_await try_post(attempt + "/submit", token, json::object());
}

Task<> Seeding::pause(std::uint32_t least_seconds, std::uint32_t most_seconds) {
    const auto seconds = least_seconds + random_.below(most_seconds - least_seconds + 1);
    co_await sleep_for(std::chrono::seconds(seconds));
}

Task<LoadSet> Seeding::load_set(LoadParams params) {
    const auto run = random_.hex(4);  // several load sets may live in one database
    accounts::NewUser staff_user{.full_name = "Load Staff",
                                 .email = address_of("staff-" + run + kLoadDomain),
                                 .roles = {accounts::Role::admin}};
    const auto staff_id = co_await add_user(std::move(staff_user));
    const accounts::Roles admin{accounts::Role::admin};
    LoadSet set;
    std::string hash;
    if (params.has_password) {
        set.password = fresh_password(random_);
        hash = co_await services_.accounts().hasher().hash(Secret(set.password));
    }
    set.staff_token = co_await log_in(staff_id, admin);
    for (std::int64_t number = 0; number < params.candidates; ++number) {
        set.emails.push_back("candidate-" + run + "-" + std::to_string(number) + kLoadDomain);
        accounts::NewUser user{.full_name = "Load Candidate",
                               .email = address_of(set.emails.back()),
                               .password_hash = hash};
        const auto user_id = co_await add_user(std::move(user));
        set.tokens.push_back(co_await log_in(user_id, accounts::Roles()));
        set.user_ids.push_back(user_id);
    }
    set.user_ids.push_back(staff_id);
    co_await create_exam(set, params);
    if (params.opens_in) {
        co_return set;
    }
    for (const auto& token : set.tokens) {
        co_await post("/api/exam-attempt/" + set.exam_id + "/start", token, json::object());
        if (set.questions.empty()) {
            set.questions = co_await paper(set.exam_id, token);
        }
        co_await save_answers(set.exam_id, token, set.questions, params.answers);
    }
    co_return set;
}

Task<Result<std::int64_t>> Seeding::erase(std::vector<std::string> user_ids) {
    auto& users = services_.accounts().users();
    std::int64_t erased = 0;
    for (const auto& user_id : user_ids) {
        const auto found = co_await users.find(user_id);
        if (!found) {
            continue;
        }
        if (!found->user.email.ends_with(kLoadDomain)) {
            co_return conflict("not_seeded", "The account " + user_id +
                                                 " was not made for a load test: nothing but "
                                                 "those is erased");
        }
        const auto done = co_await users.remove(audit::system(), user_id);
        if (!done) {
            co_return done.error();
        }
        ++erased;
    }
    co_return erased;
}

Task<std::string> Seeding::add_user(accounts::NewUser user) {
    auto id = co_await services_.accounts().signup().create_user(std::move(user), audit::system());
    if (!id) {
        throw SystemError("seed", id.error().message);
    }
    co_return *id;
}

Task<std::string> Seeding::log_in(std::string user_id, accounts::Roles roles) {
    accounts::User user{.id = std::move(user_id), .roles = roles, .email_verified = true};
    auto open = [this, user = std::move(user)](sql::Session& session) {
        return services_.accounts().sessions().open(session, user, {});
    };
    co_return co_await database_.write(std::move(open));
}

Task<json::object> Seeding::get(std::string path, std::string token) {
    http::Request request{.method = http::Method::get,
                          .path = std::move(path),
                          .headers = {{"authorization", "Bearer " + token}}};
    co_return co_await send(std::move(request));
}

Task<json::object> Seeding::post(std::string path, std::string token, json::object body) {
    auto request = posting(std::move(path), token, body, clock_.now());
    co_return co_await send(std::move(request));
}

Task<bool> Seeding::try_post(std::string path, std::string token, json::object body) {
    auto request = posting(std::move(path), token, body, clock_.now());
    const auto response = co_await router_.dispatch(request);
    co_return response.status < 300;
}

/// One request to the API, as a client would send it; throws when it is not answered with success.
Task<json::object> Seeding::send(http::Request request) {
    const auto response = co_await router_.dispatch(request);
    if (response.status >= 300) {
        throw SystemError("seed", request.path + " answered " + response.body);
    }
    co_return json::parse(response.body).as_object();
}

Task<> Seeding::create_exam(LoadSet& set, LoadParams params) {
    json::array additions;
    for (std::int64_t number = 0; number < params.questions; ++number) {
        auto question = single_choice(number);
        for (const auto& option : question.at("options").as_array()) {
            if (option.at("isCorrect").as_bool()) {
                set.right.emplace_back(option.at("text").as_string());
            }
        }
        const auto created =
            co_await post("/api/question/create", set.staff_token, std::move(question));
        additions.push_back({{"questionId", created.at("data").at("id")}, {"marks", 1}});
    }
    set.opens_at = clock_.now() + params.opens_in.value_or(-std::chrono::minutes(1));
    set.ends_at = set.opens_at + params.lasts;
    json::object exam;
    exam["title"] = "Load exam";
    exam["description"] = "An exam that exists to be loaded";
    // Not less than the window: everybody's deadline is the end of the exam.
    exam["durationMinutes"] = std::chrono::ceil<std::chrono::minutes>(params.lasts).count();
    exam["startTime"] = to_iso8601(set.opens_at);
    exam["endTime"] = to_iso8601(set.ends_at);
    const auto created = co_await post("/api/exam/create", set.staff_token, std::move(exam));
    set.exam_id = std::string(created.at("exam").at("id").as_string());
    json::object change;
    change["addQuestionIds"] = std::move(additions);
    const auto path = "/api/exam/" + set.exam_id;
    co_await post(path + "/questions", set.staff_token, std::move(change));
    co_await post(path + "/publish", set.staff_token, json::object());
}

Task<std::vector<LoadQuestion>> Seeding::paper(std::string exam_id, std::string token) {
    const auto page = co_await get("/api/exam-attempt/" + exam_id + "/attempt", token);
    std::vector<LoadQuestion> questions;
    for (const auto& question : page.at("exam").at("questions").as_array()) {
        LoadQuestion entry{.id = std::string(question.at("id").as_string())};
        for (const auto& option : question.at("options").as_array()) {
            entry.option_ids.emplace_back(option.at("id").as_string());
        }
        questions.push_back(std::move(entry));
    }
    co_return questions;
}

Task<> Seeding::save_answers(std::string exam_id, std::string token,
                             const std::vector<LoadQuestion>& questions, std::int64_t count) {
    for (std::size_t i = 0; i < questions.size() && static_cast<std::int64_t>(i) < count; ++i) {
        json::array selected;
        selected.push_back(
            json::string(questions[i].option_ids[i % questions[i].option_ids.size()]));
        json::object answer;
        answer["questionId"] = questions[i].id;
        answer["selectedOptionIds"] = std::move(selected);
        co_await post("/api/exam-attempt/" + exam_id + "/save", token, std::move(answer));
    }
}

}  // namespace tripos::app

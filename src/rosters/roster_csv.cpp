// SPDX-License-Identifier: MIT
#include "rosters/roster_csv.hpp"

#include <utility>

#include "mail/address.hpp"

namespace tripos::rosters {

namespace {

constexpr std::size_t kLongestNumber = 50;
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestEmail = 254;
constexpr std::string_view kNumber = "enrollmentNumber";
constexpr std::string_view kEmail = "email";
constexpr std::string_view kName = "fullName";

accounts::Enrolment read_person(SheetRow& row) {
    accounts::Enrolment person;
    person.number = row.needed_text(kNumber, kLongestNumber);
    if (!person.number.empty() && accounts::enrolment_key(person.number).empty()) {
        row.reject(kNumber, "has nothing but blanks");
    }
    const auto email = row.needed_text(kEmail, kLongestEmail);
    if (auto address = mail::parse_address(email)) {
        person.email = std::move(*address);
    } else if (!email.empty()) {
        row.reject(kEmail, "is no e-mail address");
    }
    person.full_name = row.needed_text(kName, kLongestName);
    return person;
}

}  // namespace

SheetColumn number_column() {
    return {.name = kNumber, .spellings = {"enrolmentnumber", "enrollmentno", "enrolmentno"}};
}

SheetColumn email_column() {
    return {.name = kEmail, .spellings = {"e-mail", "emailaddress", "mail"}};
}

Roster read_roster(std::string_view csv) {
    Roster roster;
    const SheetColumn name{.name = kName, .spellings = {"name", "studentname", "candidate"}};
    const Sheet sheet(csv, {number_column(), email_column(), name}, roster.problems);
    for (const auto column : {kNumber, kEmail, kName}) {
        if (!sheet.has(column)) {
            roster.problems.push_back(
                {.row = 1, .column = std::string(column), .message = "there is no such column"});
        }
    }
    OncePerSheet numbers;
    OncePerSheet addresses;
    sheet.visit([&](SheetRow& row) {
        auto person = read_person(row);
        if (!row.is_good()) {
            return;
        }
        if (auto twice = numbers.problem_of(accounts::enrolment_key(person.number), row.number())) {
            row.reject(kNumber, std::move(*twice));
        } else if (auto same = addresses.problem_of(person.email.canonical, row.number())) {
            row.reject(kEmail, std::move(*same));
        } else {
            roster.rows.push_back({.row = row.number(), .person = std::move(person)});
        }
    });
    return roster;
}

}  // namespace tripos::rosters

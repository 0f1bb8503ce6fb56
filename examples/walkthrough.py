#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The whole story of an exam, over HTTP, told step by step.

Two candidates sign up, read their mail and verify; staff write questions and publish an exam; one candidate answers, comes back
and submits, the other is overtaken by the deadline; both read their results, staff read theirs as CSV.

    ./dev run                                  # in one terminal; it prints the log-in of an administrator
    examples/walkthrough.py --admin admin@tripos.example --password '...' [http://localhost:8000]

Needs a site whose mails stay in the dev inbox. Every step checks what it got; the script ends with exit code 0 only if all held.
"""

import argparse
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

EXAM_SECONDS = 8  # from publishing to the end; long enough to answer, short enough to watch


class Api:
    """A caller of the API: anonymous, or with the token of a log-in."""

    def __init__(self, base, token=None):
        self.base = base.rstrip("/")
        self.token = token

    def call(self, method, path, body=None, expect=200):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                status, text = response.status, response.read().decode()
        except urllib.error.HTTPError as problem:
            status, text = problem.code, problem.read().decode()
        if status != expect:
            raise SystemExit(f"{method} {path}: expected {expect}, got {status} {text}")
        return json.loads(text) if text.startswith("{") else text

    def get(self, path, expect=200):
        return self.call("GET", path, expect=expect)

    def post(self, path, body=None, expect=200):
        return self.call("POST", path, body, expect)

    def put(self, path, body, expect=200):
        return self.call("PUT", path, body, expect)


def step(text):
    print(f"-- {text}", flush=True)


def check(condition, what):
    if not condition:
        raise SystemExit(f"wrong: {what}")


def wait_for(what, ask, seconds=15):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.1)
    raise SystemExit(f"waited {seconds} s in vain for {what}")


def log_in(site, email, password):
    answer = site.post("/api/auth/login", {"email": email, "password": password})
    return Api(site.base, answer["accessToken"])


def sign_up(site, name, number):
    """Signs up, takes the link out of the mail, verifies, logs in, completes the profile."""
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    password = uuid.uuid4().hex
    site.post("/api/auth/signup", {"fullName": name, "email": email, "password": password}, expect=201)
    refused = site.post("/api/auth/login", {"email": email, "password": password}, expect=403)
    check(refused["email"] == email, "an unverified log-in names the address")

    query = "/dev/api/mails?to=" + urllib.parse.quote(email)
    mail = wait_for(f"the mail to {email}", lambda: site.get(query)["mails"])[0]
    token = next(re.search(r"token=([^&]+)", link)[1] for link in mail["links"] if "token=" in link)
    site.post(f"/api/auth/verify-email/{token}")
    candidate = log_in(site, email, password)

    check(candidate.get("/api/profile/me")["data"]["profileComplete"] is False, "a new profile is incomplete")
    profile = {"fullName": name, "course": "BTECH", "department": "CST", "year": "TWO", "semester": "S4",
               "enrollmentNumber": f"2026CST{number}{uuid.uuid4().hex[:6]}"}
    candidate.put("/api/profile/me", profile)
    check(candidate.get("/api/profile/me")["data"]["profileComplete"] is True, "the profile is complete")
    return candidate


def questions():
    """One question of each type."""
    return [
        {"statement": "Which port does HTTPS use?", "questionType": "SINGLE_CORRECT", "domain": "networks", "marks": 2,
         "negativeMarks": 0.5, "difficulty": "EASY",
         "options": [{"text": "80", "isCorrect": False}, {"text": "443", "isCorrect": True}]},
        {"statement": "Which of these are prime?", "questionType": "MULTIPLE_CORRECT", "domain": "maths", "marks": 3,
         "options": [{"text": "2", "isCorrect": True}, {"text": "9", "isCorrect": False}, {"text": "13", "isCorrect": True}]},
        {"statement": "What is the square root of 2, to two places?", "questionType": "NUMERICAL", "domain": "maths",
         "marks": 1.5, "numericalAnswer": 1.41, "tolerance": 0.01},
    ]


def build_exam(staff):
    """Creates the questions and an exam that is live now; returns its id, its end and the key for this script's own checks."""
    ids = [staff.post("/api/question/create", question, expect=201)["data"]["id"] for question in questions()]
    end = time.time() + EXAM_SECONDS
    instant = lambda at: time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1000):03d}Z"
    exam = staff.post("/api/exam/create", {
        "title": f"Walkthrough {uuid.uuid4().hex[:6]}", "description": "Three short questions", "durationMinutes": 30,
        "startTime": instant(time.time() - 60), "endTime": instant(end)}, expect=201)["exam"]["id"]
    marks = [question["marks"] for question in questions()]
    staff.post(f"/api/exam/{exam}/questions",
               {"addQuestionIds": [{"questionId": id, "marks": m} for id, m in zip(ids, marks)]})
    staff.post(f"/api/exam/{exam}/publish")
    key = {id: staff.get(f"/api/question/{id}")["data"] for id in ids}
    return exam, end, key


def right_answer(question):
    """What a candidate who knows everything would save for this question of the key."""
    if question["questionType"] == "NUMERICAL":
        return {"questionId": question["id"], "numericalAnswer": question["numericalAnswer"]["value"]}
    return {"questionId": question["id"], "selectedOptionIds": [o["id"] for o in question["options"] if o["isCorrect"]]}


def in_the_ids_of(paper, key):
    """The key as candidates can answer it: options have ids of their exam, and stand in the order they were written in."""
    for question in paper["exam"]["questions"]:
        for known, shown in zip(key[question["id"]].get("options") or [], question["options"]):
            known["id"] = shown["id"]


def paper_of(candidate, exam):
    return candidate.get(f"/api/exam-attempt/{exam}/attempt")


def main():
    parser = argparse.ArgumentParser(description="Plays the whole story of an exam against a running Tripos.")
    parser.add_argument("url", nargs="?", default="http://localhost:8000")
    parser.add_argument("--admin", required=True, help="e-mail address of an administrator")
    parser.add_argument("--password", required=True, help="the administrator's password")
    options = parser.parse_args()
    site = Api(options.url)

    step("two candidates sign up, verify, log in and complete their profiles")
    asha, bela = sign_up(site, "Asha Rao", 1), sign_up(site, "Bela Sen", 2)

    step("staff write three questions and publish an exam")
    staff = log_in(site, options.admin, options.password)
    exam, end, key = build_exam(staff)
    live = asha.get("/api/exam/live")["exams"]
    check(any(row["id"] == exam and row["hasAttempt"] is False for row in live), "the exam is live for candidates")

    step("both start; each has one attempt, whatever they click")
    attempt = asha.post(f"/api/exam-attempt/{exam}/start", expect=201)["attemptId"]
    bela.post(f"/api/exam-attempt/{exam}/start", expect=201)
    asha.post(f"/api/exam-attempt/{exam}/start", expect=400)
    paper = paper_of(asha, exam)
    check(paper["attemptId"] == attempt and 0 < paper["remainingSeconds"] <= EXAM_SECONDS, "the clock is the server's")
    check("isCorrect" not in json.dumps(paper), "the paper does not tell which option is correct")

    in_the_ids_of(paper, key)

    step("Asha answers all three; Bela one, wrongly")
    for question in paper["exam"]["questions"]:
        asha.post(f"/api/exam-attempt/{exam}/save", right_answer(key[question["id"]]))
    single = next(q for q in key.values() if q["questionType"] == "SINGLE_CORRECT")
    wrong = next(o["id"] for o in single["options"] if not o["isCorrect"])
    bela.post(f"/api/exam-attempt/{exam}/save", {"questionId": single["id"], "selectedOptionIds": [wrong]})

    step("Asha closes the browser, comes back, finds her answers and submits")
    resumed = paper_of(asha, exam)["exam"]["questions"]
    check(all(question["studentAnswer"] for question in resumed), "all answers are there after coming back")
    check(asha.post(f"/api/exam-attempt/{exam}/submit")["status"] == "SUBMITTED", "the attempt is submitted")
    asha.post(f"/api/exam-attempt/{exam}/submit", expect=400)
    asha.get(f"/api/result/{exam}/score", expect=403)

    step("the deadline passes; nobody asks, and Bela's attempt is submitted all the same")
    rows = lambda: {row["candidate"]["name"]: row for row in staff.get(f"/api/exam/{exam}/results")["data"]}
    time.sleep(max(0.0, end - time.time()))
    wait_for("the automatic submission", lambda: rows()["Bela Sen"]["status"] == "AUTO_SUBMITTED")

    step("results: exact marks, with the key, now that the exam is over")
    score = asha.get(f"/api/result/{exam}/score")
    check(score["score"] == 6.5, "Asha has all marks")
    analysis = bela.get(f"/api/result/{exam}/analysis")
    check(analysis["score"] == -0.5 and analysis["totalMarks"] == 6.5, "Bela's wrong answer cost half a mark")
    top = site.get("/api/leaderboard/top-five")
    check(top["exam"]["id"] == exam and top["data"][0]["name"] == "Asha Rao", "Asha leads the board")

    step("staff read the results as CSV")
    csv = staff.get(f"/api/exam/{exam}/results.csv")
    check("Asha Rao" in csv and "AUTO_SUBMITTED" in csv, "the CSV has both rows")
    print(csv)
    print("The whole story held.")


if __name__ == "__main__":
    sys.exit(main())
